from django.apps import AppConfig


class PenaltiesConfig(AppConfig):
    name = "qiying.capabilities.penalties"
    verbose_name = "行政处罚"
