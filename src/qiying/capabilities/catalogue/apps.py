from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "qiying.capabilities.catalogue"
    verbose_name = "服务事项"

    def ready(self) -> None:
        """A check-in from away is never changed."""
        from qiying.kernel.audit.append_only import protect

        protect("approvals_awaycheckin")
