"""Addresses of experience."""

from qiying.capabilities.experience import views

app_name = "experience"
urlpatterns = views.urlpatterns
