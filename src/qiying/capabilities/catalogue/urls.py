"""Addresses of the service catalogue."""

from qiying.capabilities.catalogue.views import away, guide, registers

app_name = "catalogue"
urlpatterns = [*registers.urlpatterns, *guide.urlpatterns, *away.urlpatterns]
