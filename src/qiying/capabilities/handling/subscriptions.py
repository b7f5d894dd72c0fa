"""What the worker does for licences and authorities that run out."""

from qiying.capabilities.handling.services.reminding import authorities_remind, licences_remind
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Register, once a process; each may run again without harm."""
    WORKER.register("licences_remind", 3600, licences_remind)
    WORKER.register("authorities_remind", 3600, authorities_remind)
