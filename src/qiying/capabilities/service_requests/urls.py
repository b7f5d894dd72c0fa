"""Addresses of the service request's pages, one module per face."""

from qiying.capabilities.service_requests.views import desk, enterprise, imports, learning

app_name = "service_requests"
urlpatterns = [
    *enterprise.urlpatterns,
    *desk.urlpatterns,
    *learning.urlpatterns,
    *imports.urlpatterns,
]
