"""Rows of the discipline body's registers, and what becomes of a clue: planned, checked, judged by a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.monitoring.models import Clue, SpecialPlan, Station, Watcher
from qiying.capabilities.monitoring.models.watching import Kept
from qiying.capabilities.monitoring.rules.clues import HAND
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.tasks import task_open
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers import keeping
from qiying.kernel.registers.keeping import Check, Faults, Values, row_locked
from qiying.kernel.registers.rows import row_faults, row_filled

State = Clue.State


def _watcher(row: Watcher, values: Values, now: datetime) -> Faults:
    """A supervisor comes from outside the government, for a term."""
    fields: Faults = {}
    where = row.works_at.strip()
    offices = Unit.objects.filter(district_id=row.district_id).exclude(kind__in=OUTSIDE)
    if any(name and name in where for pair in offices.values_list("name", "short_name") for name in pair):
        fields["works_at"] = ["监督员要从政府以外聘请，不能是本区单位的人"]
    if row.valid_to is None:
        fields["valid_to"] = ["聘期要有最后一天"]
    return fields


OUTSIDE = ("association", "bank", "mediator", "agency")
"""Units that are no government: whoever works there may be a supervisor."""


def _plan(row: SpecialPlan, values: Values, now: datetime) -> Faults:
    if row.last_on < row.first_on:
        return {"last_on": ["不能早于开始的那天"]}
    chosen = Watcher.objects.filter(pk__in=values.get("watchers") or [], district_id=row.district_id)
    away = [
        w.name for w in chosen if w.valid_from > row.last_on or (w.valid_to and w.valid_to < row.first_on)
    ]
    if away:
        return {"watchers": [f"这段时间不在聘期：{'、'.join(away)}"]}
    units = set(row.clues.exclude(unit=None).values_list("unit_id", flat=True)) if row.pk else set()
    return {"watchers": [words]} if (words := _avoiding(chosen, units)) else {}


def _avoiding(watchers: Iterable[Watcher], units: Iterable[int]) -> str:
    """Say which supervisors declared an interest in one of the units."""
    told = [w.name for w in watchers if w.avoids.filter(pk__in=list(units)).exists()]
    return f"声明过利害关系，要回避：{'、'.join(told)}" if told else ""


KEPT: dict[type[Kept], tuple[str, tuple[str, ...], str, Check | None]] = {
    Station: ("station", ("name", "kind", "place", "tasks", "valid_from", "valid_to"), "name", None),
    Watcher: (
        "watcher",
        ("name", "works_at", "station", "tasks", "interests", "avoids", "valid_from", "valid_to"),
        "",
        _watcher,
    ),
    SpecialPlan: ("plan", ("title", "way", "about", "first_on", "last_on", "watchers"), "title", _plan),
}
"""By model: its act in the audit, the fields of its form, the field that is unique, what else speaks against a row."""


def row_keep(*, model: Any, **given: Any) -> Any:
    """Enter or change a row by the kit's `row_keep`; the audit, read by others too, has its number alone."""
    code, names, unique, faults = KEPT[model]
    told: dict[str, Any] = {
        "needs": "integrity.watch",
        "action": f"integrity.{code}_keep",
        "unique": unique,
        "check": faults,
    }
    return keeping.row_keep(model=model, names=names, is_told=False, **told, **given)


def row_end(*, actor: Viewer, row: Station | Watcher, on: date, reason: str = "", now: datetime) -> None:
    """End a station or a supervisor's term on a day."""
    action = f"integrity.{KEPT[type(row)][0]}_keep"
    keeping.row_end(actor=actor, row=row, on=on, now=now, needs="integrity.watch", action=action)


# --- clues ----------------------------------------------------------------------------------------


