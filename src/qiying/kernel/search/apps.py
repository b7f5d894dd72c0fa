from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "qiying.kernel.search"
