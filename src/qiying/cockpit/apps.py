from datetime import datetime

from django.apps import AppConfig

DAY = 24 * 3600


class CockpitConfig(AppConfig):
    name = "qiying.cockpit"
    label = "cockpit"
    verbose_name = "数字"

    def ready(self) -> None:
        """Let the worker merge roll-ups once a day."""
        from qiying.kernel.cases.worker import WORKER

        WORKER.register("figures_merge", DAY, _merge)


def _merge(now: datetime) -> object:
    from qiying.kernel.figures.compaction import rollups_merge

    return f"汇总 {rollups_merge()} 行"
