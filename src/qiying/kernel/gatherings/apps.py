from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "qiying.kernel.gatherings"
    verbose_name = "会议活动"

    def ready(self) -> None:
        """Say who sees a gathering's files, check the kinds, follow up in the background."""
        from qiying.kernel.cases.worker import WORKER
        from qiying.kernel.documents.subjects import register_subject
        from qiying.kernel.gatherings import checks
        from qiying.kernel.gatherings.selectors import documents_visible
        from qiying.kernel.gatherings.services.following import days_rederive, reminders_send

        register_subject("gathering", documents_visible)
        checks.register()
        WORKER.register("gathering_days", 3600, days_rederive)
        WORKER.register("gathering_reminders", 3600, reminders_send)
