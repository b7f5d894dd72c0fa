"""Addresses of the design system; include under any prefix."""

from django.urls import path

from qiying.ui import views

app_name = "ui"

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("style-guide/", views.style_guide, name="style_guide"),
]
