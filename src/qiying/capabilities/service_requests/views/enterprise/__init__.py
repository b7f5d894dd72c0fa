"""Pages of the asker: say a problem, my requests, one request, and the same by a signed link."""

from django.urls import URLPattern, path

from qiying.capabilities.service_requests.views.enterprise import case as case
from qiying.capabilities.service_requests.views.enterprise import finding as finding
from qiying.capabilities.service_requests.views.enterprise import mine as mine
from qiying.capabilities.service_requests.views.enterprise import posters as posters
from qiying.capabilities.service_requests.views.enterprise import say as say

urlpatterns: list[URLPattern] = [
    path("say/", say.say, name="say"),
    path("say/similar/", say.similar, name="similar"),
    path("say/done/<str:token>/", say.done, name="said"),
    path("q/", posters.posters, name="posters"),
    path("q/<str:code>/", say.by_qr, name="qr"),
    path("q/<str:code>/poster/", posters.poster, name="poster"),
    path("track/", finding.track, name="track"),
    path("my/requests/", mine.requests, name="requests"),
    path("l/<str:token>/", case.by_link, name="link"),
    path("l/<str:token>/print/", case.paper_by_link, name="link_print"),
    path("l/<str:token>/files/<int:document_id>/", case.file_by_link, name="link_file"),
    path("l/<str:token>/<slug:code>/", case.act_by_link, name="link_act"),
    path("my/<str:number>/", case.mine, name="request"),
    path("my/<str:number>/said/", say.done_own, name="request_said"),
    path("my/<str:number>/print/", case.paper, name="request_print"),
    path("my/<str:number>/files/<int:document_id>/", case.file, name="request_file"),
    path("my/<str:number>/<slug:code>/", case.act, name="request_act"),
]
