"""Question motions: enough movers, put to the body, answered, judged by the movers, asked again by more than half."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.deliberations.models import QuestionMotion
from qiying.capabilities.deliberations.rules.days import may_ask_again
from qiying.capabilities.deliberations.services.keeping import (
    ANSWER,
    CHECKS,
    KEEP,
    conflict_faults,
    days,
    noted,
    own_firms,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, row_locked

State = QuestionMotion.State


def _motion(row: QuestionMotion, values: Values, now: datetime) -> Faults:
    """Three members or more at county level (监督法 art. 51); who gains by it says so."""
    if row.state != State.FILED:
        return {"title": ["已经交出去了，不能再改"]}
    if row.filed_on > local_date(now):
        return {"filed_on": ["还没到这一天"]}
    movers = list(Person.objects.filter(pk__in=values.get("movers") or []))
    least = days(row, "movers", row.filed_on)
    if len(movers) < least:
        return {"movers": [f"质询案要组成人员 {least} 人以上联名"]}
    if any(m.district_id != row.district_id for m in movers):
        return {"movers": ["请选本区的人"]}
    text = f"{row.title}\n{row.text}"
    same = QuestionMotion.objects.filter(district_id=row.district_id, title=row.title, filed_on=row.filed_on)
    if same.exclude(pk=row.pk or 0).exists():
        return {"title": ["这一件已经登记了"]}
    return conflict_faults(own_firms(movers, text, row.filed_on), row.conflict)


CHECKS[QuestionMotion] = _motion


def _workday(row: QuestionMotion, on: date | None, now: datetime, name: str) -> date:
    """Return a promised day; one that is over or no workday is refused."""
    if on is None or on <= local_date(now) or not calendar_for(row.district_id).is_workday(on):
        refuse({name: ["写今天以后的一个工作日"]})
    assert on is not None
    return on


@transaction.atomic
def motion_put(*, actor: Viewer, row: QuestionMotion, values: Values, now: datetime) -> QuestionMotion:
    """Put a motion to the body questioned, as the directors' meeting decided: how and until when it answers."""
    require(actor, KEEP)
    found = row_locked(row, State.FILED, related=("unit",))
    found.answer_by = _workday(found, values.get("answer_by"), now, "answer_by")
    found.way, found.state = values["way"], State.PUT
    found.save()
    noted(actor, found, f"交{found.unit.label}，{found.answer_by}前{found.get_way_display()}", now)
    return found


@transaction.atomic
def motion_answer(*, actor: Viewer, row: QuestionMotion, values: Values, now: datetime) -> QuestionMotion:
    """Answer for the body questioned, signed by its head (art. 52)."""
    require(actor, ANSWER)
    found = row_locked(row, State.PUT, related=("unit",))
    if found.unit_id not in actor.unit_ids:
        raise NotPermitted(f"由{found.unit.label}答复")
    found.answer, found.signed_by = values["answer"].strip(), values["signed_by"].strip()[:40]
    found.answered_on, found.state = local_date(now), State.ANSWERED
    found.answers += 1
    found.save()
    late = found.answer_by is not None and found.answered_on > found.answer_by
    noted(actor, found, f"第 {found.answers} 次答复{'，晚了' if late else ''}", now)
    return found


@transaction.atomic
def motion_judge(*, actor: Viewer, row: QuestionMotion, values: Values, now: datetime) -> QuestionMotion:
    """Record how many movers are satisfied; when more than half are not, a second answer may be demanded."""
    require(actor, KEEP)
    found = row_locked(row, State.ANSWERED, related=("unit",))
    movers, again_by = found.movers.count(), values.get("again_by")
    good, bad = int(values["satisfied"]), int(values["dissatisfied"])
    if min(good, bad) < 0 or good + bad > movers:
        refuse({"dissatisfied": [f"提案人一共 {movers} 人"]})
    if again_by and not may_ask_again(bad, movers):
        refuse({"again_by": ["不满意的没有超过提案人的半数，不能要求再答复"]})
    found.satisfied, found.dissatisfied = good, bad
    if again_by:
        found.answer_by = _workday(found, again_by, now, "again_by")
        found.state = State.PUT
    else:
        found.state, found.closed_on = State.CLOSED, local_date(now)
    found.save()
    noted(actor, found, f"满意 {good} 人、不满意 {bad} 人{'，再答复' if again_by else ''}", now)
    return found
