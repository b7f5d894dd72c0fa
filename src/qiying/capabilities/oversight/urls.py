"""Addresses of the congress's oversight."""

from qiying.capabilities.oversight.views import basis, checks, watching

app_name = "oversight"
urlpatterns = [*basis.urlpatterns, *checks.urlpatterns, *watching.urlpatterns]
