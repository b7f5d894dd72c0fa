from django.apps import AppConfig


class CultivationConfig(AppConfig):
    name = "qiying.capabilities.cultivation"
    verbose_name = "梯度培育"

    def ready(self) -> None:
        """Name what the worker does every day: the ladder every night, titles that end."""
        from qiying.capabilities.cultivation.services.tiering import tiers_tick
        from qiying.capabilities.cultivation.services.titles import titles_tick
        from qiying.kernel.cases.worker import WORKER

        WORKER.register("cultivation_tiers", 5, tiers_tick)
        WORKER.register("cultivation_titles", 3600, titles_tick)
