from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.permissions.registry import REGISTRY


class PermissionsConfig(AppConfig):
    name = "qiying.kernel.permissions"
    label = "permissions"
    verbose_name = "权限"

    def ready(self) -> None:
        """Read every app's `declared_permissions.py`, then refuse to start on an undeclared grant."""
        autodiscover_modules("declared_permissions")
        REGISTRY.settle()
