"""Addresses of financing."""

from qiying.capabilities.financing.views import figures, firm, kept

app_name = "financing"
urlpatterns = [*figures.urlpatterns, *kept.urlpatterns, *firm.urlpatterns]
