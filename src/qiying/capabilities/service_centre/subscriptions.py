"""What the worker does for the hall."""

from qiying.capabilities.service_centre.services.tickets import day_close
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Register, once a process; it may run again without harm."""
    WORKER.register("hall_day_close", 3600, day_close)
