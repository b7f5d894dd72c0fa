"""Addresses of the congress's oversight."""

from qiying.capabilities.oversight.views import basis

app_name = "oversight"
urlpatterns = [*basis.urlpatterns]
