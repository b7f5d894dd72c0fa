"""Addresses of handling: the alliance and its cases, and licences that run out."""

from __future__ import annotations

from qiying.capabilities.handling.views import alliance, licences

app_name = "handling"
urlpatterns = [*alliance.urlpatterns, *licences.urlpatterns]
