"""Addresses of cultivation."""

from qiying.capabilities.cultivation.views import ladder, pages, perks, stars

app_name = "cultivation"
urlpatterns = [
    *pages.urlpatterns,
    *ladder.urlpatterns,
    *perks.urlpatterns,
    *stars.urlpatterns,
]
