"""Addresses of the service centre, one module for each of its rooms."""

from __future__ import annotations

from qiying.capabilities.service_centre.views import desk, queue, registers

app_name = "service_centre"
urlpatterns = [*desk.urlpatterns, *registers.urlpatterns, *queue.urlpatterns]
