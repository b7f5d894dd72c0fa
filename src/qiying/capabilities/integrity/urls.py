"""Addresses of sealed reports: the reporter's, which hold no secret, and the body's."""

from django.urls import path

from qiying.capabilities.integrity.views import keys, lists, reports

app_name = "integrity"
urlpatterns = [
    path("integrity/", reports.report, name="report"),
    path("integrity/follow/", reports.follow, name="follow"),
    path("integrity/reports/", reports.reports, name="reports"),
    path("integrity/reports/open/", reports.unlock, name="unlock"),
    path("integrity/reports/lock/", reports.lock_again, name="lock"),
    path("integrity/reports/<str:number>/", reports.opened, name="opened"),
    path("integrity/reports/<str:number>/file/<int:file_id>/", reports.file, name="file"),
    path("integrity/reports/<str:number>/<slug:step>/", reports.act, name="act"),
    path("integrity/key/", keys.key, name="key"),
    path("integrity/key/new/", keys.key_new, name="key_new"),
    path("integrity/key/relock/", keys.key_relock_page, name="key_relock"),
    path("integrity/key/recover/", keys.key_recover_page, name="key_recover"),
    *lists.urlpatterns,
]
