from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "qiying.capabilities.honours"
    verbose_name = "优享和清廉民企"

    def ready(self) -> None:
        """Declare the ledger of perks, and what the worker does with stars that end."""
        from qiying.capabilities.honours.services.perks import QUOTA
        from qiying.capabilities.honours.services.stars import stars_tick
        from qiying.kernel.cases.worker import WORKER
        from qiying.kernel.ledger.declaring import declare_ledger

        declare_ledger(QUOTA)
        WORKER.register("honours_stars", 3600, stars_tick)
