from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "qiying.capabilities.policies"
    verbose_name = "惠企政策"

    def ready(self) -> None:
        """Protect what may only grow, and listen to what the kernel tells."""
        from qiying.capabilities.policies import subscriptions
        from qiying.capabilities.policies.services.money.entries import MONEY
        from qiying.kernel.audit.append_only import protect
        from qiying.kernel.ledger.declaring import declare_ledger

        protect("policies_evaluation")
        declare_ledger(MONEY)
        subscriptions.register()
