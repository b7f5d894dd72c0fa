from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "qiying.capabilities.engagement"
    verbose_name = "政企面对面"

    def ready(self) -> None:
        """Subscribe to what the kernel tells."""
        from qiying.capabilities.engagement import subscriptions

        subscriptions.register()
