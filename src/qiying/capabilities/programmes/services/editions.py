"""Editions of a programme: drafted from a file or from the one in force, corrected, published by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.programmes.models import Edition, Node, Programme
from qiying.capabilities.programmes.rules import PUBLISH, circle
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
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.cases.models import Case, Job
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_names
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.keeping import Faults, Values, row_keep, row_noted

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


def _keeping(actor: Viewer, row: Programme, permission: str) -> None:
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
    _keeping(actor, programme, "programmes.keep")
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
    _keeping(actor, programme, "programmes.keep")
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
        edition=edition,
        parent=parent,
        order=order,
        depth=parent.depth + 1 if parent else 1,
        code=line.code[:40],
        key=f"{parent.key}/{title}"[-200:] if parent else title,
        title=title,
        text=line.text[:3000],
        result=(line.result or (title if is_leaf else ""))[:500],
        is_leaf=is_leaf,
    )


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
    _keeping(actor, programme, "programmes.keep")
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
    old = _before(programme)
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


def _before(programme: Programme) -> dict[str, Node]:
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
    old = _before(edition.programme)
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


# --- published -------------------------------------------------------------------------------
AT_ONCE, STEP = 40, 100


@transaction.atomic
def edition_publish(*, actor: Viewer, edition: Edition, now: datetime, at_once: int = AT_ONCE) -> Edition:
    """Put an edition in force: new leaves become tasks, changed ones are adjusted, those that are gone dropped.

    More new leaves than `at_once` are opened by the worker in steps; the edition is in force with the last of them.
    Raises: `GuardFailed` for the drafter himself and for every leaf that cannot be given yet.
    """
    programme = edition.programme
    _keeping(actor, programme, "programmes.publish")
    row = Edition.objects.select_for_update().get(pk=edition.pk)
    if row.state != Edition.State.DRAFT or programme.editions.filter(state=Edition.State.PUBLISHING).exists():
        raise ActionNotAvailable("已经发布过了，或者正在发布")
    if row.made_by_id is not None and row.made_by_id == actor.person_id:
        raise GuardFailed(["起草的人不能自己发布，请另一个人看过再发"])
    nodes = list(row.nodes.all())
    if faults := leaf_faults(nodes, programme, local_date(now)):
        by = {n.pk: n.code for n in nodes}
        raise GuardFailed([f"{by.get(pk, '')} {words}".strip() for pk, _, words in faults[:20]])
    row.state, row.published_by_id, row.published_at = Edition.State.PUBLISHING, actor.person_id, now
    row.save(update_fields=["state", "published_by", "published_at"])
    if (new := len(edition_change(row).new)) <= at_once:
        _publish_step(row, actor, new, now)
    else:
        told: dict[str, Any] = {"payload": {"edition": row.pk}, "district_id": programme.district_id}
        job_add(kind=PUBLISH, at=now, asked_by=actor, total=new, **told)
    return row


def publish_step(job: Job, now: datetime) -> tuple[int, int]:
    """Open the next tasks of an edition; where one is refused, take back what was opened: it is a draft again."""
    row = Edition.objects.select_for_update().get(pk=job.payload["edition"])
    if row.state != Edition.State.PUBLISHING or row.published_by is None:
        return 0, 0
    key = f"p:{row.published_by_id}"
    try:
        with transaction.atomic():
            done, total = _publish_step(row, viewer_for(row.published_by, local_date(now)), STEP, now)
    except KernelError as refused:
        opened = [n for n in edition_change(row).new if n.task_id]
        _drop(opened, row.programme, row, now)
        row.nodes.filter(pk__in=[n.pk for n in opened]).update(task=None)
        row.state, row.notes = Edition.State.DRAFT, [f"没有发布成：{refused.message}"[:300], *row.notes]
        row.save(update_fields=["state", "notes"])
        done = total = 0
    if done == total:
        words = f"第 {row.no} 版{'发布了' if total else '没有发布成，请看草稿上写的原因'}"
        told = {"title": row.programme.title, "words": words}
        spec = NoticeSpec(
            template="programme_published", to=key, context=told, subject=row.programme.subject,
            dedupe_key=f"published:{job.pk}", url=f"/programmes/{row.programme_id}/tree/",
        )  # fmt: skip
        notices_queue([spec], district_id=row.programme.district_id, at=now)
    return done, total


def _publish_step(row: Edition, actor: Viewer, most: int, now: datetime) -> tuple[int, int]:
    """Open so many new leaves as tasks; after the last, adjust, drop and put the edition in force."""
    programme, change, old = row.programme, edition_change(row), _before(row.programme)
    nodes = list(row.nodes.select_related("task"))
    tasks = {n.code: n.task or (old[n.key].task if n.key in old else None) for n in nodes}
    numbers = {code: task.number for code, task in tasks.items() if task}
    left = [n for n in change.new if n.task_id is None]
    _open(left, most, programme, numbers, actor, now)
    if len(left) > most:
        return len(change.new) - len(left) + most, len(change.new)
    for node in nodes:
        node.task = old[node.key].task if node.is_leaf and node.key in old else None
    Node.objects.bulk_update([n for n in nodes if n.task_id], ["task"])
    _drop(change.gone, programme, row, now)
    _adjust(change, row, numbers, now)
    programme.editions.filter(state=Edition.State.PUBLISHED).update(state=Edition.State.REPLACED)
    row.state = Edition.State.PUBLISHED
    row.save(update_fields=["state"])
    told = {"new": len(change.new), "changed": len(change.changed), "gone": len(change.gone)}
    row_noted(actor, "programmes.edition_publish", programme, now, no=row.no, **told)
    return len(change.new), len(change.new)


def _open(
    leaves: Sequence[Node],
    most: int,
    programme: Programme,
    numbers: dict[str, str],
    actor: Viewer,
    now: datetime,
) -> None:
    """Open so many new leaves as tasks, what is waited for before what waits."""
    left = {n.code: n for n in leaves}
    made: list[Node] = []
    while left and len(made) < most:
        for node in [n for n in left.values() if not set(n.waits) & set(left)][: most - len(made)]:
            data = {
                "title": node.title, "text": node.text, "unit": node.unit_id, "person": node.person_id,
                "co_units": node.co_units, "judge_unit": programme.judge_id, "result_to_show": node.result,
                "due_on": node.due_on, "waits_for": [numbers[code] for code in node.waits if code in numbers],
                "origin": programme.subject, "origin_label": programme.title,
            }  # fmt: skip
            of: dict[str, Any] = {"district_id": programme.district_id, "extras": {"node": node.pk}}
            node.task = case_open(procedure="task", actor=actor, data=data, now=now, **of)
            numbers[node.code] = node.task.number
            made.append(left.pop(node.code))
    Node.objects.bulk_update(made, ["task"], batch_size=200)


def _program(programme: Programme) -> Viewer:
    return system_viewer("import_service", district_id=programme.district_id)


def _drop(leaves: Sequence[Node], programme: Programme, edition: Edition, now: datetime) -> None:
    for node in leaves:
        if node.task is not None and node.task.is_open:
            case_act(
                case=node.task,
                action="drop",
                actor=_program(programme),
                data={"reason": f"{programme.title}第 {edition.no} 版不再列这一件"[:300]},
                now=now,
                part_of="programme.publish",
            )


def _adjust(change: Change, edition: Edition, numbers: dict[str, str], now: datetime) -> None:
    said = {"unit_id": "unit", "person_id": "person", "due_on": "due_on", "result": "result_to_show"}
    for node, before, changes in change.changed:
        task = Case.objects.get(pk=before.task_id or 0)
        data = {said[name]: value for name, value in changes.items() if name in said}
        if "waits" in changes:
            data["waits_for"] = [numbers[code] for code in node.waits if code in numbers]
        if str(data.get("due_on", "")) <= str(task.extras.get("due_on", "")):
            data.pop("due_on", None)  # the day was a day off, and the task's own is the workday after it
        if data and task.state == "doing":
            data["reason"] = f"{edition.programme.title}第 {edition.no} 版改了这一件"[:300]
            case_act(case=task, action="adjust", actor=_program(edition.programme), data=data, now=now)
