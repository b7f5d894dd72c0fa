"""One zone: UTC instants are stored, legal days are dates in Asia/Shanghai."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(dt: datetime) -> date:
    """Return the Shanghai date of an aware instant; raise `ValueError` on a naive one."""
    return _aware(dt).astimezone(SHANGHAI).date()


def local_time(dt: datetime) -> datetime:
    """Return the instant as Shanghai wall-clock time; raise `ValueError` on a naive one."""
    return _aware(dt).astimezone(SHANGHAI)


def start_of_day(day: date) -> datetime:
    """Return the UTC instant at which a Shanghai day begins."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI).astimezone(UTC)


def utc_text(dt: datetime) -> str:
    """Return the one text of an instant that hashes are made of: UTC, microseconds, `Z`."""
    return _aware(dt).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def utc_now() -> datetime:
    """Return the present instant; for the outermost edge only: views, commands, the worker."""
    return datetime.now(UTC)


def _aware(dt: datetime) -> datetime:
    if dt.tzinfo is None:
        raise ValueError("时间没有时区：请传入带时区的 UTC 时间")
    return dt
