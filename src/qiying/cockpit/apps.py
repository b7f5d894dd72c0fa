from datetime import datetime

from django.apps import AppConfig

DAY = 24 * 3600


class CockpitConfig(AppConfig):
    name = "qiying.cockpit"
    verbose_name = "数字"

    def ready(self) -> None:
        """Let the worker merge roll-ups once a day and make the reports that are due."""
        from qiying.cockpit.schedules import JOB, report_make, report_visible, schedules_run
        from qiying.kernel.cases.jobs import register_job
        from qiying.kernel.cases.worker import WORKER
        from qiying.kernel.documents.subjects import register_subject

        WORKER.register("figures_merge", DAY, _merge)
        WORKER.register("reports", 120, schedules_run)
        register_job(JOB, report_make)
        register_subject("report", report_visible)


def _merge(now: datetime) -> object:
    from qiying.kernel.figures.compaction import rollups_merge

    return f"汇总 {rollups_merge()} 行"
