from django.apps import AppConfig


class QuotasConfig(AppConfig):
    name = "qiying.capabilities.quotas"
    verbose_name = "环境指标"

    def ready(self) -> None:
        """Declare the ledger, and take back what a project given up had reserved."""
        from qiying.capabilities.quotas.services import QUOTA, project_stopped
        from qiying.kernel.cases.jobs import subscribe
        from qiying.kernel.ledger.declaring import declare_ledger

        declare_ledger(QUOTA)
        subscribe("project_stopped", project_stopped)
