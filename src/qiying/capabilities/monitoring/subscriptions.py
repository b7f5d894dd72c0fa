"""What the worker does for monitoring: the rules read on, once an hour."""

from qiying.capabilities.monitoring.services.clues import clues_run
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Name the task, once a process."""
    WORKER.register("integrity_clues", 3600, clues_run)
