from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "qiying.kernel.organisations"

    def ready(self) -> None:
        """Register the system check."""
        from qiying.kernel.organisations import checks  # noqa: F401
