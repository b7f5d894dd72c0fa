"""Addresses of the inbox and of what goes out."""

from django.urls import path

from qiying.kernel.notices import views

app_name = "notices"
urlpatterns = [
    path("inbox/", views.inbox_page, name="inbox"),
    path("inbox/<int:item_id>/", views.inbox_open, name="open"),
    path("inbox/read/", views.inbox_read, name="read"),
    path("inbox/preferences/", views.preferences, name="preferences"),
    path("notices/deliveries/", views.deliveries, name="deliveries"),
    path("notices/deliveries/<int:delivery_id>/retry/", views.retry, name="retry"),
    path("notices/<int:notice_id>/retry/", views.retry_notice, name="retry_notice"),
    path("notices/endpoints/", views.endpoints, name="endpoints"),
    path("notices/endpoints/new/", views.endpoint_new, name="endpoint_new"),
    path("notices/endpoints/<int:endpoint_id>/", views.endpoint_edit, name="endpoint_edit"),
]
