"""Addresses of the pages that put the house together."""

from django.urls import path

from qiying.portal import home, search

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
]
