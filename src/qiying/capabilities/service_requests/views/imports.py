"""Pages; see the module of the same name in services."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
