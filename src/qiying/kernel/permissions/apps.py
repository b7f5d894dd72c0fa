from django.apps import AppConfig


class PermissionsConfig(AppConfig):
    name = "qiying.kernel.permissions"
    label = "permissions"
