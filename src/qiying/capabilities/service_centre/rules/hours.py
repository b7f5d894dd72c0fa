"""When the hall is open: in its hours, in its off-hours (错时), or not at all. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from qiying.kernel.bookings.slots import MONDAY, Hours, hours_read
from qiying.statutes.workdays import SHANGHAI, Calendar, CalendarRangeError

Open = Literal["open", "off", "closed"]
LOOK = 15
"""Days in which the next opening is looked for: longer than any holiday."""


@dataclass(frozen=True)
class HallHours:
    """Both lists of a hall, read once."""

    usual: tuple[Hours, ...]
    off: tuple[Hours, ...]

    @classmethod
    def read(cls, usual: str, off: str) -> HallHours:
        """Return hours as they are kept; what cannot be read was refused when it was written."""
        return cls(tuple(hours_read(usual)[0]), tuple(hours_read(off)[0]))

    def at(self, now: datetime, calendar: Calendar) -> Open:
        """Tell whether the hall is open at an instant, and in which hours."""
        local = now.astimezone(SHANGHAI)
        usual, off = self._day(local.date(), calendar)
        if any(h.starts <= local.time() < h.ends for h in usual):
            return "open"
        return "off" if any(h.starts <= local.time() < h.ends for h in off) else "closed"

    def _day(self, day: date, calendar: Calendar) -> tuple[Sequence[Hours], Sequence[Hours]]:
        """Return the hours of a day: usual ones on workdays, off-hours on any day that is no holiday."""
        try:
            kind = calendar.kind(day)
        except CalendarRangeError:
            return (), ()
        weekday = MONDAY if kind == "makeup" else day.isoweekday()
        off = [h for h in self.off if h.weekday == weekday]
        if kind in ("work", "makeup"):
            return [h for h in self.usual if h.weekday == weekday], off
        return (), off if kind == "rest" else ()

    def next_words(self, now: datetime, calendar: Calendar) -> str:
        """Return in words when the hall opens next."""
        local = now.astimezone(SHANGHAI)
        for n in range(LOOK):
            day = local.date() + timedelta(days=n)
            usual, off = self._day(day, calendar)
            later = [h.starts for h in (*usual, *off) if n or h.starts > local.time()]
            if later:
                name = {0: "今天", 1: "明天"}.get(
                    n, f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
                )
                return f"{name} {min(later):%H:%M} 开门"
        return "什么时候开门请打服务台电话"


def apart(one: str, other: str) -> bool:
    """Tell whether two shifts leave each other free: morning and afternoon, and off-hours beside any other.

    >>> apart("morning", "afternoon"), apart("all", "off"), apart("all", "morning")
    (True, True, False)
    """
    return {one, other} == {"morning", "afternoon"} or (one == "off") != (other == "off")
