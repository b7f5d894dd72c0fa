"""Reads of programmes and tasks: who sees which, and a whole tree with where every task stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from qiying.capabilities.programmes.models import Edition, LookBack, Node, Programme, Wait
from qiying.capabilities.programmes.rules import PROCEDURE, PUBLISH
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.models import Case, CaseParty, Job
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

MONTH = timedelta(days=31)


def programmes_visible_to(viewer: Viewer) -> QuerySet[Programme]:
    """Return the district's programmes for who may look at them: plans of the government are open inside it."""
    rows = Programme.objects.select_related("owner", "judge")
    if viewer.is_system:
        return rows
    return rows.filter(district_id=viewer.district_id or 0) if viewer.has("programmes.view") else rows.none()


def tasks_visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Return the tasks in which the viewer takes part."""
    return cases_visible_to(viewer).filter(procedure=PROCEDURE)


def look_backs_due(viewer: Viewer, today: date) -> QuerySet[LookBack]:
    """Return the look-backs that are due for the units that wrote the tasks off."""
    keys = [f"u:{m.unit_id}" for m in viewer.memberships if m.role != "deputy"]
    # state and party in a subquery of each look-back: joined, the database would walk all finished cases
    judged = CaseParty.objects.filter(key__in=keys, role="judge", until__isnull=True, case__state="done")
    due = LookBack.objects.filter(due_on__lte=today, done_on=None)
    rows = due.filter(Exists(judged.filter(case=OuterRef("task_id"))))
    return rows.select_related("task__lead_unit")


def editions_now(programme: Programme) -> dict[str, Edition]:
    """Return by state the edition in force, the draft, and the one being put in force."""
    rows = programme.editions.exclude(state=Edition.State.REPLACED)
    return {e.state: e for e in rows.select_related("made_by", "published_by")}


def edition_of(programme: Programme, *, draft: bool = False) -> Edition | None:
    """Return the edition in force, or the draft."""
    return editions_now(programme).get(Edition.State.DRAFT if draft else Edition.State.PUBLISHED)


def progress_of(row: Edition | None) -> tuple[int, int, int] | None:
    """Return of an edition being put in force its number, and how many of its new tasks stand of how many."""
    if row is None:
        return None
    job = Job.objects.filter(kind=PUBLISH, payload__edition=row.pk).order_by("pk").last()
    return (row.no, job.done_count, job.total_count) if job else None


@dataclass
class Row:
    """A branch or leaf as the pages show it; of a branch, its leaves."""

    node: Node
    status: str = ""
    words: str = ""
    late: int = 0
    waits: list[Case] = field(default_factory=list)
    holds: list[Row] = field(default_factory=list)
    leaves: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.task = self.node.task

    @property
    def unit(self) -> str:
        """The unit that has it now."""
        found = self.task.lead_unit if self.task else self.node.unit
        return found.label if found else self.node.unit_said

    @property
    def person(self) -> str:
        found = self.task.handler if self.task else self.node.person
        return found.name if found else ""

    @property
    def due_on(self) -> date | None:
        said = self.task.extras.get("due_on") if self.task else None
        return date.fromisoformat(said) if said else self.node.due_on

    @property
    def progress(self) -> int:
        """How far it is in percent; of a branch the mean of its leaves."""
        if self.leaves:
            return round(sum(one.progress for one in self.leaves) / len(self.leaves))
        return int(self.task.extras.get("progress", 0)) if self.task else 0

    @property
    def done(self) -> int:
        return sum(one.state == "done" for one in self.leaves)

    @property
    def is_late(self) -> bool:
        return self.late > 0

    @property
    def state(self) -> str:
        return self.task.state if self.task else ""

    @property
    def problem(self) -> str:
        return str(self.task.extras.get("problem", "")) if self.task and self.task.is_open else ""


@dataclass
class Tree:
    """An edition with where every task stands on a day."""

    edition: Edition
    rows: list[Row]
    today: date

    @cached_property
    def leaves(self) -> list[Row]:
        """The tasks that still count: what a later edition dropped does not."""
        return [r for r in self.rows if r.node.is_leaf and r.state not in {"dropped", "voided"}]

    @cached_property
    def late(self) -> list[Row]:
        """Late tasks, those first that hold up most, then the latest."""
        return sorted((r for r in self.leaves if r.is_late), key=lambda r: (-len(r.holds), -r.late))

    def count(self, *states: str) -> int:
        return sum(r.state in states for r in self.leaves)

    @cached_property
    def silent(self) -> list[Row]:
        """Tasks under way for a month of which nobody said anything in the last one."""
        since = self.today - MONTH
        rows = [r for r in self.leaves if r.task and r.state == "doing" and r.task.received_on <= since]
        return [r for r in rows if r.task and str(r.task.extras.get("stated_on", "")) < since.isoformat()]

    @property
    def sentence(self) -> str:
        """What is true of the whole, in two sentences."""
        if not any(r.task for r in self.leaves):
            return f"草稿，{len(self.leaves)} 件任务，还没有发布。"
        doing = self.count("doing")
        told = f"{len(self.leaves)} 件任务，核销 {self.count('done')} 件"
        told += f"，等核销 {self.count('claimed')} 件" if self.count("claimed") else ""
        told += f"，在办 {doing} 件。"
        if not self.late:
            return told + ("没有晚的。" if doing else "")
        worst = self.late[0]
        held = f"，卡着后面 {len(worst.holds)} 件" if worst.holds else ""
        return (
            told
            + f"晚了 {len(self.late)} 件，最要紧的是{worst.unit}的“{worst.node.title}”，{worst.words}{held}。"
        )

    def months(self) -> list[tuple[date, list[Row], int]]:
        """Return the tasks by the month in which they are due, and how many of them are late."""
        found: dict[date, list[Row]] = defaultdict(list)
        for row in self.leaves:
            if row.due_on:
                found[row.due_on.replace(day=1)].append(row)
        return [(month, rows, sum(r.is_late for r in rows)) for month, rows in sorted(found.items())]

    def units(self) -> list[UnitLine]:
        """Return each duty unit with its tasks, most late first."""
        found: dict[int, UnitLine] = {}
        for row in self.leaves:
            unit = row.task.lead_unit if row.task else row.node.unit
            if unit is not None:
                found.setdefault(unit.pk, UnitLine(unit.pk, unit.label)).rows.append(row)
        return sorted(found.values(), key=lambda u: (-u.late, -len(u.rows), u.pk))

    def of_unit(self, unit_id: int) -> list[Row]:
        """Return the unit's leaves with the branches above them."""
        own = {
            r.node.pk for r in self.leaves if (r.task.lead_unit_id if r.task else r.node.unit_id) == unit_id
        }
        return [r for r in self.rows if r.node.pk in own or any(one.node.pk in own for one in r.leaves)]


