from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "qiying.capabilities.programmes"
    label = "programmes"
    verbose_name = "任务清单"
