"""Addresses of perks and clean firms."""

from qiying.capabilities.honours.views import perks, stars

app_name = "honours"
urlpatterns = [*perks.urlpatterns, *stars.urlpatterns]
