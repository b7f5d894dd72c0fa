"""What engagement listens to."""

from qiying.capabilities.engagement.services.sessions import closed_count
from qiying.capabilities.engagement.services.visits_reporting import problem_closed, promise_days_rederive
from qiying.kernel.cases.jobs import subscribe
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
    subscribe("case_closed", closed_count)
    subscribe("case_closed", problem_closed)
    WORKER.register("visit_promise_days", 3600, promise_days_rederive)
