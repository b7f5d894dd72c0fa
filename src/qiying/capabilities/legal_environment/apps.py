from django.apps import AppConfig


class LegalEnvironmentConfig(AppConfig):
    name = "qiying.capabilities.legal_environment"
    verbose_name = "法治环境"
