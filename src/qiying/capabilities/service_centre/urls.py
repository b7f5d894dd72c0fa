"""Addresses of the service centre, one module for each of its rooms."""

from __future__ import annotations

from django.urls import URLPattern

from qiying.capabilities.service_centre.views import matters

app_name = "service_centre"
urlpatterns: list[URLPattern] = [*matters.urlpatterns]
