"""Addresses of engagement, one module for each way of meeting."""

from qiying.capabilities.engagement.views import sessions

app_name = "engagement"
urlpatterns = [*sessions.urlpatterns]
