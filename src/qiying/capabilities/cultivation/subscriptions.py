"""What the worker does: the ladder every night, titles and stars that end."""

from qiying.capabilities.cultivation.services.stars import stars_tick
from qiying.capabilities.cultivation.services.tiering import tiers_tick
from qiying.capabilities.cultivation.services.titles import titles_tick
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Name the tasks, once a process."""
    WORKER.register("cultivation_tiers", 5, tiers_tick)
    WORKER.register("cultivation_titles", 3600, titles_tick)
    WORKER.register("cultivation_stars", 3600, stars_tick)
