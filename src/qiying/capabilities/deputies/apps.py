from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "qiying.capabilities.deputies"
    verbose_name = "代表建议"
