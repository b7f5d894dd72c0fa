"""Addresses of whoever asked: his cases of every procedure, signed in or by a signed link.

Tried after those of capabilities: `/my/…` ends in a number here.
"""

from django.urls import path

from qiying.kernel.cases.views import asker_case, asker_list

app_name = "mine"
urlpatterns = [
    path("my/requests/", asker_list.cases, name="cases"),
    path("l/<str:token>/", asker_case.by_link, name="link"),
    path("l/<str:token>/print/", asker_case.paper_by_link, name="link_print"),
    path("l/<str:token>/files/<int:document_id>/", asker_case.file_by_link, name="link_file"),
    path("l/<str:token>/<slug:code>/", asker_case.act_by_link, name="link_act"),
    path("my/<str:number>/", asker_case.mine, name="case"),
    path("my/<str:number>/print/", asker_case.paper, name="print"),
    path("my/<str:number>/files/<int:document_id>/", asker_case.file, name="file"),
    path("my/<str:number>/<slug:code>/", asker_case.act, name="act"),
]
