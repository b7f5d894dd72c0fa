"""What visits listen to, and what their worker does."""

from qiying.capabilities.visits.services.reporting import problem_closed, promise_days_rederive
from qiying.kernel.cases.jobs import subscribe
from qiying.kernel.cases.worker import WORKER


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
    subscribe("case_closed", problem_closed)
    WORKER.register("visit_promise_days", 3600, promise_days_rederive)
