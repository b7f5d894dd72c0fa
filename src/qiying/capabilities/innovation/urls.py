"""Addresses of scores."""

from qiying.capabilities.innovation import views

app_name = "innovation"
urlpatterns = views.urlpatterns
