"""Opinions written and merged, items kept, heard every month, and written off by their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from qiying.capabilities.deliberations.models import Hearing, Judgement, Opinion, OpinionItem, Sitting
from qiying.capabilities.deliberations.rules.days import hearing_until
from qiying.capabilities.deliberations.services.keeping import (
    CHECKS,
    KEEP,
    OPINE,
    conflict_faults,
    noted,
    own_firms,
    row_keep,
)
from qiying.capabilities.deliberations.services.sittings import DONE, person_faults, sitting_locked
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.gatherings.services.planning import figures_write
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values
from qiying.kernel.registers.rows import row_faults, row_filled

State = OpinionItem.State
KEPT = ("area", "text", "unit", "person", "due_on")


@transaction.atomic
def opinion_save(*, actor: Viewer, row: Opinion | None, values: Values, now: datetime) -> Opinion:
    """Write a deputy's opinion while they are taken: by himself online, or by the congress as it was said."""
    staff, today = actor.has(KEEP), local_date(now)
    if not staff:
        require(actor, OPINE)
    made = row_filled(
        row or Opinion(district_id=actor.district_id or 0, at=now), values, "text", "enterprise", "conflict"
    )
    if row is None:
        row_filled(made, values, "sitting")
        made.is_online = not staff
        made.person_id = (values.get("person") or 0) if staff else (actor.person_id or 0)
    elif not staff and row.person_id != actor.person_id:
        raise NotPermitted("别人的意见不能改")
    fields = row_faults(made, unique="")
    if "sitting" in fields:
        refuse(fields)
    sitting = sitting_locked(made.sitting, Sitting.State.OPEN)
    if made.item_id or made.left_out:
        raise ActionNotAvailable("已经处理过了，不能再改")
    if not staff and today > sitting.opinions_until:
        fields["text"] = [f"线上意见收到 {sitting.opinions_until} 为止"]
    if len(made.text.strip()) < 4:
        fields["text"] = ["把意见写清楚"]
    person = Person.objects.filter(pk=made.person_id, district_id=made.district_id).first()
    if person is None:
        fields["person"] = ["请选是哪位代表的意见"]
    else:
        firms = own_firms([person], made.text, today, made.enterprise_id)
        fields |= conflict_faults(firms, made.conflict)
    refuse(fields)
    made.save()
    noted(actor, made, str(made), now)
    return made


@transaction.atomic
def opinion_merge(*, actor: Viewer, row: Opinion, values: Values, now: datetime) -> OpinionItem:
    """Merge an opinion into an item of its sitting, or make a new one of it."""
    require(actor, KEEP)
    sitting = sitting_locked(row.sitting, Sitting.State.OPEN)
    item = sitting.items.filter(pk=values.get("item") or 0).first()
    if values.get("item") and item is None:
        refuse({"item": ["这次审议没有这一条"]})
    if item is None:
        told = {"area": values.get("area", "").strip(), "text": values.get("text", "").strip() or row.text}
        item = item_add(actor=actor, sitting=sitting, values=told, now=now)
    row.item, row.left_out = item, ""
    row.save(update_fields=["item", "left_out"])
    noted(actor, row, f"并进第 {item.no} 条", now)
    return item


@transaction.atomic
def opinion_leave_out(*, actor: Viewer, row: Opinion, reason: str, now: datetime) -> None:
    """Say why an opinion is not taken up; its deputy reads it."""
    require(actor, KEEP)
    sitting_locked(row.sitting, Sitting.State.OPEN)
    row.item, row.left_out = None, reason.strip()[:200]
    row.save(update_fields=["item", "left_out"])
    noted(actor, row, f"没有采纳：{reason}", now)


@transaction.atomic
def item_add(*, actor: Viewer, sitting: Sitting, values: Values, now: datetime) -> OpinionItem:
    """Draft the next item of a sitting."""
    sitting = sitting_locked(sitting, Sitting.State.OPEN)
    no = (sitting.items.aggregate(n=Max("no"))["n"] or 0) + 1
    made = OpinionItem(district_id=sitting.district_id, sitting=sitting, no=no)
    return item_save(actor=actor, row=made, values=values, now=now)


@transaction.atomic
def item_save(*, actor: Viewer, row: OpinionItem, values: Values, now: datetime) -> OpinionItem:
    """Word an item, name its unit and person; from handing over on its task says the rest."""
    if row.state not in (State.DRAFT, State.ADOPTED):
        raise ActionNotAvailable("交办以后在任务里调整")
    if row.state == State.ADOPTED and values.get("text", row.text) != row.text:
        refuse({"text": ["通过了的文字不能再改，只能补责任单位、责任人和日期"]})
    names = [n for n in KEPT if n in values]
    made: OpinionItem = row_keep(actor=actor, model=OpinionItem, row=row, values=values, names=names, now=now)
    cite = provided("cite_articles")
    if cite is not None and values.get("articles"):
        cite(
            actor=actor,
            articles=values["articles"],
            subject=made.subject,
            label=f"审议意见{made}"[:120],
            now=now,
        )
    return made


