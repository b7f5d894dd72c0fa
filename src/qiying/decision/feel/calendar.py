"""Days and zones over years −999,999,999 to 999,999,999, which Python's own dates do not reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

MIN_YEAR, MAX_YEAR = -999_999_999, 999_999_999
MAX_OFFSET = 18 * 3600  # seconds; the widest offset that is read
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Whether a proleptic Gregorian year has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_days(year: int, month: int) -> int:
    """Days in a month."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 (proleptic Gregorian, any year)."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = of_era * 365 + of_era // 4 - of_era // 100 + day_of_year
    return era * 146097 + day_of_era - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719468, 146097)
    of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * of_era + of_era // 4 - of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return era * 400 + of_era + (month <= 2), month, day


def add_months(year: int, month: int, day: int, months: int) -> tuple[int, int, int]:
    """A date moved by months; a day the month lacks becomes its last day (XQuery 10.7)."""
    carry, index = divmod(year * 12 + month - 1 + months, 12)
    return carry, index + 1, min(day, month_days(carry, index + 1))


@dataclass(frozen=True, slots=True)
class Zone:
    """How a time relates to UTC: a fixed `offset` in seconds, or a named zone."""

    offset: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        if self.name is not None:
            return f"@{self.name}"
        return offset_text(self.offset or 0)


UTC = Zone(offset=0)


def offset_text(seconds: int) -> str:
    """An offset as `Z`, `+08:00` or `-05:00:30`."""
    if seconds == 0:
        return "Z"
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def named_zone(name: str) -> Zone | None:
    """The zone of that IANA name, or None; names are checked against the list, never used as a path."""
    if name == "Z":
        return UTC
    return Zone(name=name) if name in _zone_names() else None


@lru_cache(maxsize=64)
def _zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_offset(zone: Zone, days: int, seconds: int) -> int:
    """Offset from UTC in seconds at a local day and second; far years use one with the same calendar."""
    if zone.name is None:
        return zone.offset or 0
    year, month, day = civil_from_days(days)
    if not 1 <= year <= 9998:
        year = year % 400 + (9200 if year > 0 else 400)
    moment = dt.datetime(year, month, day, *_clock(seconds), tzinfo=_zone_info(zone.name))
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _clock(seconds: int) -> tuple[int, int, int]:
    return seconds // 3600, seconds // 60 % 60, seconds % 60
