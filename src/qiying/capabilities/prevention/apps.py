from django.apps import AppConfig


class PreventionConfig(AppConfig):
    name = "qiying.capabilities.prevention"
    verbose_name = "合规指导"

    def ready(self) -> None:
        """Experts can be booked."""
        from qiying.kernel.bookings.selectors import declare_bookable_kind

        declare_bookable_kind("expert", "合规专家")
