from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "qiying.kernel.tables"
    verbose_name = "读表"
