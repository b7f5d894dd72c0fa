from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "qiying.kernel.cases"
    label = "cases"
