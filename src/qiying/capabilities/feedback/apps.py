from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "qiying.capabilities.feedback"
    label = "feedback"
    verbose_name = "评价与反馈"

    def ready(self) -> None:
        """Subscribe to services that ended."""
        from qiying.capabilities.feedback import subscriptions

        subscriptions.register()
