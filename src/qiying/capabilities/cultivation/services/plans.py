"""Plans towards a tier and the services under them; a firm asks for its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.cultivation.models import Plan, Service
from qiying.capabilities.cultivation.services.common import noted, row_kept, told
from qiying.capabilities.cultivation.services.titles import step_fault
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, row_locked

State = Plan.State
MOST_ASKED = 5
"""Services a firm may have asked for and not got."""


def plan_open(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Plan:
    """Begin to bring a firm to a tier: the next step only, and not while it is barred."""

    def check(row: Plan, values: Values, now: datetime) -> Faults:
        faults: Faults = {}
        if fault := step_fault(row.enterprise, row.tier, local_date(now)):
            faults["tier"] = [fault]
        elif Plan.objects.filter(enterprise_id=row.enterprise_id, tier=row.tier, state=State.OPEN).exists():
            faults["tier"] = ["这家企业到这一层的计划已经有了"]
        if row.due_on <= local_date(now):
            faults["due_on"] = ["打算申报的日子要在今天以后"]
        if not Person.objects.filter(pk=row.officer_id, district_id=row.district_id).exists():
            faults["officer"] = ["本区没有这个人"]
        return faults

    row = row_kept(
        actor=actor,
        row=Plan(officer_id=actor.person_id or 0),
        values=values,
        names=("enterprise", "tier", "goal", "due_on"),
        now=now,
        check=check,
    )
    what = f"培育到{row.get_tier_display()}，先补：{row.goal}"[:200]
    told(row.enterprise, row.subject, what, "/growth/", now, once=f"plan:{row.pk}")
    return row


@transaction.atomic
def plan_drop(*, actor: Viewer, plan: Plan, reason: str, now: datetime) -> Plan:
    """Give a plan up, with the reason."""
    require(actor, "cultivation.ladder")
    row = row_locked(plan, State.OPEN)
    row.state, row.reason, row.ended_on = State.DROPPED, reason, local_date(now)
    row.save()
    noted(actor, "drop", row, now, reason=reason)
    return row


@transaction.atomic
def service_plan(
    *, actor: Viewer, plan: Plan, what: str, unit: int | None, planned_on: date, now: datetime
) -> Service:
    """Plan a service to the firm, by one's own or another unit of the district."""
    require(actor, "cultivation.ladder")
    row = row_locked(plan, State.OPEN)
    if planned_on < local_date(now):
        refuse({"planned_on": ["不能在今天以前"]})
    if unit is not None and not Unit.objects.filter(pk=unit, district_id=row.district_id).exists():
        refuse({"unit": ["本区没有这个单位"]})
    made = Service.objects.create(plan=row, what=what, unit_id=unit, planned_on=planned_on)
    noted(actor, "serve", row, now, service=what)
    return made


@transaction.atomic
def service_ask(*, actor: Viewer, plan: Plan, what: str, now: datetime) -> Service:
    """Let a firm ask for help under its plan; the same words again are the same wish."""
    row = row_locked(plan, State.OPEN)
    if row.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业自己能要")
    known = row.services.filter(is_asked=True, done_on=None)
    same = known.filter(what=what).first()
    if same is not None:
        return same
    if known.count() >= MOST_ASKED:
        refuse({"what": [f"已有 {MOST_ASKED} 项在等，先等办了"]})
    made = Service.objects.create(plan=row, what=what, is_asked=True)
    noted(actor, "ask", row, now, service=what)
    return made


@transaction.atomic
def service_done(*, actor: Viewer, service: Service, done_on: date, result: str, now: datetime) -> Service:
    """Record that a service was done and what came of it."""
    require(actor, "cultivation.ladder")
    row = row_locked(service.plan, State.OPEN, State.REACHED)
    found = Service.objects.select_for_update().get(pk=service.pk)
    if done_on > local_date(now):
        refuse({"done_on": ["不能在今天以后"]})
    if found.done_on is None:
        found.done_on, found.result = done_on, result
        found.save()
        noted(actor, "served", row, now, service=found.what)
        told(
            row.enterprise,
            row.subject,
            f"{found.what}做好了：{result}"[:200],
            "/growth/",
            now,
            once=f"service:{found.pk}",
        )
    return found
