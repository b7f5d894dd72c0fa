"""Addresses of inspections."""

from qiying.capabilities.inspections.views import clues, lists, plans, visits

app_name = "inspections"
urlpatterns = [*visits.urlpatterns, *lists.urlpatterns, *plans.urlpatterns, *clues.urlpatterns]
