"""Addresses of what is applied for."""

from qiying.capabilities.approvals.views import applications

app_name = "approvals"
urlpatterns = applications.urlpatterns
