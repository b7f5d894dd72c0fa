"""Addresses of the discipline body's registers and of the personnel body's; they stay under `integrity/`."""

from qiying.capabilities.monitoring.views import cadres, watching

app_name = "monitoring"
urlpatterns = [*watching.urlpatterns, *cadres.urlpatterns]
