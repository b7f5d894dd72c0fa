from django.apps import AppConfig


class TalentsConfig(AppConfig):
    name = "qiying.capabilities.talents"
    verbose_name = "人才"

    def ready(self) -> None:
        """Declare for what a talent's facts are shown, and which."""
        from qiying.capabilities.talents import services  # noqa: F401
