"""Addresses of talents."""

from qiying.capabilities.talents.views import keeping, needs

app_name = "talents"
urlpatterns = [*needs.urlpatterns, *keeping.urlpatterns]
