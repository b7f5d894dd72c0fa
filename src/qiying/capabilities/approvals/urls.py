"""Addresses of the service catalogue and of what is applied for."""

from qiying.capabilities.approvals.views import applications, away, guide, registers

app_name = "approvals"
urlpatterns = [*registers.urlpatterns, *guide.urlpatterns, *away.urlpatterns, *applications.urlpatterns]
