"""Addresses of talents."""

from qiying.capabilities.talents import views

app_name = "talents"
urlpatterns = views.urlpatterns
