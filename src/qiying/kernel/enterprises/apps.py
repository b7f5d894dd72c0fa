from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "qiying.kernel.enterprises"
    label = "enterprises"
