"""Rows of the discipline body's registers, and what becomes of a clue: planned, checked, judged by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.monitoring.models import Clue, SpecialPlan, Station, Watcher
from qiying.capabilities.monitoring.models.watching import Kept
from qiying.capabilities.monitoring.rules.clues import HAND
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.rows import row_faults, row_filled

Faults = dict[str, list[str]]
State = Clue.State
TASK = "task"


def noted(actor: Viewer, act: str, row: Kept, now: datetime) -> None:
    """Record an act on a row by its number alone: the audit has readers from whom these rows are kept."""
    record_act(
        actor=actor,
        action=f"integrity.{act}",
        subject=row.subject,
        data={},
        at=now,
        district_id=row.district_id,
    )


def _watcher(row: Watcher, values: Mapping[str, Any], today: date) -> Faults:
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


def _plan(row: SpecialPlan, values: Mapping[str, Any], today: date) -> Faults:
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


def _none(row: Any, values: Mapping[str, Any], today: date) -> Faults:
    return {}


KEPT: dict[type[Kept], tuple[str, tuple[str, ...], str, Callable[[Any, Mapping[str, Any], date], Faults]]] = {
    Station: ("station", ("name", "kind", "place", "tasks", "valid_from", "valid_to"), "name", _none),
    Watcher: (
        "watcher",
        ("name", "works_at", "station", "tasks", "interests", "avoids", "valid_from", "valid_to"),
        "",
        _watcher,
    ),
    SpecialPlan: ("plan", ("title", "way", "about", "first_on", "last_on", "watchers"), "title", _plan),
}
"""By model: its act in the audit, the fields of its form, the field that is unique, what else speaks against a row."""


@transaction.atomic
def row_keep(*, actor: Viewer, model: Any, row: Any, values: Mapping[str, Any], now: datetime) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    require(actor, "integrity.watch")
    code, names, unique, faults = KEPT[model]
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    refuse(row_faults(made, unique=unique) or faults(made, values, local_date(now)))
    made.save()
    for name in (n for n in names if model._meta.get_field(n).many_to_many):
        related = model._meta.get_field(name).related_model.objects
        getattr(made, name).set(related.filter(pk__in=values.get(name) or [], district_id=made.district_id))
    noted(actor, f"{code}_keep", made, now)
    return made


@transaction.atomic
def row_end(*, actor: Viewer, row: Station | Watcher, on: date, now: datetime) -> None:
    """End a station or a supervisor's term on a day."""
    require(actor, "integrity.watch")
    if on < row.valid_from:
        refuse({"on": ["不能早于开始的那天"]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    noted(actor, f"{KEPT[type(row)][0]}_keep", row, now)


# --- clues ----------------------------------------------------------------------------------------


@transaction.atomic
def clue_enter(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Clue:
    """Write down what a station, a supervisor or a visit heard."""
    require(actor, "integrity.clues")
    row = Clue(district_id=actor.district_id or 0, rule=HAND, raised_at=now, raised_on=local_date(now))
    row_filled(row, values, "unit", "text")
    refuse(row_faults(row, unique=""))
    row.save()
    noted(actor, "clue", row, now)
    return row


def _locked(actor: Viewer, clue: Clue, *states: str) -> Clue:
    require(actor, "integrity.clues")
    row = Clue.objects.select_for_update(of=("self",)).select_related("unit").get(pk=clue.pk)
    if row.state not in states:
        raise ActionNotAvailable(f"这条线索现在是“{row.get_state_display()}”，请刷新后再看")
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
    noted(actor, "clue_take", row, now)
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
    noted(actor, "clue_conclude", row, now)
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
            row.task = task_open(
                actor, row.district_id, now, unit=row.unit_id, title=f"整改：{row.finding}"[:60], text=row.finding,
                result_to_show=row.result_to_show, due_on=row.due_on, origin=f"clue:{row.pk}",
                origin_label="纪检机构专项监督",
            )  # fmt: skip
    row.save()
    noted(actor, "clue_decide", row, now)
    return row


def task_open(actor: Viewer, district_id: int, now: datetime, **data: Any) -> str:
    """Open a task that the actor's discipline body writes off; empty where the installation has no tasks."""
    judge = next((m.unit_id for m in actor.memberships if m.role == "discipline"), None)
    if TASK not in {p.code for p in PROCEDURES.all()} or judge is None:
        return ""
    program = system_viewer("worker", district_id=district_id)
    given = {**data, "judge_unit": judge}
    return case_open(procedure=TASK, actor=program, district_id=district_id, now=now, data=given).number


def open_clues(viewer: Viewer) -> Q:
    """Return the condition on clues that wait for somebody: to be taken, his to conclude, another's to decide."""
    mine = Q(state=State.CHECKING, checker_id=viewer.person_id or 0)
    return Q(state=State.OPEN) | mine | (Q(state=State.DECIDING) & ~Q(checker_id=viewer.person_id or 0))
