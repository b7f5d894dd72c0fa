"""What this capability listens to."""

from qiying.capabilities.feedback.services.ratings import service_ended, service_rated
from qiying.kernel.cases.jobs import subscribe


def register() -> None:
    """Subscribe once a process; each may be told twice without harm."""
    subscribe("service_ended", service_ended)
    subscribe("service_rated", service_rated)