def _item(row: OpinionItem, values: Values, now: datetime) -> Faults:
    found: Faults = {}
    if not row.area.strip():
        found["area"] = ["写是哪类问题"]
    if len(row.text.strip()) < 4 or len(row.text) > 500:
        found["text"] = ["写 4 到 500 个字"]
    if row.due_on and row.due_on <= local_date(now):
        found["due_on"] = ["写今天以后的日子"]
    if row.unit_id and row.unit_id == row.sitting.gathering.unit_id:
        found["unit"] = ["核销的单位不能自己整改"]
    return found | person_faults(row.unit_id, row.person, local_date(now))


def _hearing(row: Hearing, values: Values, now: datetime) -> Faults:
    since = row.sitting.handed_over_on
    if since is None or row.sitting.state == Sitting.State.CLOSED:
        return {"sitting": ["整改清单交办以后、办结以前才听进展"]}
    if not since <= row.on <= local_date(now):
        return {"on": ["交办以后、今天以前的日子"]}
    same = Hearing.objects.filter(sitting=row.sitting, on=row.on).exclude(pk=row.pk or 0)
    return {"on": ["这一天已经听过了"]} if same.exists() else {}


CHECKS.update({OpinionItem: _item, Hearing: _hearing})


@transaction.atomic
def hearing_save(*, actor: Viewer, row: Hearing | None, values: Values, now: datetime) -> Hearing:
    """Hold a hearing on a list; the next one is due by the end of the next month."""
    names = ("sitting", "on", "who")
    made: Hearing = row_keep(actor=actor, model=Hearing, row=row, values=values, names=names, now=now)
    owed = made.sitting.items.exclude(state__in=DONE).exists()
    by = hearing_until(made.on, calendar_for(made.district_id)) if owed else None
    Sitting.objects.filter(pk=made.sitting_id).update(hearing_by=by)
    if row is None:
        figures_write(made.sitting.gathering, {"hearings": 1}, made.on, seq=1000 + made.pk)
    return made


@transaction.atomic
def item_judge(*, actor: Viewer, row: Hearing, values: Values, now: datetime) -> Judgement:
    """Judge one item at a hearing; what was claimed is written off or sent back, paper work is opened again."""
    require(actor, KEEP)
    items = OpinionItem.objects.select_for_update(of=("self",)).select_related("case")
    item = items.filter(sitting_id=row.sitting_id, pk=values["item"] or 0).first()
    if item is None or item.case is None:
        refuse({"item": ["这张清单没有这一条，或者还没交办"]})
    assert item is not None and item.case is not None
    if row.judgements.filter(item=item).exists():
        raise ActionNotAvailable(f"第 {item.no} 条这次已经判过了")
    told = {name: str(values[name]).strip() for name in ("progress", "found", "note")}
    made = Judgement.objects.create(hearing=row, item=item, person_id=actor.person_id, at=now, **told)
    act, data = _step(item.case, made, values)
    if act:
        case_act(case=item.case, action=act, actor=actor, data=data, now=now)
    words = f"第 {item.no} 条：{made.get_found_display()}，{made.note}"
    noted(actor, row, words, now)
    seq = 10_000 + made.pk
    figures_write(row.sitting.gathering, {f"heard_{made.found}": 1}, local_date(now), seq=seq)
    return made


def _step(case: Case, made: Judgement, values: Values) -> tuple[str, dict[str, Any]]:
    """Return what a judgement does to the task: nothing while it is being done."""
    is_real = made.found == Judgement.Found.REAL
    if case.state == "claimed" and is_real:
        return "write_off", {"checked": values.get("checked") or "site", "note": made.note}
    if case.state == "claimed":
        return "send_back", {"reason": made.note}
    if case.state == "done" and made.found == Judgement.Found.PAPER:
        return "look_back", {"result": "paper", "finding": made.note, "due_on": values.get("due_on")}
    return "", {}


def case_ended(payload: Mapping[str, Any], now: datetime) -> None:
    """Note that an item's task was written off or dropped (subscribed to `case_closed`)."""
    rows = OpinionItem.objects.filter(case__number=payload["case"], state=State.SENT)
    for item in rows.select_related("case", "sitting__gathering"):
        assert item.case is not None
        is_done = item.case.outcome == "done"
        item.state = State.CLOSED if is_done else State.DROPPED
        item.closed_on = item.case.closed_on or local_date(now)
        item.save(update_fields=["state", "closed_on"])
        what = "items_done" if is_done else "items_dropped"
        figures_write(item.sitting.gathering, {what: 1}, item.closed_on, seq=item.case.pk)


def case_again(payload: Mapping[str, Any], now: datetime) -> None:
    """A task that was opened again is being put right again (subscribed to `case_reopened`)."""
    for item in OpinionItem.objects.filter(case__number=payload["case"], state__in=DONE):
        item.state, item.closed_on = State.SENT, None
        item.save(update_fields=["state", "closed_on"])
        Sitting.objects.filter(pk=item.sitting_id, state=Sitting.State.CLOSED).update(
            state=Sitting.State.REPORTED, closed_on=None
        )
        figures_write(item.sitting.gathering, {"items_again": 1}, local_date(now), seq=item.case_id or 0)
