"""Addresses of the audit page."""

from django.urls import path

from qiying.kernel.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/", views.entries, name="entries"),
    path("audit/export/", views.export, name="export"),
]
