"""The office's first page: one sentence on today, what is due, what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.models import Approval, CaseParty, Supervision
from qiying.kernel.cases.selectors import open_cases_of
from qiying.kernel.organisations.offers import nav_items, tiles
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import day_words

DUE_SHOWN = 8
WORKING = Q(role__in=("lead", "co"), case__turn="lead")
TURNS = (
    (frozenset({"liaison", "handler", "leader"}), WORKING),
    (frozenset({"desk"}), Q(role="desk", case__turn="desk")),
    (frozenset({"supervisor"}), Q(role="supervision", case__turn="supervision")),
    (frozenset({"callback"}), Q(role="callback", case__turn="asker", case__answered_on__isnull=False)),
)
"""Whose turn it is: the roles a person holds, and the parts of a case that wait for them."""


@dataclass(frozen=True)
class Due:
    """One line of what is due."""

    title: str
    url: str
    enterprise: str
    words: str
    status: str
    status_words: str


def today_context(request: ViewerRequest) -> dict[str, Any]:
    """Return the office home: five queries, whatever there is."""
    viewer, today = request.viewer, request.today
    mine = turn_of(request)
    counts = mine.aggregate(
        late=Count("case_id", filter=Q(due_by__lt=today), distinct=True),
        now=Count("case_id", filter=Q(due_by=today), distinct=True),
        all=Count("case_id", distinct=True),
    )
    decisions = _decisions(request)
    cards = _cards(request)
    return {
        "viewer": viewer,
        "sentence": sentence(counts["late"], counts["now"], len(decisions), len(cards), counts["all"]),
        "counts": counts,
        "due": _due(mine, request),
        "decisions": decisions,
        "cards": cards,
        "ways": [i for i in nav_items(viewer) if i.order < 40],
        "tiles": tiles(request, "office"),
    }


def turn_of(request: ViewerRequest) -> QuerySet[CaseParty]:
    """Return the viewer's parts in which it is his office's turn, by the roles he has there."""
    held = {m.role for m in request.viewer.memberships}
    wanted = Q(pk__in=())
    for roles, rule in TURNS:
        if held & roles:
            wanted |= rule
    return open_cases_of(request.viewer).filter(wanted)


def sentence(late: int, now: int, decisions: int, cards: int, waiting: int) -> str:
    """Return what is true today and what to do first, in one breath.

    >>> sentence(1, 2, 0, 0, 9)
    '超期 1 件，今天到期 2 件。先办超期的。'
    >>> sentence(0, 0, 0, 0, 0)
    '现在没有等您的事。'
    """
    parts = [
        f"超期 {late} 件" if late else "",
        f"今天到期 {now} 件" if now else "",
        f"{decisions} 件等您决定" if decisions else "",
        f"{cards} 份等您回执" if cards else "",
    ]
    told = "，".join(p for p in parts if p)
    if late:
        return f"{told}。先办超期的。"
    if told:
        return f"{told}。"
    return f"今天没有到期的，手上 {waiting} 件。" if waiting else "现在没有等您的事。"


def _due(mine: QuerySet[CaseParty], request: ViewerRequest) -> list[Due]:
    nothing = Choose(When(due_by__isnull=True, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = mine.select_related("case__enterprise").annotate(undated=nothing)
    found: dict[int, Due] = {}
    for party in rows.order_by("undated", "due_by", "case_id")[: DUE_SHOWN * 2]:
        if party.case_id not in found:
            found[party.case_id] = _line(party, request.today)
    return list(found.values())[:DUE_SHOWN]


def _line(party: CaseParty, today: date) -> Due:
    case = party.case
    hidden = case.hide_asker and party.role in {"lead", "co"}
    name = "来件人隐名" if hidden else (case.enterprise.label if case.enterprise else "")
    if case.clock_state == "paused" or party.due_by is None:
        code, words = "paused", "期限停着"
    else:
        found = open_status(party.due_by, today, calendar_for(case.district_id))
        code, words = found.code, found.words
    due = day_words(party.due_by, today) if party.due_by else ""
    return Due(case.title, reverse("cases:case", args=[case.number]), name, due, code, words)


def _decisions(request: ViewerRequest) -> list[dict[str, str]]:
    """Return requests that somebody of the viewer's supervising office decides, never his own."""
    units = {m.unit_id for m in request.viewer.memberships if m.role == "supervisor"}
    if not units:
        return []
    keys = [f"u:{u}" for u in units]
    rows = (
        Approval.objects.filter(decision="", case__is_open=True)
        .filter(
            case__parties__key__in=keys, case__parties__role="supervision", case__parties__until__isnull=True
        )
        .exclude(asked_by_id=request.viewer.person_id)
        .select_related("case")
        .order_by("asked_at")
        .distinct()[:DUE_SHOWN]
    )
    words = {"extension": "延期", "suspension": "挂起", "explain": "解释存档", "unconfirmed": "未确认办结"}
    return [
        {
            "title": a.case.title,
            "url": reverse("cases:case", args=[a.case.number]),
            "text": f"{a.asked_by_name}申请{words.get(a.kind, '不受理')}：{a.reason}",
        }
        for a in rows
    ]


def _cards(request: ViewerRequest) -> list[dict[str, str]]:
    """Return cards and instructions that the viewer's units have not acknowledged."""
    rows = (
        Supervision.objects.filter(unit_id__in=request.viewer.unit_ids, needs_ack=True, acked_at__isnull=True)
        .filter(case__is_open=True)
        .annotate(number=F("case__number"), title=F("case__title"))
        .order_by("issued_at")[:DUE_SHOWN]
    )
    return [
        {
            "title": s.title,
            "url": reverse("cases:case", args=[s.number]),
            "text": f"{s.get_kind_display()}，{day_words(s.issued_on, request.today)}发：{s.text}",
        }
        for s in rows
    ]
