"""What this capability listens to and does in the background."""

from qiying.capabilities.service_requests.services.telling import asker_tell
from qiying.kernel.cases.jobs import subscribe


def register() -> None:
    """Subscribe once a process."""
    subscribe("tell_asker", asker_tell)
