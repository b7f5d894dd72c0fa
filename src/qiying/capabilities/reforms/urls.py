"""Addresses of micro-reforms."""

from qiying.capabilities.reforms import views

app_name = "reforms"
urlpatterns = views.urlpatterns
