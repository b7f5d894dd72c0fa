"""Addresses of the congress's oversight."""

from qiying.capabilities.oversight.views import basis, routes

app_name = "oversight"
urlpatterns = [*basis.urlpatterns, *routes.urlpatterns]
