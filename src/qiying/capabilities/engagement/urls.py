"""Addresses of engagement, one module for each way of meeting."""

from qiying.capabilities.engagement.views import phone, points, residents, sessions, visits

app_name = "engagement"
urlpatterns = [
    *sessions.urlpatterns,
    *phone.urlpatterns,
    *visits.urlpatterns,
    *residents.urlpatterns,
    *points.urlpatterns,
]
