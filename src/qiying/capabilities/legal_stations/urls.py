"""Addresses of legal service at stations."""

from qiying.capabilities.legal_stations.views import stations

app_name = "legal_stations"
urlpatterns = [*stations.urlpatterns]
