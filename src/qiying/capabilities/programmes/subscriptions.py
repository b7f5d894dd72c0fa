"""What programmes listen to."""

from qiying.capabilities.programmes.services.giving import hot_issue_became
from qiying.kernel.cases.jobs import subscribe


def register() -> None:
    """Subscribe, once a process; it may run again without harm."""
    subscribe("hot_issue_became", hot_issue_became)
