"""What the service centre listens to, and what the worker does for it."""

from qiying.capabilities.service_centre.services.matters.keeping import licences_remind
from qiying.capabilities.service_centre.services.tickets import day_close
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
    WORKER.register("licences_remind", 3600, licences_remind)
    WORKER.register("hall_day_close", 3600, day_close)
