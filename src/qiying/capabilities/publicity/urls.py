"""Addresses of publicity."""

from qiying.capabilities.publicity import views

app_name = "publicity"
urlpatterns = views.urlpatterns
