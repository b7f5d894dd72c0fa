from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "qiying.capabilities.mediation"
    verbose_name = "商事调解"
