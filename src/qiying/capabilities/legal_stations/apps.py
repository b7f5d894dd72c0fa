from django.apps import AppConfig


class LegalStationsConfig(AppConfig):
    name = "qiying.capabilities.legal_stations"
    verbose_name = "法律服务进室站"

    def ready(self) -> None:
        """Lawyers can be booked."""
        from qiying.kernel.bookings.selectors import declare_bookable_kind

        declare_bookable_kind("lawyer", "值班律师")
