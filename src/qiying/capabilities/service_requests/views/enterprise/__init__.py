"""Pages of the asker: say a problem, my requests, one request, and the same by a signed link."""

from django.urls import URLPattern, path

from qiying.capabilities.service_requests.views.enterprise import finding as finding
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
    path("my/<str:number>/said/", say.done_own, name="request_said"),
]
