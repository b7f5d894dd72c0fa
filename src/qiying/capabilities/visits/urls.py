"""Addresses of visits and resident officers."""

from qiying.capabilities.visits.views import pages, phone, residents

app_name = "visits"
urlpatterns = [*phone.urlpatterns, *pages.urlpatterns, *residents.urlpatterns]
