from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "qiying.capabilities.inspections"
    label = "inspections"
    verbose_name = "涉企检查"

    def ready(self) -> None:
        """Experts can be booked."""
        from qiying.kernel.bookings.selectors import declare_bookable_kind

        declare_bookable_kind("expert", "合规专家")
