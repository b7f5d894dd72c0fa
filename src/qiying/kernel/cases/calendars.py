"""The statutory calendar of a district, kept per process for half a minute.

What another process computed before it saw a change is stored with its calendar version and re-derived by the worker.
"""

from __future__ import annotations

from qiying.kernel.audit.keeping import Kept
from qiying.kernel.cases.models.parameters import CalendarOverride, CalendarYear
from qiying.statutes.workdays import (
    Calendar,
    Override,
    default_calendar,
    load_calendar,
    packaged_years,
    parse_year_file,
)


def _load(district_id: int) -> Calendar:
    overrides = [
        Override(on=o.on, is_workday=o.is_workday, reason=o.reason, source=o.source)
        for o in CalendarOverride.objects.filter(district_id=district_id).order_by("on")
    ]
    years = list(CalendarYear.objects.order_by("year").values_list("text", flat=True))
    if years or overrides:
        loaded = (parse_year_file(text) for text in years)
        return load_calendar(overrides, (*packaged_years(), *loaded))
    return default_calendar()


_kept = Kept(_load)
forget = _kept.forget


def calendar_for(district_id: int) -> Calendar:
    """Return the district's calendar: packaged years, years loaded later, district overrides."""
    return _kept(district_id)
