from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "qiying.capabilities.programmes"
    verbose_name = "任务清单"

    def ready(self) -> None:
        """Make tasks of what other capabilities turn into one."""
        from qiying.capabilities.programmes import subscriptions

        subscriptions.register()
