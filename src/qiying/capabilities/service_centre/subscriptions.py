"""What the service centre listens to, and what the worker does for it."""

from qiying.capabilities.service_centre.services.matters.keeping import licences_remind
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
    WORKER.register("licences_remind", 3600, licences_remind)
