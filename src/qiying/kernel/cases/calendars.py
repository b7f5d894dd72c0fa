"""The statutory calendar of a district, kept per process for half a minute.

A change is visible at once in the process that made it and within `TTL` seconds in the others; what was
computed in between is stored with its calendar version and re-derived by the worker.
"""

from __future__ import annotations

import time

from qiying.kernel.cases.models.parameters import CalendarOverride, CalendarYear
from qiying.statutes.workdays import (
    Calendar,
    Override,
    default_calendar,
    load_calendar,
    packaged_years,
    parse_year_file,
)

TTL = 30.0
_calendars: dict[int, tuple[float, Calendar]] = {}


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _calendars.clear()


def calendar_for(district_id: int) -> Calendar:
    """Return the district's calendar: packaged years, years loaded later, district overrides."""
    kept = _calendars.get(district_id)
    if kept is not None and time.monotonic() - kept[0] < TTL:
        return kept[1]
    overrides = [
        Override(on=o.on, is_workday=o.is_workday, reason=o.reason, source=o.source)
        for o in CalendarOverride.objects.filter(district_id=district_id).order_by("on")
    ]
    years = list(CalendarYear.objects.order_by("year").values_list("text", flat=True))
    if years or overrides:
        loaded = (parse_year_file(text) for text in years)
        calendar = load_calendar(overrides, (*packaged_years(), *loaded))
    else:
        calendar = default_calendar()
    _calendars[district_id] = (time.monotonic(), calendar)
    return calendar
