"""Addresses of cultivation."""

from qiying.capabilities.cultivation.views import ladder, pages

app_name = "cultivation"
urlpatterns = [
    *pages.urlpatterns,
    *ladder.urlpatterns,
]
