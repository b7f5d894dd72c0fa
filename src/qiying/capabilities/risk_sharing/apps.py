from django.apps import AppConfig


class RiskSharingConfig(AppConfig):
    name = "qiying.capabilities.risk_sharing"
    verbose_name = "风险共担"

    def ready(self) -> None:
        """Its ledger may only grow; loans that were agreed elsewhere are offered to guarantors."""
        from qiying.capabilities.risk_sharing.services.agreeing import loan_agreed
        from qiying.capabilities.risk_sharing.services.booking import RISK
        from qiying.kernel.cases.jobs import subscribe
        from qiying.kernel.ledger.declaring import declare_ledger

        declare_ledger(RISK)
        subscribe("loan_agreed", loan_agreed)
