"""Hot issues: many similar cases in a window, confirmed by a person, handled as one (从办一件到办一类)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.service_requests.models import HotIssue
from qiying.capabilities.service_requests.selectors import directory, district_units
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import District, Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.search.similarity import similar_texts, words_of

LIKE, MOST = 0.3, 200
State = HotIssue.State
LIVE = (State.FOUND, State.OPEN)
EVENT = "hot_issue_became"
CATCH_ALL = "other"
SHORTEST_TITLE = 4
"""A category that is no kind of matter: only cases alike by their words are hot in it."""


@dataclass
class Cluster:
    """Cases that are one kind of matter: alike by their titles, or a whole category together."""

    cases: list[Case] = field(default_factory=list)
    is_alike: bool = False


def hot_issues_find(now: datetime) -> int:
    """Look in every district for matters that come again and again; return how many are new."""
    ids = list(District.objects.values_list("pk", flat=True))
    return sum(district_find(district_id=pk, now=now) for pk in ids)


@transaction.atomic
def district_find(*, district_id: int, now: datetime) -> int:
    """Find a district's new hot issues and let new cases join those that are live."""
    today = local_date(now)
    count = int(parameter("hot.count", district_id=district_id, on=today))
    days = int(parameter("hot.days", district_id=district_id, on=today))
    rows = (
        Case.objects.filter(
            district_id=district_id,
            procedure="service_request",
            kind="problem",
            received_on__gt=today - timedelta(days=days),
            received_on__lte=today,
        )
        .exclude(outcome__in=("joined", "voided", "withdrawn", "declined"))
        .exclude(category="")
    )
    by_category: dict[str, list[Case]] = {}
    for case in rows.only("pk", "number", "title", "category").order_by("-received_at"):
        by_category.setdefault(case.category, []).append(case)
    known = _known(district_id, list(by_category))
    found = 0
    for category, cases in by_category.items():
        taken = _join(known.get(category, []), cases)
        left = [c for c in cases if c.pk not in taken][:MOST]
        for cluster in clusters(left, count):
            if category == CATCH_ALL and not cluster.is_alike:
                continue
            _found(district_id, category, cluster, days, now)
            found += 1
    return found


def _known(district_id: int, categories: Sequence[str]) -> dict[str, list[HotIssue]]:
    rows = HotIssue.objects.filter(district_id=district_id, category__in=categories)
    found: dict[str, list[HotIssue]] = {}
    for issue in rows.prefetch_related("cases"):
        found.setdefault(issue.category, []).append(issue)
    return found


def _join(issues: Sequence[HotIssue], cases: Sequence[Case]) -> set[int]:
    """Add cases to the live issue they resemble; return every case that belongs to an issue, ended ones included."""
    taken = {c.pk for issue in issues for c in issue.cases.all()}
    for issue in issues:
        if issue.state not in LIVE:
            continue
        members = list(issue.cases.all())
        new = [c for c in cases if c.pk not in taken and _belongs(c, issue, members)]
        if new:
            issue.cases.add(*new)
            taken |= {c.pk for c in new}
    return taken


def _belongs(case: Case, issue: HotIssue, members: Sequence[Case]) -> bool:
    return not issue.words or bool(
        similar_texts(case.title, [(m.pk, m.title) for m in members[:MOST]], limit=1, least=LIKE)
    )


def clusters(cases: Sequence[Case], count: int) -> list[Cluster]:
    """Return groups of at least `count`: those whose titles are alike, else all together when they are enough."""
    if len(cases) < count:
        return []
    alike = [c for c in _alike(cases) if len(c.cases) >= count]
    if not alike:
        return [Cluster(list(cases))]
    rest = [c for c in cases if all(c not in found.cases for found in alike)]
    return [*alike, Cluster(rest)] if len(rest) >= count else alike


def _alike(cases: Sequence[Case]) -> list[Cluster]:
    """Return connected groups of cases by likeness of their titles."""
    titles = [(c.pk, c.title) for c in cases]
    group = {c.pk: c.pk for c in cases}
    for case in cases:
        for other in similar_texts(case.title, titles, limit=MOST, least=LIKE):
            old, new = group[other.id], group[case.pk]
            if old != new:
                group = {pk: new if g == old else g for pk, g in group.items()}
    by_group: dict[int, list[Case]] = {}
    for case in cases:
        by_group.setdefault(group[case.pk], []).append(case)
    return [Cluster(found, is_alike=True) for found in by_group.values()]


