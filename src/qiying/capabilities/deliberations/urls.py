"""Addresses of the congress's deliberations."""

from qiying.capabilities.deliberations.views import items, sittings

app_name = "deliberations"
urlpatterns = [*sittings.urlpatterns, *items.urlpatterns]
