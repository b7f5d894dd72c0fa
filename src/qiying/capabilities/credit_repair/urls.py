"""Addresses of credit repair."""

from qiying.capabilities.credit_repair.views import urlpatterns  # noqa: F401

app_name = "credit"
