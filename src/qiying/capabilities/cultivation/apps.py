from django.apps import AppConfig


class CultivationConfig(AppConfig):
    name = "qiying.capabilities.cultivation"
    label = "cultivation"
    verbose_name = "梯度培育"

    def ready(self) -> None:
        """Declare the ledger of perks, and what the worker does every day."""
        from qiying.capabilities.cultivation import subscriptions
        from qiying.capabilities.cultivation.services.perks import QUOTA
        from qiying.kernel.ledger.declaring import declare_ledger

        declare_ledger(QUOTA)
        subscriptions.register()
