from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "qiying.capabilities.oversight"
    verbose_name = "人大监督"

    def ready(self) -> None:
        """Listen to what other capabilities tell."""
        from qiying.capabilities.oversight.subscriptions import register

        register()
