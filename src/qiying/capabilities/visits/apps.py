from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "qiying.capabilities.visits"
    verbose_name = "走访和驻企服务员"

    def ready(self) -> None:
        """Subscribe to what the kernel tells, and say who sees the photos of a visit."""
        from qiying.capabilities.visits import subscriptions
        from qiying.capabilities.visits.selectors.visits import photo_visible
        from qiying.kernel.documents.subjects import register_subject

        register_subject("visit", photo_visible)
        subscriptions.register()
