"""Addresses of documents."""

from django.urls import path

from qiying.kernel.documents import certificate_pages, views

app_name = "documents"
urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("documents/upload/", views.upload, name="upload"),
    path("documents/<int:document_id>/", views.detail, name="detail"),
    path("documents/<int:document_id>/download/", views.download, name="download"),
    path("documents/<int:document_id>/preview/", views.preview, name="preview"),
    path("documents/<int:document_id>/remove/", views.remove, name="remove"),
    *certificate_pages.urlpatterns,
]
