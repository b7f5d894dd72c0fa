"""Editions of a programme: drafted from a file or from the one in force, corrected, published by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.programmes.models import Edition, Node, Programme
from qiying.capabilities.programmes.rules import circle
from qiying.capabilities.programmes.services.reading.lines import (
    Line,
    Plan,
    UnreadablePlan,
    day_of,
    number_lines,
)
from qiying.capabilities.programmes.services.reading.outlines import read_outline
from qiying.capabilities.programmes.services.reading.workbooks import read_workbook
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_names
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, row_keep

SPLIT = "、,，;；/ "
FIELDS = ("title", "number", "meaning", "starts_on", "ends_on", "owner", "judge", "is_sample")
GIVEN = {"unit": "unit_id", "person": "person_id", "result_to_show": "result", "waits_for": "waits"}
"""What a form of a task calls fields of a leaf."""


# --- the programme -------------------------------------------------------------------
def _in_order(row: Programme, values: Values, now: datetime) -> Faults:
    return {"ends_on": ["止不能早于起"]} if row.ends_on < row.starts_on else {}


def programme_save(*, actor: Viewer, programme: Programme | None, values: Values, now: datetime) -> Programme:
    """Enter a programme or change what is said of it; raise `GuardFailed` by field."""
    told: dict[str, Any] = {
        "needs": "programmes.keep",
        "action": "programmes.programme_save",
        "unique": "title",
    }
    given: dict[str, Any] = {"model": Programme, "row": programme, "values": values, "names": FIELDS}
    made: Programme = row_keep(actor=actor, now=now, check=_in_order, **told, **given)
    return made


def may_keep(viewer: Viewer, row: Programme) -> bool:
    """Tell whether somebody may draft a programme's editions: who keeps all, else its owner's or judge's people."""
    return viewer.has("programmes.all") or bool({row.owner_id, row.judge_id} & viewer.unit_ids)


def keeping_of(actor: Viewer, row: Programme, permission: str) -> None:
    """Refuse whoever lacks a permission, and who does not keep this programme."""
    require(actor, permission)
    if not may_keep(actor, row):
        raise ActionNotAvailable("这份方案由牵头单位和核销单位管")


# --- drafts ------------------------------------------------------------------------------
def read_plan(content: bytes) -> Plan:
    """Return what a file holds: a Word outline, else a table; raise `UnreadablePlan`."""
    is_word = content.startswith(b"PK") and b"word/document.xml" in content
    plan = read_outline(content) if is_word else read_workbook(content)
    number_lines(plan.lines)
    return plan


@transaction.atomic
def edition_read(*, actor: Viewer, programme: Programme, content: bytes, name: str, now: datetime) -> Edition:
    """Draft an edition from a file; an earlier draft is replaced. What could not be read is told with it."""
    keeping_of(actor, programme, "programmes.keep")
    try:
        plan = read_plan(content)
    except UnreadablePlan as error:
        raise GuardFailed([str(error)], {"file": [str(error)]}) from None
    edition = _drafted(actor, programme, name[:120], now)
    edition.notes = plan.told[:50]
    _write(edition, plan.lines, local_date(now))
    edition.save(update_fields=["notes"])
    row_noted(actor, "programmes.edition_draft", programme, now, no=edition.no, source=edition.source)
    return edition


@transaction.atomic
def edition_copy(*, actor: Viewer, programme: Programme, now: datetime) -> Edition:
    """Draft an edition from the one in force."""
    keeping_of(actor, programme, "programmes.keep")
    base = programme.editions.filter(state=Edition.State.PUBLISHED).first()
    if base is None:
        raise GuardFailed(["还没有现行的版本，请从文件导入"])
    edition = _drafted(actor, programme, f"以第 {base.no} 版为底", now)
    made: dict[int, Node] = {}
    for node in base.nodes.all():
        old, parent = node.pk, node.parent_id
        node.pk, node.edition, node.task = None, edition, None
        node._state.adding = True
        node.parent = made[parent] if parent else None
        node.save(force_insert=True)
        made[old] = node
    row_noted(actor, "programmes.edition_draft", programme, now, no=edition.no, source=edition.source)
    return edition


