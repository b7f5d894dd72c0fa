"""What programmes listen to."""

from qiying.capabilities.programmes.rules import PUBLISH
from qiying.capabilities.programmes.services.giving import hot_issue_became
from qiying.capabilities.programmes.services.publishing import publish_step
from qiying.kernel.cases.jobs import register_steps, subscribe


def register() -> None:
    """Subscribe, once a process; it may run again without harm."""
    register_steps(PUBLISH, publish_step)
    subscribe("hot_issue_became", hot_issue_became)
