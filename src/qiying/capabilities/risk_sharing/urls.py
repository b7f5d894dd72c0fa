"""Addresses of shared risk."""

from qiying.capabilities.risk_sharing import views

app_name = "risk"
urlpatterns = views.urlpatterns
