from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "qiying.kernel.figures"
