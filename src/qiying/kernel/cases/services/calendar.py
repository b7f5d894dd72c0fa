"""Changing the statutory calendar: a confirmed year from its notice, or a day a district rests or works by order.

Open clocks are re-derived by the worker afterwards, each by an event that keeps the old and the new date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count

from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.calendars import calendar_for, forget
from qiying.kernel.cases.models import CalendarOverride, CalendarYear, CaseEvent, Clock
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.statutes.errors import YearFileError
from qiying.statutes.workdays import Calendar, YearFile, packaged_years, parse_year_file

BACK_DAYS = 14
MOST_TEXT = 40_000
WEEKDAY_HEADS = "一二三四五六日"


@dataclass(frozen=True)
class DayCell:
    """One day of the year view: its kind, its name, whether the district set it."""

    on: date
    kind: str
    note: str
    is_override: bool
    is_today: bool


@dataclass(frozen=True)
class MonthView:
    """One month as rows of seven, empty places as None."""

    month: int
    weeks: list[list[DayCell | None]]
    workdays: int


def year_view(calendar: Calendar, year: int, overrides: set[date], today: date) -> list[MonthView]:
    """Return twelve months of a year on a calendar."""
    return [_month(calendar, year, m, overrides, today) for m in range(1, 13)]


def _month(calendar: Calendar, year: int, month: int, overrides: set[date], today: date) -> MonthView:
    first = date(year, month, 1)
    cells: list[DayCell | None] = [None] * first.weekday()
    day, workdays = first, 0
    while day.month == month:
        kind = calendar.kind(day)
        workdays += kind in ("work", "makeup")
        note = "" if kind in ("work", "rest") and day not in overrides else calendar.day_note(day)
        cells.append(DayCell(day, kind, note.removesuffix("放假"), day in overrides, day == today))
        day += timedelta(days=1)
    cells += [None] * (-len(cells) % 7)
    return MonthView(month, [cells[i : i + 7] for i in range(0, len(cells), 7)], workdays)


@dataclass(frozen=True)
class Following:
    """How far the open clocks have followed the calendar."""

    waiting: int
    changed: int


def clocks_following(district_id: int, since: datetime | None) -> Following:
    """Return how many open cases wait to be re-derived, and how many were since a moment."""
    version = calendar_for(district_id).version
    stale = Clock.objects.exclude(state=Clock.State.STOPPED).exclude(calendar_version=version)
    waiting = stale.filter(case__is_open=True, case__district_id=district_id)
    changed = 0
    if since is not None:
        events = CaseEvent.objects.filter(
            action="calendar_changed", at__gte=since, case__is_open=True, case__district_id=district_id
        )
        changed = events.aggregate(n=Count("case", distinct=True))["n"]
    return Following(waiting.values("case_id").distinct().count(), changed)


def last_change(district_id: int) -> datetime | None:
    """Return when the district's calendar was last changed, by a year or by a day."""
    year = CalendarYear.objects.order_by("-loaded_at").values_list("loaded_at", flat=True).first()
    days = CalendarOverride.objects.filter(district_id=district_id)
    day = days.order_by("-made_at").values_list("made_at", flat=True).first()
    return max((d for d in (year, day) if d is not None), default=None)


@transaction.atomic
def calendar_year_load(*, actor: Viewer, text: str, now: datetime) -> YearFile:
    """Load a confirmed year from its file; raise `GuardFailed` with every problem of the file."""
    require(actor, "cases.calendar")
    if not text.strip():
        raise GuardFailed(["请选一份放假安排文件"], {"file": ["请选一份放假安排文件"]})
    if len(text) > MOST_TEXT:
        raise GuardFailed(["文件太大，放假安排只有几十行"], {"file": ["文件太大，放假安排只有几十行"]})
    try:
        loaded = parse_year_file(text)
    except YearFileError as error:
        raise GuardFailed(list(error.problems), {"file": list(error.problems)}) from None
    known = {y.year for y in packaged_years()} | set(CalendarYear.objects.values_list("year", flat=True))
    if not min(known) <= loaded.year <= max(known) + 1:
        reason = f"日历现在到 {max(known)} 年，要一年接一年，请先导入 {max(known) + 1} 年"
        raise GuardFailed([reason], {"file": [reason]})
    CalendarYear.objects.update_or_create(
        year=loaded.year, defaults={"text": text, "loaded_at": now, "loaded_by_name": actor.name}
    )
    _changed()
    district_id = actor.district_id or 0
    record_act(
        actor=actor,
        action="calendar_year_loaded",
        subject=f"calendar:{loaded.year}",
        data={
            "year": loaded.year,
            "notice": loaded.notice_number or loaded.notice_title,
            "version": calendar_for(district_id).version,
        },
        at=now,
    )
    return loaded


def _changed() -> None:
    """Drop the kept calendar now, and again when the transaction has committed and others could have read it."""
    forget()
    transaction.on_commit(forget)


@transaction.atomic
def override_set(
    *,
    actor: Viewer,
    district_id: int,
    on: date | None,
    is_workday: bool,
    reason: str,
    source: str,
    now: datetime,
    today: date,
) -> CalendarOverride:
    """Let a district rest or work on a day against the notice; raise `GuardFailed` with every reason."""
    require(actor, "cases.calendar")
    fields: dict[str, list[str]] = {}
    calendar = calendar_for(district_id)
    if on is None:
        fields["on"] = ["请写哪一天"]
    elif on < today - timedelta(days=BACK_DAYS):
        fields["on"] = [f"{BACK_DAYS} 天以前的日子已经算进期限，不能再改"]
    elif on > calendar.last:
        fields["on"] = [f"日历只算到 {calendar.last.year} 年"]
    elif calendar.is_workday(on) == is_workday:
        fields["on"] = ["这一天本来就" + ("上班" if is_workday else "休息") + "，不用改"]
    if len(reason.strip()) < 2:
        fields["reason"] = ["请写原因，例如：台风停工"]
    if len(source.strip()) < 4:
        fields["source"] = ["请写依据，例如：区防指〔2026〕3 号"]
    refuse(fields)
    assert on is not None
    row, _ = CalendarOverride.objects.update_or_create(
        district_id=district_id,
        on=on,
        defaults={
            "is_workday": is_workday, "reason": reason.strip()[:100], "source": source.strip()[:200],
            "made_at": now,
        },
    )  # fmt: skip
    _changed()
    record_act(
        actor=actor,
        action="calendar_override_set",
        subject=f"calendar:{on.isoformat()}",
        data={"on": on.isoformat(), "is_workday": is_workday, "reason": row.reason, "source": row.source},
        at=now,
        district_id=district_id,
    )
    return row


@transaction.atomic
def override_remove(*, actor: Viewer, override: CalendarOverride, now: datetime, today: date) -> None:
    """Take back a day that is still to come; raise `GuardFailed` for a past one."""
    require(actor, "cases.calendar")
    if override.on < today:
        raise GuardFailed(["这一天已经过了，不能再去掉"])
    override.delete()
    _changed()
    record_act(
        actor=actor,
        action="calendar_override_removed",
        subject=f"calendar:{override.on.isoformat()}",
        data={"on": override.on.isoformat(), "reason": override.reason},
        at=now,
        district_id=override.district_id,
    )
