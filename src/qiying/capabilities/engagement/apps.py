from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "qiying.capabilities.engagement"
    label = "engagement"
    verbose_name = "政企面对面"

    def ready(self) -> None:
        """Subscribe to what the kernel tells, and say who sees the photos of a visit."""
        from qiying.capabilities.engagement import subscriptions
        from qiying.capabilities.engagement.selectors.visits import photo_visible
        from qiying.kernel.documents.subjects import register_subject

        register_subject("visit", photo_visible)
        subscriptions.register()
