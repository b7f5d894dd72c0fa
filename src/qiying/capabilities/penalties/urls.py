"""Addresses of penalties."""

from qiying.capabilities.penalties.views import penalties

app_name = "penalties"
urlpatterns = [*penalties.urlpatterns]
