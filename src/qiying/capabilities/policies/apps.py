from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "qiying.capabilities.policies"
    label = "policies"
    verbose_name = "惠企政策"

    def ready(self) -> None:
        """Protect what may only grow, and listen to what the kernel tells."""
        from qiying.capabilities.policies import subscriptions
        from qiying.kernel.audit.append_only import protect

        protect("policies_evaluation")
        protect("policies_ledgerentry")
        protect("policies_ledgerposting")
        subscriptions.register()
