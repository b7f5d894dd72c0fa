"""Addresses of the legal environment."""

from qiying.capabilities.legal_environment.views import bidding, measures, pages

app_name = "legal"
urlpatterns = [*measures.urlpatterns, *bidding.urlpatterns, *pages.urlpatterns]
