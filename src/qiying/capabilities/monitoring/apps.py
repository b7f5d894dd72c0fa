from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "qiying.capabilities.monitoring"
    verbose_name = "纪检线索和干部监督"

    def ready(self) -> None:
        """The rules over what is held read on."""
        from qiying.capabilities.monitoring import subscriptions

        subscriptions.register()
