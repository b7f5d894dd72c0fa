"""What the personnel body writes: each row by one person, each decision by another; the audit keeps numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from qiying.capabilities.monitoring.models import ReturnVisit, Sanction, StepDown, Tolerance
from qiying.capabilities.monitoring.models.cadres import AboutSomebody
from qiying.capabilities.monitoring.rules.terms import MONTHS, months_allowed, visits_planned
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked
from qiying.kernel.registers.rows import row_filled
from qiying.statutes.workdays import CalendarRangeError, nth_workday
from qiying.statutes.workdays.counting import add_months

T = TypeVar("T", bound=AboutSomebody)
PERMISSION = "integrity.personnel"


def _new(model: type[T], actor: Viewer, values: Mapping[str, Any], now: datetime, *names: str) -> T:
    require(actor, PERMISSION)
    row = model(district_id=actor.district_id or 0, made_by_id=actor.person_id, made_on=local_date(now))
    return row_filled(row, values, "name", "post", *names)


def _locked(actor: Viewer, row: T, *states: str, second: bool = False) -> T:
    require(actor, PERMISSION)
    found = row_locked(row, *states)
    if second and found.made_by_id == actor.person_id:
        raise NotPermitted("自己登记的要由另一个人决定")
    return found


def _kept(actor: Viewer, row: T, now: datetime) -> T:
    row.save()
    row_noted(actor, "integrity.personnel", row, now)
    return row


@transaction.atomic
def tolerance_propose(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Tolerance:
    """Write the facts of an error and the rule by which it may be tolerated; another person decides."""
    return _kept(actor, _new(Tolerance, actor, values, now, "facts", "rule", "kind", "proposal"), now)


@transaction.atomic
def tolerance_decide(
    *, actor: Viewer, row: Tolerance, tolerates: bool, reason: str, now: datetime
) -> Tolerance:
    """Decide with the reason, as another person than who wrote it."""
    found = _locked(actor, row, Tolerance.State.PROPOSED, second=True)
    found.state = Tolerance.State.TOLERATED if tolerates else Tolerance.State.REFUSED
    found.reason, found.decided_by_id, found.decided_on = reason, actor.person_id, local_date(now)
    return _kept(actor, found, now)


@transaction.atomic
def sanction_enter(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Sanction:
    """Enter somebody under sanction, with the visits until its end; those that were due before are not asked for."""
    row, today = _new(Sanction, actor, values, now, "kind", "starts_on"), local_date(now)
    months, times = values.get("months") or MONTHS[row.kind], values.get("times") or 1
    least, most = months_allowed(row.kind, times)
    if not least <= months <= most:
        words = f"{least} 个月" if least == most else f"{least} 到 {most} 个月"
        refuse({"months": [f"这样的处分是 {words}（政务处分法第八条、第十五条）"]})
    if row.starts_on > today:
        refuse({"starts_on": ["处分决定作出了再登记"]})
    every = max(1, int(parameter("integrity.visit_months", district_id=row.district_id, on=today)))
    try:
        planned = visits_planned(row.starts_on, months, every, calendar_for(row.district_id))
    except (CalendarRangeError, OverflowError, ValueError):
        refuse({"starts_on": ["这个日子太远，没有它的工作日历"]})
        raise
    row.months, row.ends_on = months, add_months(row.starts_on, months)
    if row.ends_on < today:
        refuse({"starts_on": ["处分期已经过了，不用回访"]})
    _kept(actor, row, now)
    ReturnVisit.objects.bulk_create(
        ReturnVisit(sanction=row, month=month, planned_on=on) for month, on in planned if on >= today
    )
    return row


@transaction.atomic
def visit_note(*, actor: Viewer, row: Sanction, values: Mapping[str, Any], now: datetime) -> ReturnVisit:
    """Write down a joint return visit, once; it was made together with somebody of another body."""
    found = _locked(actor, row)
    visit = found.visits.select_for_update().filter(pk=values["visit"], done_on=None).first()
    if visit is None:
        raise ActionNotAvailable("这一次回访已经写过了")
    if not found.starts_on <= values["done_on"] <= local_date(now):
        refuse({"done_on": ["写处分以后、今天以前的日子"]})
    row_filled(visit, values, "done_on", "together_with", "found")
    visit.done_by_id = actor.person_id
    visit.save()
    row_noted(actor, "integrity.personnel", found, now)
    return visit


@transaction.atomic
def stepdown_propose(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> StepDown:
    """List somebody who is to be moved, with the evidence."""
    return _kept(actor, _new(StepDown, actor, values, now, "cause", "evidence", "proposal"), now)


@transaction.atomic
def stepdown_tell(*, actor: Viewer, row: StepDown, told_on: date, now: datetime) -> StepDown:
    """Note that he was told, which begins the days in which he may object."""
    found, today = _locked(actor, row, StepDown.State.PROPOSED), local_date(now)
    if not found.made_on <= told_on <= today:
        refuse({"told_on": ["写登记以后、今天以前的日子"]})
    days = int(parameter("integrity.objection", district_id=found.district_id, on=today))
    found.state, found.told_on = StepDown.State.TOLD, told_on
    found.objects_until = nth_workday(told_on, days, calendar_for(found.district_id))
    return _kept(actor, found, now)


@transaction.atomic
def stepdown_object(*, actor: Viewer, row: StepDown, objection: str, now: datetime) -> StepDown:
    """Write down what he says against it, within his days."""
    found = _locked(actor, row, StepDown.State.TOLD)
    if found.objects_until and local_date(now) > found.objects_until:
        refuse({"objection": [f"申辩的日子到 {found.objects_until} 为止"]})
    found.state, found.objection = StepDown.State.OBJECTED, objection
    return _kept(actor, found, now)


@transaction.atomic
def stepdown_decide(*, actor: Viewer, row: StepDown, moves: bool, reply: str, now: datetime) -> StepDown:
    """Decide as a second person: never before his days are over or his objection is answered."""
    found = _locked(actor, row, StepDown.State.TOLD, StepDown.State.OBJECTED, second=True)
    today = local_date(now)
    if found.state == StepDown.State.TOLD and found.objects_until and today <= found.objects_until:
        refuse({"moves": [f"申辩的日子还没过，{found.objects_until} 以后再定"]})
    if found.state == StepDown.State.OBJECTED and len(reply.strip()) < 4:
        refuse({"reply": ["他申辩了，请写怎么答复"]})
    found.state = StepDown.State.MOVED if moves else StepDown.State.DROPPED
    found.reply, found.decided_by_id, found.decided_on = reply, actor.person_id, today
    return _kept(actor, found, now)