def shared_words(titles: Sequence[str], keywords: Sequence[str] = (), most: int = 3) -> tuple[str, ...]:
    """Return the words half of the titles have: keywords of the category first, then as they stand in a title.

    >>> shared_words(["门口限高杆太低", "限高杆太低了", "限高杆太低"], ["限高"])
    ('限高', '太低')
    """
    counts = Counter(w for t in titles for w in words_of(t) if len(w) > 1)
    counts.update({w: sum(w in t for t in titles) for w in keywords if w not in counts})
    common = [w for w, n in counts.items() if n * 2 >= len(titles)]
    place = {w: min((t.find(w) for t in titles if w in t), default=99) for w in common}
    common.sort(key=lambda w: (w not in keywords, -counts[w], place[w], w))
    return tuple(common[:most])


def _found(district_id: int, category: str, cluster: Cluster, days: int, now: datetime) -> HotIssue:
    known = directory(district_id).categories.get(category)
    name = known.name if known else category
    titles = [c.title for c in cluster.cases]
    words = shared_words(titles, known.keywords if known else ()) if cluster.is_alike else ()
    whole = name if len(name) >= SHORTEST_TITLE else f"{name}：多家企业都说到"
    title = f"{name}：{'、'.join(words)}" if words else whole
    issue = HotIssue.objects.create(
        district_id=district_id,
        title=title[:100],
        category=category,
        found_on=local_date(now),
        window_days=days,
        words=list(words),
    )
    issue.cases.set(cluster.cases)
    _tell(issue, "hot_found", [f"u:{u}#desk" for u in district_units(district_id, "desk")], now)
    return issue


def _tell(issue: HotIssue, template: str, keys: Sequence[str], now: datetime) -> None:
    context = {"title": issue.title, "count": issue.cases.count(), "measure": issue.measure}
    specs = [
        NoticeSpec(
            template, key, f"hot:{issue.pk}", f"hot:{issue.pk}:{template}:{key}", context, f"/hot/{issue.pk}/"
        )
        for key in keys
    ]
    notices_queue(specs, district_id=issue.district_id, at=now)


def _open(issue: HotIssue, actor: Viewer, *states: str) -> HotIssue:
    require(actor, "service_requests.hot_decide")
    row = HotIssue.objects.select_for_update().get(pk=issue.pk)
    if row.state not in states:
        raise ActionNotAvailable(f"这个热点现在是“{row.get_state_display()}”，请刷新后再看")
    return row


def _record(issue: HotIssue, actor: Viewer, action: str, now: datetime, **data: Any) -> None:
    record_act(
        actor=actor,
        action=action,
        subject=f"hot:{issue.pk}",
        data={"title": issue.title, **data},
        at=now,
        district_id=issue.district_id,
    )


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
    _record(row, actor, "hot_confirmed", now, unit=unit.name, measure=row.measure)
    if is_new:
        _tell(row, "hot_confirmed", [f"u:{unit.pk}"], now)
    return row


@transaction.atomic
def hot_dismiss(*, issue: HotIssue, actor: Viewer, reason: str, now: datetime) -> HotIssue:
    """Say that these cases are no kind of their own, with the reason."""
    row = _open(issue, actor, State.FOUND)
    row.reason = _need(reason, "reason", "写明为什么不成立，至少 4 个字")[:300]
    row.state, row.closed_on = State.DISMISSED, local_date(now)
    _decided(row, actor, now)
    row.save()
    _record(row, actor, "hot_dismissed", now, reason=row.reason)
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
    _record(row, actor, "hot_became", now, becomes=row.get_becomes_display())
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
    _record(row, actor, "hot_solved", now, result=row.result)
    return row


def _decided(row: HotIssue, actor: Viewer, now: datetime) -> None:
    row.decided_by_id, row.decided_on = actor.person_id, local_date(now)
