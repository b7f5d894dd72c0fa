from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "qiying.config"
    label = "config"
