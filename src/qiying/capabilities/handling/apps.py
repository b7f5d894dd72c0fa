from django.apps import AppConfig


class HandlingConfig(AppConfig):
    name = "qiying.capabilities.handling"
    verbose_name = "代办帮办"

    def ready(self) -> None:
        """Say once a process what the worker does here."""
        from qiying.capabilities.handling import subscriptions

        subscriptions.register()
