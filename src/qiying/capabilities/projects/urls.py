"""Addresses of projects."""

from qiying.capabilities.projects.views import boards, pages, registers

app_name = "projects"
urlpatterns = [*pages.urlpatterns, *registers.urlpatterns, *boards.urlpatterns]
