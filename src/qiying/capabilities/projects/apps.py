from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "qiying.capabilities.projects"
    verbose_name = "项目推进"
