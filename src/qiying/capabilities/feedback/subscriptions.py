"""What this capability listens to."""

from qiying.capabilities.feedback.services.ratings import service_ended, service_rated
from qiying.capabilities.feedback.services.surveys import surveys_close_due
from qiying.kernel.cases.jobs import subscribe
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe once a process; each may be told twice without harm."""
    subscribe("service_ended", service_ended)
    subscribe("service_rated", service_rated)
    WORKER.register("surveys", 3600, surveys_close_due)
