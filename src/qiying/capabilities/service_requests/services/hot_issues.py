"""Deciding what a hot issue is: confirmed by a person, handled as one (从办一件到办一类)."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

from django.db import transaction

from qiying.capabilities.service_requests.models import HotIssue
from qiying.capabilities.service_requests.services.hot_finding import LIVE, SHORTEST_TITLE, hot_tell
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require

_noted = noting("", title=attrgetter("title"))

State = HotIssue.State
EVENT = "hot_issue_became"


def _open(issue: HotIssue, actor: Viewer, *states: str) -> HotIssue:
    require(actor, "service_requests.hot_decide")
    row = HotIssue.objects.select_for_update().get(pk=issue.pk)
    if row.state not in states:
        raise ActionNotAvailable(f"这个热点现在是“{row.get_state_display()}”，请刷新后再看")
    return row


def _need(text: str, name: str, words: str, least: int = SHORTEST_TITLE) -> str:
    if len(text.strip()) < least:
        raise GuardFailed([words], {name: [words]})
    return text.strip()


@transaction.atomic
def hot_confirm(
    *, issue: HotIssue, actor: Viewer, title: str, unit_id: int, measure: str, now: datetime
) -> HotIssue:
    """Confirm a hot issue, or correct a confirmed one: which unit solves the whole kind, and how."""
    row = _open(issue, actor, *LIVE)
    row.title = _need(title, "title", f"给热点起个名字，至少 {SHORTEST_TITLE} 个字")[:100]
    row.measure = _need(measure, "measure", "写明怎么解决这一类，至少 6 个字", 6)
    unit = Unit.objects.filter(pk=unit_id, district_id=row.district_id, is_active=True).first()
    if unit is None:
        words = "选的单位不在本区或已停用，请重选"
        raise GuardFailed([words], {"unit": [words]})
    is_new = row.unit_id != unit.pk
    row.unit, row.state = unit, State.OPEN
    _decided(row, actor, now)
    row.save()
    _noted(actor, "hot_confirmed", row, now, unit=unit.name, measure=row.measure)
    if is_new:
        hot_tell(row, "hot_confirmed", [f"u:{unit.pk}"], now)
    return row


@transaction.atomic
def hot_dismiss(*, issue: HotIssue, actor: Viewer, reason: str, now: datetime) -> HotIssue:
    """Say that these cases are no kind of their own, with the reason."""
    row = _open(issue, actor, State.FOUND)
    row.reason = _need(reason, "reason", "写明为什么不成立，至少 4 个字")[:300]
    row.state, row.closed_on = State.DISMISSED, local_date(now)
    _decided(row, actor, now)
    row.save()
    _noted(actor, "hot_dismissed", row, now, reason=row.reason)
    return row


@transaction.atomic
def hot_become(*, issue: HotIssue, actor: Viewer, becomes: str, now: datetime) -> HotIssue:
    """Turn a confirmed hot issue into a policy or reform task; other capabilities are told by an event."""
    row = _open(issue, actor, State.OPEN)
    if becomes not in HotIssue.Becomes.values:
        words = "请选转为政策还是改革任务"
        raise GuardFailed([words], {"becomes": [words]})
    if row.becomes == becomes:
        return row
    row.becomes = becomes
    row.save(update_fields=["becomes"])
    _noted(actor, "hot_became", row, now, becomes=row.get_becomes_display())
    payload = {
        "hot_issue": row.pk,
        "becomes": becomes,
        "title": row.title,
        "category": row.category,
        "unit_id": row.unit_id,
        "measure": row.measure,
        "cases": list(row.cases.order_by("number").values_list("number", flat=True)),
    }
    job_add(kind=f"event:{EVENT}", payload=payload, at=now, district_id=row.district_id)
    return row


@transaction.atomic
def hot_solve(*, issue: HotIssue, actor: Viewer, result: str, now: datetime) -> HotIssue:
    """Close a hot issue with what was done for the whole kind."""
    row = _open(issue, actor, State.OPEN)
    row.result = _need(result, "result", "写明这一类怎么解决了，至少 6 个字", 6)
    row.state, row.closed_on = State.SOLVED, local_date(now)
    row.save(update_fields=["result", "state", "closed_on"])
    _noted(actor, "hot_solved", row, now, result=row.result)
    return row


def _decided(row: HotIssue, actor: Viewer, now: datetime) -> None:
    row.decided_by_id, row.decided_on = actor.person_id, local_date(now)
