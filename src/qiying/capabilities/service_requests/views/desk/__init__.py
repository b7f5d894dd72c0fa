"""The desk's pages: pool and triage, entering what came in, channels, categories, replies, letters."""

from django.urls import path

from qiying.capabilities.service_requests.views.desk import acting, entry, replies, settings, triage

urlpatterns = [
    path("desk/", triage.desk, name="desk"),
    path("desk/views/", triage.save_view, name="desk_view_save"),
    path("desk/views/<int:view_id>/remove/", triage.remove_view, name="desk_view_remove"),
    path("desk/new/", entry.entry, name="desk_new"),
    path("desk/new/alike/", entry.alike, name="desk_alike"),
    path("desk/enterprises/", entry.enterprises, name="desk_enterprises"),
    path("desk/<str:number>/", triage.triage, name="triage"),
    path("desk/<str:number>/advice/", triage.advice_part, name="triage_advice"),
    path("desk/<str:number>/assign/", acting.assign, name="triage_assign"),
    path("desk/<str:number>/answer/", acting.answer, name="triage_answer"),
    path("desk/<str:number>/material/", acting.material, name="triage_material"),
    path("desk/<str:number>/decline/", acting.decline, name="triage_decline"),
    path("desk/<str:number>/conclude/", acting.conclude, name="triage_conclude"),
    path("desk/<str:number>/join/", acting.join, name="triage_join"),
    path("desk/<str:number>/split/", acting.split, name="triage_split"),
    path("desk/<str:number>/not-same/", acting.not_same, name="triage_not_same"),
    path("channels/<slug:code>/replies/", replies.replies, name="channel_replies"),
    path("channels/<slug:code>/replies/export/", replies.export, name="channel_replies_export"),
    *settings.urlpatterns,
    path("replies/", replies.replies, name="replies"),
    path("replies/<str:number>/", replies.reply, name="reply"),
]