def _drafted(actor: Viewer, programme: Programme, source: str, now: datetime) -> Edition:
    last = programme.editions.first()
    no = 1 if last is None else last.no + (last.state != Edition.State.DRAFT)
    programme.editions.filter(state=Edition.State.DRAFT).delete()
    return Edition.objects.create(
        programme=programme, no=no, source=source, made_by_id=actor.person_id, made_at=now
    )


def _write(edition: Edition, lines: Sequence[Line], today: date) -> None:
    """Write lines as nodes, level by level; units and people are found by the names people write."""
    names = unit_names(edition.programme.district_id)
    path: list[Node] = []
    nodes: list[Node] = []
    for order, line in enumerate(lines, 1):
        is_leaf = order == len(lines) or lines[order].depth <= line.depth
        path = path[: line.depth - 1]
        node = _node(edition, line, order, path[-1] if path else None, is_leaf=is_leaf)
        if is_leaf:
            _looked_up(node, line, names, edition.notes)
        path.append(node)
        nodes.append(node)
    _named(nodes, lines, today, edition.notes)
    for depth in range(1, max((n.depth for n in nodes), default=0) + 1):
        level = [n for n in nodes if n.depth == depth]
        for node in level:
            node.parent_id = node.parent.pk if node.parent else None  # known now
        Node.objects.bulk_create(level)


def _node(edition: Edition, line: Line, order: int, parent: Node | None, *, is_leaf: bool) -> Node:
    title = line.title[:120]
    return Node(
        edition=edition, parent=parent, order=order, depth=parent.depth + 1 if parent else 1, code=line.code[:40],
        key=f"{parent.key}/{title}"[-200:] if parent else title, title=title, text=line.text[:3000],
        result=(line.result or (title if is_leaf else ""))[:500], is_leaf=is_leaf,
    )  # fmt: skip


def _looked_up(node: Node, line: Line, names: Any, notes: list[str]) -> None:
    ids, unknown = names.find_all(line.unit)
    node.unit_id = ids[0] if ids else None
    node.unit_said = line.unit[:120] if unknown or not ids else ""
    others, lost = names.find_all(line.co)
    node.co_units = [pk for pk in dict.fromkeys([*ids[1:], *others]) if pk != node.unit_id]
    if lost:
        notes.append(f"{line.where}：没有配合单位“{'、'.join(lost)[:60]}”，没有写进去")
    for sign in SPLIT:
        line.waits = line.waits.replace(sign, "、")
    node.waits = [w for w in line.waits.split("、") if w][:30]
    try:
        node.due_on = day_of(line.due)
    except ValueError as error:
        notes.append(f"{line.where}：完成期限{error}")


def _named(nodes: Sequence[Node], lines: Sequence[Line], today: date, notes: list[str]) -> None:
    """Find the people named, each in the unit that has the task."""
    units = {n.unit_id for n in nodes if n.unit_id}
    rows = Membership.objects.filter(in_force(today), unit_id__in=units, person__is_active=True)
    known = {(unit, name): pk for unit, name, pk in rows.values_list("unit", "person__name", "person")}
    for node, line in zip(nodes, lines, strict=True):
        if node.is_leaf and line.person:
            node.person_id = known.get((node.unit_id or 0, line.person))
            if node.person_id is None:
                notes.append(f"{line.where}：责任单位里没有“{line.person[:20]}”，责任人空着")


@transaction.atomic
def node_save(*, actor: Viewer, node: Node, values: Mapping[str, Any], now: datetime) -> Node:
    """Correct a leaf of a draft."""
    programme = node.edition.programme
    keeping_of(actor, programme, "programmes.keep")
    if node.edition.state != Edition.State.DRAFT:
        raise ActionNotAvailable("这一版已经发布，要改请起草新的一版")
    for name in ("title", "text", "unit", "person", "co_units", "result_to_show", "due_on", "waits_for"):
        setattr(node, GIVEN.get(name, name), values[name])
    node.unit_said = ""
    faults = leaf_faults([node, *node.edition.nodes.exclude(pk=node.pk)], programme, local_date(now))
    refuse({name: [words] for pk, name, words in faults if pk == node.pk})
    node.save()
    return node


