"""Addresses of sealed reports: the reporter's, which hold no secret, and the body's."""

from django.urls import path

from qiying.capabilities.integrity import views

app_name = "integrity"
urlpatterns = [
    path("integrity/", views.report, name="report"),
    path("integrity/follow/", views.follow, name="follow"),
    path("integrity/reports/", views.reports, name="reports"),
    path("integrity/reports/open/", views.unlock, name="unlock"),
    path("integrity/reports/lock/", views.lock_again, name="lock"),
    path("integrity/reports/<str:number>/", views.opened, name="opened"),
    path("integrity/reports/<str:number>/file/<int:file_id>/", views.file, name="file"),
    path("integrity/reports/<str:number>/<slug:step>/", views.act, name="act"),
    path("integrity/key/", views.key, name="key"),
    path("integrity/key/new/", views.key_new, name="key_new"),
    path("integrity/key/relock/", views.key_relock_page, name="key_relock"),
    path("integrity/key/recover/", views.key_recover_page, name="key_recover"),
]
