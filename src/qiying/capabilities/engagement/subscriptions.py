"""What engagement listens to."""

from qiying.capabilities.engagement.services.sessions import closed_count
from qiying.kernel.cases.jobs import subscribe


def register() -> None:
    """Subscribe, once a process; it may run again without harm."""
    subscribe("case_closed", closed_count)
