from django.apps import AppConfig


class ReformsConfig(AppConfig):
    name = "qiying.capabilities.reforms"
    verbose_name = "微改革"
