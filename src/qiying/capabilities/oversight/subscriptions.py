"""What oversight listens to."""

from qiying.capabilities.oversight.services.checks import case_again, case_ended
from qiying.kernel.cases.jobs import subscribe


def register() -> None:
    """Subscribe, once a process; each may run again without harm."""
    subscribe("case_closed", case_ended)
    subscribe("case_reopened", case_again)
