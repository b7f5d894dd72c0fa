from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "qiying.kernel.notices"
    verbose_name = "通知"
