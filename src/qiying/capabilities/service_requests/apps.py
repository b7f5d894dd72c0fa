from django.apps import AppConfig


class ServiceRequestsConfig(AppConfig):
    name = "qiying.capabilities.service_requests"
    verbose_name = "涉企诉求"

    def ready(self) -> None:
        """Subscribe to what the kernel tells."""
        from qiying.capabilities.service_requests import subscriptions

        subscriptions.register()
