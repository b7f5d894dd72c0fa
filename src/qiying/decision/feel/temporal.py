"""Dates, times, dates with time and durations of FEEL (DMN 1.5 §10.3.2.3), exact to the nanosecond."""

from __future__ import annotations

from dataclasses import dataclass

from .calendar import (
    MAX_YEAR,
    MIN_YEAR,
    UTC,
    Zone,
    add_months,
    civil_from_days,
    days_from_civil,
    month_days,
    zone_offset,
)

NANO = 1_000_000_000
DAY = 86_400 * NANO
#: Largest duration, in nanoseconds: a little over the span of all years.
MAX_NANOS = 2_000_000_000 * 366 * DAY
MAX_MONTHS = 12 * 4_000_000_000


class OutOfRange(ValueError):
    """A date, time or duration outside what FEEL can hold."""


@dataclass(frozen=True, slots=True, order=True)
class FeelDate:
    """A day of the proleptic Gregorian calendar; year within ±999,999,999."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not (MIN_YEAR <= self.year <= MAX_YEAR and 1 <= self.month <= 12):
            raise OutOfRange("year or month")
        if not 1 <= self.day <= month_days(self.year, self.month):
            raise OutOfRange("day")

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    @classmethod
    def from_days(cls, days: int) -> FeelDate:
        """The date so many days after 1970-01-01."""
        return cls(*civil_from_days(days))

    def plus_months(self, months: int) -> FeelDate:
        """The same day some months later, or the month's last day."""
        return FeelDate(*add_months(self.year, self.month, self.day, months))

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.days + 3) % 7 + 1

    @property
    def day_of_year(self) -> int:
        """1 for 1 January."""
        return self.days - days_from_civil(self.year, 1, 1) + 1

    @property
    def week_of_year(self) -> int:
        """ISO 8601 week, 1 to 53."""
        thursday = self.days - self.weekday + 4
        year = civil_from_days(thursday)[0]
        return (thursday - days_from_civil(year, 1, 1)) // 7 + 1

    def __str__(self) -> str:
        return f"{year_text(self.year)}-{self.month:02}-{self.day:02}"


def year_text(year: int) -> str:
    """A year with at least four digits."""
    return f"{'-' if year < 0 else ''}{abs(year):04}"


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day in nanoseconds, with or without a zone."""

    nanos: int
    zone: Zone | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.nanos < DAY:
            raise OutOfRange("time")

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.nanos // (3600 * NANO)

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.nanos // (60 * NANO) % 60

    @property
    def second(self) -> int:
        """0 to 59, fraction cut off."""
        return self.nanos // NANO % 60

    @property
    def offset(self) -> int | None:
        """Seconds from UTC; a named zone is taken at 1970-01-01, None without a zone."""
        return None if self.zone is None else zone_offset(self.zone, 0, self.nanos // NANO)

    @property
    def value(self) -> int:
        """Nanoseconds since midnight, less the offset if there is one: what comparison uses."""
        return self.nanos - (self.offset or 0) * NANO

    def plus(self, nanos: int) -> FeelTime:
        """The time so many nanoseconds later, turning at midnight."""
        return FeelTime((self.nanos + nanos) % DAY, self.zone)

    def __str__(self) -> str:
        text = f"{self.hour:02}:{self.minute:02}:{self.second:02}"
        fraction = self.nanos % NANO
        if fraction:
            text += f".{fraction:09}".rstrip("0")
        return text + (str(self.zone) if self.zone else "")


@dataclass(frozen=True, slots=True)
class FeelDateTime:
    """A date and a time."""

    date: FeelDate
    time: FeelTime

    @property
    def zone(self) -> Zone | None:
        """The time's zone."""
        return self.time.zone

    @property
    def offset(self) -> int | None:
        """Seconds from UTC on that day; None without a zone."""
        zone = self.time.zone
        return None if zone is None else zone_offset(zone, self.date.days, self.time.nanos // NANO)

    @property
    def local(self) -> int:
        """Nanoseconds since 1970-01-01T00:00 on the local clock."""
        return self.date.days * DAY + self.time.nanos

    @property
    def value(self) -> int:
        """Nanoseconds since the epoch in UTC, or on the local clock when there is no zone."""
        return self.local - (self.offset or 0) * NANO

    def plus(self, nanos: int) -> FeelDateTime:
        """The moment so many nanoseconds later, in the same zone."""
        zone = self.time.zone
        if zone is None or zone.name is None:
            return from_local(self.local + nanos, zone)
        return from_utc(self.value + nanos, zone)

    def plus_months(self, months: int) -> FeelDateTime:
        """The same clock time some months later."""
        return FeelDateTime(self.date.plus_months(months), self.time)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def from_local(nanos: int, zone: Zone | None) -> FeelDateTime:
    """The date and time whose local clock shows so many nanoseconds since 1970-01-01."""
    days, rest = divmod(nanos, DAY)
    return FeelDateTime(FeelDate.from_days(days), FeelTime(rest, zone))


def from_utc(nanos: int, zone: Zone) -> FeelDateTime:
    """The date and time of an instant, on the clock of a zone."""
    offset = zone_offset(UTC, 0, 0)
    for _ in range(3):  # the offset depends on the local time it gives
        days, rest = divmod(nanos + offset * NANO, DAY)
        found = zone_offset(zone, days, rest // NANO)
        if found == offset:
            break
        offset = found
    return from_local(nanos + offset * NANO, zone)


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration in nanoseconds."""

    nanos: int

    def __post_init__(self) -> None:
        if abs(self.nanos) > MAX_NANOS:
            raise OutOfRange("duration")

    def __str__(self) -> str:
        if self.nanos == 0:
            return "PT0S"
        seconds, fraction = divmod(abs(self.nanos), NANO)
        days, seconds = divmod(seconds, 86_400)
        hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
        part = f".{fraction:09}".rstrip("0") if fraction else ""
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        clock += f"{seconds}{part}S" if seconds or fraction else ""
        sign = "-" if self.nanos < 0 else ""
        return f"{sign}P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years and months duration in months."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise OutOfRange("duration")

    def __str__(self) -> str:
        if self.months == 0:
            return "P0M"
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        return f"{sign}P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")


def months_between(start: FeelDate, end: FeelDate, start_time: int = 0, end_time: int = 0) -> int:
    """Whole months from `start` to `end`, negative when it lies before; on equal days the times decide."""
    if (end, end_time) < (start, start_time):
        return -months_between(end, start, end_time, start_time)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - ((end.day, end_time) < (start.day, start_time))
