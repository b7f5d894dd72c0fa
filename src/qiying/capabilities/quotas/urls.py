"""Addresses of environmental quota."""

from qiying.capabilities.quotas import views

app_name = "quotas"
urlpatterns = views.urlpatterns
