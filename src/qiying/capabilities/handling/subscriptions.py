"""What the worker does for licences that run out."""

from qiying.capabilities.handling.services.keeping import licences_remind
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Register, once a process; it may run again without harm."""
    WORKER.register("licences_remind", 3600, licences_remind)
