"""Giving a task by hand, from a table or for another capability's event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.tasks import task_open
from qiying.kernel.gatherings.models import Item
from qiying.kernel.gatherings.selectors import gatherings_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def task_give(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Case:
    """Give a task as somebody who may; raise `GuardFailed` by field."""
    require(actor, "programmes.give")
    case = case_open(
        procedure="task",
        actor=actor,
        data={name: value for name, value in values.items() if value is not None},
        now=now,
        district_id=actor.district_id or 0,
    )
    kind, _, pk = str(values.get("origin") or "").partition(":")
    if kind == "item" and pk.isascii() and pk.isdigit() and len(pk) < 12:  # what was promised in a room
        rows = Item.objects.filter(pk=int(pk), case=None, done_at=None, promised_by__isnull=False)
        rows.filter(gathering__in=gatherings_visible_to(actor)).update(case=case)
    return case


def hot_issue_became(payload: Mapping[str, Any], now: datetime) -> None:
    """Make a task of a hot issue that the desk turned into one (subscribed to `hot_issue_became`); once."""
    if payload.get("becomes") != "reform" or not payload.get("unit_id"):
        return
    origin = f"hot:{payload['hot_issue']}"
    if Case.objects.filter(procedure="task", extras__origin=origin).exists():
        return
    unit = Unit.objects.get(pk=payload["unit_id"])
    judges = [*units_with(unit.district_id, "desk"), *units_with(unit.district_id, "supervision")]
    judge = next((pk for pk in judges if pk != unit.pk), None)
    days = int(parameter("task.due", district_id=unit.district_id, on=local_date(now)))
    cases = payload.get("cases", ())
    task_open(
        district_id=unit.district_id, judge_unit=judge, now=now, unit=unit.pk, title=str(payload["title"])[:120],
        text=f"涉及 {len(cases)} 件：{'、'.join(cases[:20])}"[:3000],
        result_to_show=str(payload.get("measure") or payload["title"])[:500],
        due_on=local_date(now) + timedelta(days=days), origin=origin, origin_label=f"热点：{payload['title']}"[:120],
    )  # fmt: skip
