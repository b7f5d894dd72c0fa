from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "qiying.capabilities.approvals"
    label = "approvals"
    verbose_name = "审批办事"

    def ready(self) -> None:
        """A rating of an intermediary and a check-in from away are never changed."""
        from qiying.kernel.audit.append_only import protect

        protect("approvals_awaycheckin")