@transaction.atomic
def clue_enter(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Clue:
    """Write down what a station, a supervisor or a visit heard."""
    require(actor, "integrity.clues")
    row = Clue(district_id=actor.district_id or 0, rule=HAND, raised_at=now, raised_on=local_date(now))
    row_filled(row, values, "unit", "text")
    refuse(row_faults(row, unique=""))
    row.save()
    row_noted(actor, "integrity.clue", row, now)
    return row


def _locked(actor: Viewer, clue: Clue, *states: str) -> Clue:
    require(actor, "integrity.clues")
    row = row_locked(clue, *states, related=("unit",))
    if row.key.partition("@")[0] in actor.keys or row.unit_id in actor.unit_ids:
        raise NotPermitted("说的是您自己或者您的单位，要由别人来查")
    return row


@transaction.atomic
def clue_take(*, actor: Viewer, clue: Clue, plan: int | None, now: datetime) -> Clue:
    """Begin to check a clue oneself, in a special plan where there is one."""
    row = _locked(actor, clue, State.OPEN)
    found = SpecialPlan.objects.filter(pk=plan or 0, district_id=row.district_id).first()
    if plan and found is None:
        refuse({"plan": ["没有这个专项监督"]})
    if found and row.unit_id and (words := _avoiding(found.watchers.all(), [row.unit_id])):
        refuse({"plan": [words]})
    row.state, row.plan, row.checker_id = State.CHECKING, found, actor.person_id
    row.save()
    row_noted(actor, "integrity.clue_take", row, now)
    return row


@transaction.atomic
def clue_conclude(*, actor: Viewer, clue: Clue, values: Mapping[str, Any], now: datetime) -> Clue:
    """Say what was found; where it is true, which unit shall put it right, what must be seen, by which workday."""
    row = _locked(actor, clue, State.CHECKING)
    if row.checker_id != actor.person_id:
        raise NotPermitted("由核查的人来写结果")
    row.is_founded = values["result"] == "founded"
    row_filled(row, values, "finding")
    if row.is_founded:
        row_filled(row, values, "result_to_show", "due_on")
        row.unit_id = values.get("unit") or row.unit_id
        refuse({**_rectification(row, actor, local_date(now)), **row_faults(row, unique="")})
    row.state = State.DECIDING
    row.save()
    row_noted(actor, "integrity.clue_conclude", row, now)
    return row


def _rectification(row: Clue, actor: Viewer, today: date) -> Faults:
    fields: Faults = {}
    if row.unit_id is None or row.unit_id in actor.unit_ids:
        fields["unit"] = ["请选由哪个单位整改"]
    if not row.result_to_show.strip():
        fields["result_to_show"] = ["请写要看到怎样的整改"]
    if row.due_on is None or row.due_on <= today:
        fields["due_on"] = ["请写今天以后的日子"]
    elif not calendar_for(row.district_id).is_workday(row.due_on):
        fields["due_on"] = ["这一天不上班，请选工作日"]
    return fields


@transaction.atomic
def clue_decide(*, actor: Viewer, clue: Clue, agrees: bool, now: datetime) -> Clue:
    """Agree as a second person, which makes a task of what was founded, or send the check back."""
    row = _locked(actor, clue, State.DECIDING)
    if row.checker_id == actor.person_id:
        raise NotPermitted("自己查的要由另一个人审核")
    if not agrees:
        row.state, row.is_founded = State.CHECKING, None
    else:
        row.state = State.FOUNDED if row.is_founded else State.UNFOUNDED
        row.decided_by_id, row.decided_on = actor.person_id, local_date(now)
        if row.is_founded:
            judge = next((m.unit_id for m in actor.memberships if m.role == "discipline"), None)
            row.task = task_open(
                district_id=row.district_id, judge_unit=judge, now=now, unit=row.unit_id,
                title=f"整改：{row.finding}"[:60], text=row.finding, result_to_show=row.result_to_show,
                due_on=row.due_on, origin=f"clue:{row.pk}", origin_label="纪检机构专项监督",
            )  # fmt: skip
    row.save()
    row_noted(actor, "integrity.clue_decide", row, now)
    return row


def open_clues(viewer: Viewer) -> Q:
    """Return the condition on clues that wait for somebody: to be taken, his to conclude, another's to decide."""
    mine = Q(state=State.CHECKING, checker_id=viewer.person_id or 0)
    return Q(state=State.OPEN) | mine | (Q(state=State.DECIDING) & ~Q(checker_id=viewer.person_id or 0))
