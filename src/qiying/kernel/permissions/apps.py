from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.audit.acts import declare_program
from qiying.kernel.permissions.registry import REGISTRY
from qiying.kernel.permissions.roles import SYSTEM_ROLES


class PermissionsConfig(AppConfig):
    name = "qiying.kernel.permissions"
    verbose_name = "权限"

    def ready(self) -> None:
        """Read every app's `declared_permissions.py`, then refuse to start on an undeclared grant."""
        autodiscover_modules("declared_permissions")
        REGISTRY.settle()
        for code in SYSTEM_ROLES:
            declare_program(code, REGISTRY.role(code).label)
