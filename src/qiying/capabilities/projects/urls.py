"""Addresses of projects."""

from qiying.capabilities.projects.views import boards

app_name = "projects"
urlpatterns = [*boards.urlpatterns]
