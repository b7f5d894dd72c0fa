from django.apps import AppConfig


class ServiceCentreConfig(AppConfig):
    name = "qiying.capabilities.service_centre"
    verbose_name = "企业综合服务中心"

    def ready(self) -> None:
        """Subscribe once a process, and say which of its times can be booked by which rules."""
        from qiying.capabilities.service_centre import subscriptions
        from qiying.kernel.bookings.selectors import KindRules, declare_bookable_kind

        subscriptions.register()
        rules = KindRules("hall.book_ahead", "hall.book_per_day", "hall.book_cancel")
        declare_bookable_kind("hall", "窗口办事", rules)
        declare_bookable_kind("talk", "企业洽谈", rules)
