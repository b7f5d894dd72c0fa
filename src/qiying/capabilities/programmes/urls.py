"""Addresses of programmes and tasks."""

from qiying.capabilities.programmes.views import pages, registers

app_name = "programmes"
urlpatterns = [*pages.urlpatterns, *registers.urlpatterns]
