"""The worker's one call: everything due goes out."""

from datetime import datetime

from qiying.kernel.notices.delivering import deliver
from qiying.kernel.notices.fan_out import fan_out


def outbox_run(now: datetime) -> int:
    """Fan out due notices, then send due messages; return how many of both were done."""
    return fan_out(now) + deliver(now)
