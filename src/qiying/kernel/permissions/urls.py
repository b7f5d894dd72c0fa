"""Address of the permissions page."""

from django.urls import path

from qiying.kernel.permissions import views

app_name = "permissions"

urlpatterns = [path("permissions/", views.listing, name="listing")]
