"""Addresses of engagement, one module for each way of meeting."""

from qiying.capabilities.engagement.views import phone, points, residents, sessions, visits_pages

app_name = "engagement"
urlpatterns = [
    *sessions.urlpatterns,
    *phone.urlpatterns,
    *visits_pages.urlpatterns,
    *residents.urlpatterns,
    *points.urlpatterns,
]
