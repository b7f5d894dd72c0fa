"""Rows of plans, topics, questions and examinations, checked and noted; sessions held for topics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.study.models import Exam, Plan, Question, Topic
from qiying.capabilities.study.rules import question_faults
from qiying.capabilities.study.selectors.plans import learners_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.services.people import attendee_add
from qiying.kernel.gatherings.services.planning import gathering_save
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, keeper

MOST_DRAWN = 100
"""More questions nobody answers at one sitting."""


note = noting("study", what=lambda row: str(row)[:120])


def _strangers(row: Plan | Exam, values: Values) -> Faults:
    """Refuse people and units of elsewhere."""
    near = {
        "units": Unit.objects.filter(district_id=row.district_id, is_active=True),
        "members": Person.objects.filter(memberships__unit__district_id=row.district_id),
    }
    found: Faults = {}
    for name, rows in near.items():
        ids = {getattr(one, "pk", one) for one in values.get(name) or ()}
        if len(set(rows.filter(pk__in=ids).values_list("pk", flat=True))) < len(ids):
            found[name] = ["有的不是本区的，请重选"]
    return found


def _plan(row: Plan, values: Values, now: datetime) -> Faults:
    found = _strangers(row, values)
    if not 2000 <= row.year <= 2100:
        found["year"] = ["年份写四位数，如 2026"]
    if (
        Plan.objects.filter(district_id=row.district_id, body=row.body, year=row.year)
        .exclude(pk=row.pk)
        .exists()
    ):
        found["body"] = [f"{row.body} {row.year} 年的计划已经有了"]
    if not values.get("members") and not values.get("units"):
        found["members"] = ["点名参加的人和全体参加的单位，至少选一样"]
    return found


def _topic(row: Topic, values: Values, now: datetime) -> Faults:
    found: Faults = {}
    if row.gathering_id:
        found["title"] = ["学习会已经定了，专题不能再改"]
    if row.planned_on.year != row.plan.year:
        found["planned_on"] = [f"要在 {row.plan.year} 年里"]
    same = Topic.objects.filter(plan_id=row.plan_id, title=row.title).exclude(pk=row.pk)
    if same.exists():
        found["title"] = ["这个计划里已经有这个专题"]
    return found


def _question(row: Question, values: Values, now: datetime) -> Faults:
    return question_faults(row.kind, row.options, row.answer)


def _exam(row: Exam, values: Values, now: datetime) -> Faults:
    found = _strangers(row, values)
    if row.state != Exam.State.DRAFT:
        found["title"] = ["已经抽题开考，不能再改"]
    if row.closes_on < row.opens_on:
        found["closes_on"] = ["止不能早于起"]
    elif row.closes_on < local_date(now):
        found["closes_on"] = ["已经过了，往后定"]
    if not 1 <= row.ones + row.manies + row.judges <= MOST_DRAWN:
        found["ones"] = [f"一份卷一共 1 到 {MOST_DRAWN} 题"]
    if not 1 <= row.papers <= 20:
        found["papers"] = ["抽 1 到 20 份卷"]
    if not values.get("units"):
        found["units"] = ["选哪些单位的人考"]
    return found


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: plans and topics those of the unit that organises."""
    if isinstance(row, Topic):
        return row.plan.unit_id in viewer.unit_ids
    return not isinstance(row, Plan | Exam) or row.unit_id in viewer.unit_ids


row_keep = keeper(
    "study.keep",
    "study.keep",
    {Plan: _plan, Topic: _topic, Question: _question, Exam: _exam},
    may=may_keep,
    why="只能以本单位的名义登记，只改本单位的",
    otherwise={Plan: "study.organise", Topic: "study.organise"},
)


@transaction.atomic
def topic_hold(*, actor: Viewer, topic: Topic, head: Mapping[str, Any], now: datetime) -> Gathering:
    """Plan the session that studies a topic, with everybody on the list who is to study by its plan."""
    row = Topic.objects.select_for_update(of=("self",)).select_related("plan").get(pk=topic.pk)
    require(actor, "study.organise")
    if not may_keep(actor, row):
        raise NotPermitted("学习会由组织这个计划的单位开")
    if row.gathering_id:
        raise ActionNotAvailable("这个专题的学习会已经定了")
    people = learners_of(row.plan, head["on"])
    if not people:
        refuse({"on": ["那天计划里一个在任的人也没有，先改计划"]})
    values = {"title": row.title, **head}
    made = gathering_save(
        actor=actor, kind=kind_of("study_session"), values=values, now=now, unit_id=row.plan.unit_id
    )
    for person in people:
        attendee_add(gathering=made, actor=actor, role="learner", person=person, name=person.name, now=now)
    row.gathering = made
    row.save(update_fields=["gathering"])
    note(actor, "hold", row, now, count=len(people))
    return made
