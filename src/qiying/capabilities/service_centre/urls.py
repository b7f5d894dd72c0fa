"""Addresses of the service centre, one module for each of its rooms."""

from __future__ import annotations

from qiying.capabilities.service_centre.views import desk, matters, queue, registers

app_name = "service_centre"
urlpatterns = [*matters.urlpatterns, *desk.urlpatterns, *registers.urlpatterns, *queue.urlpatterns]
