"""Addresses of publicity."""

from qiying.capabilities.publicity.views import articles, public, registers

app_name = "publicity"
urlpatterns = [*public.urlpatterns, *articles.urlpatterns, *registers.urlpatterns]
