"""Addresses of the legal environment."""

from qiying.capabilities.legal_environment.views import measures

app_name = "legal"
urlpatterns = [*measures.urlpatterns]