@dataclass
class UnitLine:
    """One unit on the board; a share has a denominator, so it is shown as two counts."""

    pk: int
    label: str
    rows: list[Row] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(r.state == "done" for r in self.rows)

    @property
    def claimed(self) -> int:
        return sum(r.state == "claimed" for r in self.rows)

    @property
    def doing(self) -> int:
        return sum(r.state == "doing" for r in self.rows)

    @property
    def late(self) -> int:
        return sum(r.is_late for r in self.rows)

    @property
    def progress(self) -> int:
        return round(sum(r.progress for r in self.rows) / len(self.rows))


def tree_of(edition: Edition, today: date) -> Tree:
    """Return an edition's tree in two queries, whatever its size."""
    nodes = edition.nodes.select_related("unit", "person", "task__lead_unit", "task__handler")
    rows = [Row(n) for n in nodes]
    by_node = {r.node.pk: r for r in rows}
    for row in rows:
        if row.node.is_leaf:
            parent = row.node.parent_id
            while parent is not None:
                by_node[parent].leaves.append(row)
                parent = by_node[parent].node.parent_id
    by_task = {r.node.task_id: r for r in rows if r.node.task_id}
    waits = _waits(by_task)
    district = edition.programme.district_id
    for row in by_task.values():
        row.waits = [w.on for w in waits if w.task_id == row.node.task_id and w.on.is_open]
        row.status, row.words, row.late = task_status(row.node.task, row.waits, today, district)
    _holding(by_task, waits)
    return Tree(edition, rows, today)


def _waits(by_task: dict[Any, Row]) -> Sequence[Wait]:
    if not by_task:
        return []
    found = Wait.objects.filter(task__programme_nodes__in=[r.node.pk for r in by_task.values()])
    return list(found.select_related("on"))


def _holding(by_task: dict[Any, Row], waits: Iterable[Wait]) -> None:
    """Say of every late task which open ones cannot go on because of it, straight or through others."""
    waiting: dict[int, list[int]] = defaultdict(list)
    for w in waits:
        waiting[w.on_id].append(w.task_id)
    for pk, row in by_task.items():
        if not row.is_late:
            continue
        seen, frontier = {pk}, [pk]
        while frontier:
            for one in waiting.get(frontier.pop(), ()):
                if one not in seen and one in by_task:
                    seen.add(one)
                    frontier.append(one)
        row.holds = [by_task[one] for one in seen - {pk} if by_task[one].state == "doing"]


def task_status(
    task: Case | None, waits: Sequence[Case], today: date, district_id: int
) -> tuple[str, str, int]:
    """Return the status of a task: its shape, its words, how many workdays it is late."""
    if task is None:
        return "unknown", "还没立", 0
    closed = {"done": ("done", "已核销"), "dropped": ("unknown", "已撤下"), "voided": ("unknown", "作废")}
    if task.state in closed:
        return *closed[task.state], 0
    if task.state == "claimed":
        return "turn", "等核销", 0
    progress = int(task.extras.get("progress", 0))
    if task.due_by is not None:
        found = open_status(task.due_by, today, calendar_for(district_id))
        if found.code == "overdue":
            return "overdue", found.words, max(-found.left, 1)
        if task.extras.get("outlook") in {"at_risk", "blocked"}:
            return (
                "duesoon",
                f"{'办不下去' if task.extras['outlook'] == 'blocked' else '有风险'}，{progress}%",
                0,
            )
        if waits:
            return "paused", f"在等 {len(waits)} 件", 0
        if found.code == "duesoon":
            return "duesoon", found.words, 0
    return "ontime", f"在办，{progress}%", 0
