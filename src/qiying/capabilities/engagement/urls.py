"""Addresses of engagement, one module for each way of meeting."""

from qiying.capabilities.engagement.views import points, sessions

app_name = "engagement"
urlpatterns = [*sessions.urlpatterns, *points.urlpatterns]
