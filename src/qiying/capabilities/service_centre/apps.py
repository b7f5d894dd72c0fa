from django.apps import AppConfig


class ServiceCentreConfig(AppConfig):
    name = "qiying.capabilities.service_centre"
    label = "service_centre"
    verbose_name = "企业综合服务中心"

    def ready(self) -> None:
        """Subscribe once a process."""
        from qiying.capabilities.service_centre import subscriptions

        subscriptions.register()
