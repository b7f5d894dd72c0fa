"""An edition put in force: its new leaves become tasks, at once or by the worker in steps; whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.programmes.models import Edition, Node, Programme
from qiying.capabilities.programmes.rules import PUBLISH
from qiying.capabilities.programmes.services.editions import (
    Change,
    before_of,
    edition_change,
    keeping_of,
    leaf_faults,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.cases.models import Case, Job
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError
from qiying.kernel.permissions.viewer import Viewer, system_viewer

AT_ONCE, STEP = 40, 100


@transaction.atomic
def edition_publish(*, actor: Viewer, edition: Edition, now: datetime, at_once: int = AT_ONCE) -> Edition:
    """Put an edition in force: new leaves become tasks, changed ones are adjusted, those that are gone dropped.

    More new leaves than `at_once` are opened by the worker in steps; the edition is in force with the last of them.
    Raises: `GuardFailed` for the drafter himself and for every leaf that cannot be given yet.
    """
    programme = edition.programme
    keeping_of(actor, programme, "programmes.publish")
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
    programme, change, old = row.programme, edition_change(row), before_of(row.programme)
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
            why = {"reason": f"{programme.title}第 {edition.no} 版不再列这一件"[:300]}
            told: dict[str, Any] = {"data": why, "part_of": "programme.publish"}
            case_act(case=node.task, action="drop", actor=_program(programme), now=now, **told)


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
