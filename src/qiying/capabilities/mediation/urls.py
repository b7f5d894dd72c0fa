"""Addresses of mediation."""

from qiying.capabilities.mediation.views import pages, registers

app_name = "mediation"
urlpatterns = [*pages.urlpatterns, *registers.urlpatterns]
