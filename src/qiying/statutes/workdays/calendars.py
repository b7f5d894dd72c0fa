"""The statutory calendar: which day is worked, by which notice, and from where on dates are provisional."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Literal

from qiying.statutes.errors import CalendarRangeError
from qiying.statutes.workdays.year_files import YearFile, festivals_ahead, packaged_years

DayKind = Literal["work", "rest", "makeup", "holiday"]
Status = Literal["confirmed", "provisional"]

PROVISIONAL_YEARS = 20
WEEKDAYS = "一二三四五六日"
_KINDS: tuple[DayKind, ...] = ("work", "rest", "makeup", "holiday")
_WORK, _REST, _MAKEUP, _HOLIDAY = range(4)


@dataclass(frozen=True)
class Override:
    """One day that a district works or rests against the notice, such as a typhoon day (停工令)."""

    on: date
    is_workday: bool
    reason: str
    source: str


@dataclass(frozen=True, eq=False)
class Calendar:
    """A version of the statutory calendar from `first` to `last`; equal and hashable by `version`.

    Days after `confirmed_until` are provisional: Monday to Friday less the statutory days of Order 795
    (国务院令第795号) where known without the yearly notice; which days are moved (调休) is not known there.
    A late notice may still move a weekend of the last December of `confirmed_until`'s year.
    """

    version: str
    first: date
    confirmed_until: date
    last: date
    _kinds: bytes = field(repr=False)
    _notes: dict[int, str] = field(repr=False)
    # workdays up to and including day i, and the index of the k-th workday (nth[0] is unused)
    _through: array[int] = field(repr=False)
    _nth: array[int] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def index(self, day: date) -> int:
        """Return the day's position; raises `CalendarRangeError` outside first..last."""
        i = day.toordinal() - self.first.toordinal()
        if not 0 <= i < len(self._kinds):
            raise CalendarRangeError(
                f"{day.isoformat()} 不在工作日历里：日历从 {self.first.isoformat()} 算到 "
                f"{self.last.isoformat()}。请检查年份是不是写错了。"
            )
        return i

    def kind(self, day: date) -> DayKind:
        """Return work, rest (weekend), makeup (worked weekend) or holiday (day off by notice or override)."""
        return _KINDS[self._kinds[self.index(day)]]

    def is_workday(self, day: date) -> bool:
        """Return whether the day counts as a workday."""
        return self.kind(day) in ("work", "makeup")

    def day_note(self, day: date) -> str:
        """Return why the day is not ordinary (春节放假, 调休上班, 周六, an override's reason), else ""."""
        i = self.index(day)
        if i in self._notes:
            return self._notes[i]
        return f"周{WEEKDAYS[day.weekday()]}" if self._kinds[i] == _REST else ""

    def status(self, day: date) -> Status:
        """Return whether a date is settled by a notice or only by the weekday rule."""
        return "confirmed" if day <= self.confirmed_until else "provisional"

    def next_workday_number(self, day: date) -> int:
        """Return the number, counted from `first`, of the first workday on or after the day."""
        i = self.index(day)
        return self._through[i] + (0 if self._kinds[i] in (_WORK, _MAKEUP) else 1)

    def through(self, day: date) -> int:
        """Return the number of workdays from `first` to the day, both included."""
        return self._through[self.index(day)]

    def nth(self, k: int) -> date:
        """Return the k-th workday counted from `first` (1 is the earliest)."""
        if not 1 <= k < len(self._nth):
            raise CalendarRangeError(
                f"数到了 {self.last.isoformat()} 以后，日历没有那么长。请检查日期和工作日数。"
            )
        return self.first + timedelta(days=self._nth[k])


def load_calendar(overrides: Iterable[Override] = (), years: Iterable[YearFile] | None = None) -> Calendar:
    """Build a calendar from year files (the packaged ones by default) and a district's overrides.

    Pass `(*packaged_years(), load_year_file(path))` to add 2027. A later file of the same year replaces the
    earlier one. Raises ValueError when years are missing between the first and the last.
    """
    by_year = {year.year: year for year in (packaged_years() if years is None else years)}
    ordered = [by_year[year] for year in sorted(by_year)]
    if not ordered or [y.year for y in ordered] != list(range(ordered[0].year, ordered[-1].year + 1)):
        raise ValueError("放假安排要一年接一年，中间缺了年份。请把缺的年份文件补上。")
    changes = sorted(overrides, key=lambda override: override.on)
    first, confirmed_until = date(ordered[0].year, 1, 1), date(ordered[-1].year, 12, 31)
    last = date(confirmed_until.year + PROVISIONAL_YEARS, 12, 31)
    kinds, notes = _days(first, last, confirmed_until, ordered)
    for change in changes:
        i = (change.on - first).days
        if not 0 <= i < len(kinds):
            raise CalendarRangeError(f"{change.on} 的临时调整不在日历范围里（{first} 至 {last}）。")
        weekend = change.on.weekday() >= 5
        kinds[i] = _HOLIDAY if not change.is_workday else _MAKEUP if weekend else _WORK
        notes[i] = change.reason
    digest = sha256(
        "\n".join(
            [y.canonical() for y in ordered]
            + [f"{c.on}|{c.is_workday}|{c.reason}|{c.source}" for c in changes]
        ).encode()
    ).hexdigest()
    version = f"cn-{first.year}-{confirmed_until.year}-{digest[:8]}"
    if changes:
        version += f"+{len(changes)}"
    through, nth = _sums(kinds)
    return Calendar(version, first, confirmed_until, last, bytes(kinds), notes, through, nth)


@cache
def default_calendar() -> Calendar:
    """Return the calendar of the packaged years 2004–2026 without overrides."""
    return load_calendar()


def _days(
    first: date, last: date, confirmed_until: date, years: list[YearFile]
) -> tuple[bytearray, dict[int, str]]:
    offset = first.weekday()
    size = (last - first).days + 1
    kinds = bytearray(_REST if (i + offset) % 7 >= 5 else _WORK for i in range(size))
    notes: dict[int, str] = {}
    for day, name in _provisional_days_off(confirmed_until.year + 1, last.year):
        i = (day - first).days
        kinds[i], notes[i] = _HOLIDAY, f"{name}放假"
    for year in years:
        for block in year.days_off:
            for day in block.days():
                if (i := (day - first).days) >= 0:
                    kinds[i], notes[i] = _HOLIDAY, f"{block.name}放假"
        for makeup in year.makeups:
            if (i := (makeup.on - first).days) >= 0:
                kinds[i], notes[i] = _MAKEUP, "调休上班"
    return kinds, notes


def _provisional_days_off(first_year: int, last_year: int) -> Iterable[tuple[date, str]]:
    """Yield the 13 days of Order 795 for years without a notice; lunar ones only where the file has them."""
    for year in range(first_year, last_year + 1):
        yield date(year, 1, 1), "元旦"
        for day in (1, 2):
            yield date(year, 5, day), "劳动节"
        for day in (1, 2, 3):
            yield date(year, 10, day), "国庆节"
    for on, name in festivals_ahead().items():
        if first_year <= on.year <= last_year:
            # 除夕 and 初一 to 初三
            spread = range(-1, 3) if name == "春节" else range(1)
            for shift in spread:
                yield on + timedelta(days=shift), name


def _sums(kinds: bytearray) -> tuple[array[int], array[int]]:
    through, nth = array("i"), array("i", [-1])
    for i, kind in enumerate(kinds):
        if kind in (_WORK, _MAKEUP):
            nth.append(i)
        through.append(len(nth) - 1)
    return through, nth