# --- what stands in the way ---------------------------------------------------------------
def leaf_faults(nodes: Iterable[Node], programme: Programme, today: date) -> list[tuple[int, str, str]]:
    """Return why an edition cannot be published: the leaf's id, its field, the sentence."""
    rows = list(nodes)
    leaves = [n for n in rows if n.is_leaf]
    codes = {n.code for n in leaves}
    waits = {n.code: list(n.waits) for n in leaves}
    old = before_of(programme)
    found: list[tuple[int, str, str]] = []
    if not leaves:
        found.append((0, "", "一件任务都没有"))
    people = _people(leaves, today)
    for node in leaves:
        found += [
            (node.pk, name, words) for name, words in _faults(node, programme, today, old.get(node.key))
        ]
        if node.person_id and (node.unit_id, node.person_id) not in people:
            found.append((node.pk, "person", "责任人不是责任单位的人"))
        for code in node.waits:
            if code not in codes:
                found.append((node.pk, "waits_for", f"没有编号 {code} 的任务"))
        if way := circle(node.code, node.waits, waits):
            words = "不能等它自己" if len(way) == 2 else f"转了一圈，谁也办不完：{' 等 '.join(way)}"
            found.append((node.pk, "waits_for", words))
    return found


def _people(leaves: Sequence[Node], today: date) -> set[tuple[int, int]]:
    ids = {n.person_id for n in leaves if n.person_id}
    if not ids:
        return set()
    return set(Membership.objects.filter(in_force(today), person_id__in=ids).values_list("unit", "person"))


def _faults(node: Node, programme: Programme, today: date, old: Node | None) -> Iterable[tuple[str, str]]:
    if node.unit_id is None:
        yield "unit", f"没有单位“{node.unit_said}”" if node.unit_said else "没写责任单位"
    elif node.unit_id == programme.judge_id:
        yield "unit", "责任单位就是核销单位：办任务的不能自己核销"
    if programme.judge_id in node.co_units or node.unit_id in node.co_units:
        yield "co_units", "配合单位不能是责任单位或核销单位"
    task = old.task if old else None
    if node.due_on is None:
        yield "due_on", "没写完成期限"
    elif task is None and node.due_on < today:
        yield "due_on", f"期限 {node.due_on} 已经过了"
    elif task and task.is_open and node.due_on < (old.due_on if old and old.due_on else node.due_on):
        yield "due_on", "期限只能往后改；要提前请另立任务"


def before_of(programme: Programme) -> dict[str, Node]:
    """Return the leaves in force by key, with their tasks."""
    rows = Node.objects.filter(
        edition__programme=programme, edition__state=Edition.State.PUBLISHED, is_leaf=True
    )
    return {n.key: n for n in rows.select_related("task")}


@dataclass
class Change:
    """What publishing does: leaves that are new, changed and gone."""

    new: list[Node] = field(default_factory=list)
    changed: list[tuple[Node, Node, dict[str, Any]]] = field(default_factory=list)
    gone: list[Node] = field(default_factory=list)
    same: int = 0


def edition_change(edition: Edition) -> Change:
    """Return what an edition changes against the one in force; a leaf is the same by its place and name."""
    old = before_of(edition.programme)
    found = Change()
    for node in edition.nodes.filter(is_leaf=True).select_related("unit", "person"):
        before = old.pop(node.key, None)
        if before is None or before.task is None:
            found.new.append(node)
            continue
        changes = {
            name: getattr(node, name)
            for name in ("unit_id", "person_id", "due_on", "result", "waits")
            if getattr(node, name) != getattr(before, name) and (getattr(node, name) or name == "waits")
        }
        if changes and before.task.is_open:
            found.changed.append((node, before, changes))
        else:
            found.same += 1
    found.gone = list(old.values())
    return found
