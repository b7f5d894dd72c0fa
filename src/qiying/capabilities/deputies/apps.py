from django.apps import AppConfig


class DeputiesConfig(AppConfig):
    name = "qiying.capabilities.deputies"
    label = "deputies"
    verbose_name = "代表建议"
