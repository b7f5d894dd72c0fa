"""Applications, publicity, batches without application, the negative list."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path


def _soon(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse("")


urlpatterns: list[URLPattern] = [
    path("policies/p/<slug:code>/apply/", _soon, name="apply"),
    path("policies/applications/", _soon, name="applications"),
    path("policies/applications/<str:number>/", _soon, name="application"),
    path("policies/publicity/", _soon, name="publicity"),
    path("policy-batches/", _soon, name="batches"),
]
