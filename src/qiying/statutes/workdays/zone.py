"""The one zone of the law: Asia/Shanghai."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(at: datetime) -> datetime:
    """Return the moment in Asia/Shanghai; raises ValueError for a naive datetime."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("时间没有时区。请传带时区的时间，例如 UTC。")
    return at.astimezone(SHANGHAI)
