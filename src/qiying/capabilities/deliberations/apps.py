from django.apps import AppConfig


class DeliberationsConfig(AppConfig):
    name = "qiying.capabilities.deliberations"
    verbose_name = "人大审议"

    def ready(self) -> None:
        """Hear what became of the tasks that adopted items are."""
        from qiying.capabilities.deliberations.services.items import case_again, case_ended
        from qiying.kernel.cases.jobs import subscribe

        subscribe("case_closed", case_ended)
        subscribe("case_reopened", case_again)
