"""The worklist's tabs: what each face of the office looks for first, as conditions on open parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from qiying.kernel.cases.models import Approval, Assignment, CaseParty, Supervision
from qiying.kernel.cases.selectors import open_cases_of
from qiying.kernel.cases.standing import part_due_today, part_overdue
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.cases.waiting import decisions, office_waits
from qiying.kernel.organisations.waiting import first_row
from qiying.kernel.permissions.kept import settled
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Tab:
    """One standing view: its address, name, the condition on an open part, and how to say that it is empty."""

    code: str
    label: str
    condition: Q
    empty: str = "这里没有。"


UNIT_ROLES = frozenset({"handler", "liaison", "leader"})
WATCHING_ROLES = frozenset({"supervisor", "district_leader", "deputy", "discipline"})


def open_parts(viewer: Viewer) -> QuerySet[CaseParty]:
    """Return the viewer's open parts as an office; what he asked for himself is not his work."""
    return open_cases_of(viewer).exclude(role__in=PROCEDURES.codes_of("enterprise", "person"))


def tabs_for(viewer: Viewer, today: date) -> list[Tab]:
    """Return the tabs of a viewer by his roles, without doubles, 全部 last."""
    (kept,) = settled((viewer,))  # a value: people of the same standing have the same tabs all day
    return list(_tabs(kept, today, len(PROCEDURES.all())))


@lru_cache(maxsize=512)
def _tabs(viewer: Viewer, today: date, _procedures: int) -> tuple[Tab, ...]:
    chosen = _own_tabs(viewer, today)
    roles = viewer.roles | {m.role for m in viewer.memberships}
    if viewer.roles & WATCHING_ROLES:
        chosen += _watching_tabs(viewer, today)
    if "desk" in viewer.roles:
        chosen += _desk_tabs(today)
    if roles & UNIT_ROLES:
        chosen += _unit_tabs(viewer, today)
    if "callback" in viewer.roles:
        chosen += [_waiting(), *_due_tabs(today)]
    if not roles & (WATCHING_ROLES | UNIT_ROLES | {"desk", "callback"}):
        todo = Tab("todo", "等单位办的", Q(case__turn="lead"), "现在没有等单位办的件。")
        chosen += [todo, *_due_tabs(today)]
    once = {t.code: t for t in reversed(chosen)}
    ordered = [t for i, t in enumerate(chosen) if t.code not in {c.code for c in chosen[:i]}]
    return (*(once[t.code] for t in ordered), Tab("all", "全部", Q(), "您这里没有在办的件。"))


def _own_tabs(viewer: Viewer, today: date) -> list[Tab]:
    """Return what waits for the viewer himself, as his home and the bell count it."""
    waits, decides = office_waits(viewer), decisions(viewer, today)
    found = [] if waits is None else [Tab("turn", "该您办的", waits, "现在没有要您办的件。")]
    if decides is not None:
        asked = Q(case_id__in=decides.rows.values("case_id"))
        found.append(Tab("decide", "等您决定", asked, "没有等您决定的申请。"))
    return found


def tab_counts(viewer: Viewer, today: date) -> dict[str, int]:
    """Return how many open cases each of the viewer's tabs holds; one query, its text kept for the day."""
    return defaultdict(int, first_row(_tabs_counted, viewer, today))


def board_counts(viewer: Viewer, today: date) -> dict[str, int]:
    """Return how many open cases each figure of the board holds; one query, its text kept for the day."""
    return defaultdict(int, first_row(_board_counted, viewer, today))


def _tabs_counted(viewer: Viewer, today: date) -> QuerySet[Any]:
    return _counted(viewer, tabs_for(viewer, today))


def _board_counted(viewer: Viewer, today: date) -> QuerySet[Any]:
    return _counted(viewer, board_tabs(today))


def _counted(viewer: Viewer, tabs: Sequence[Tab]) -> QuerySet[Any]:
    counted = {
        t.code: Count("case_id", distinct=True, filter=t.condition or Q(pk__isnull=False)) for t in tabs
    }
    rows: QuerySet[Any] = open_parts(viewer).order_by().annotate(one=Value(1)).values("one")
    found: QuerySet[Any] = rows.annotate(**counted).values(*counted)
    return found


def _due_tabs(today: date) -> list[Tab]:
    return [
        Tab("today", "今天到期", part_due_today(today), "今天没有到期的件。"),
        Tab("late", "已超期", part_overdue(today), "没有超期的件。"),
    ]


def _waiting() -> Tab:
    answered = Q(case__turn__in=PROCEDURES.codes_of("enterprise"), case__answered_on__isnull=False)
    return Tab("answered", "等企业评价", answered, "没有在等企业评价的件。")


def _unit_tabs(viewer: Viewer, today: date) -> list[Tab]:
    waits = office_waits(viewer) or Q(pk__in=())
    own = Assignment.objects.filter(case=OuterRef("case"))
    unsigned = Exists(own.filter(unit_id__in=viewer.unit_ids, state=Assignment.State.SENT))
    mine = Exists(own.filter(handler_id=viewer.person_id, state=Assignment.State.TAKEN))
    return [
        *_due_tabs(today),
        Tab("sign", "待签收", waits & Q(unsigned), "没有等您签收的件。"),
        Tab("mine", "我经办", Q(mine) | Q(case__handler_id=viewer.person_id), "没有您经办的件。"),
        Tab("co", "协办", Q(role="co"), "没有请本单位协办的件。"),
        _waiting(),
    ]


def _desk_tabs(today: date) -> list[Tab]:
    return [
        Tab("back", "退回来的", Q(case__turn="desk", case__return_count__gt=0), "没有退回来的件。"),
        *_due_tabs(today),
        _waiting(),
    ]


def _watching_tabs(viewer: Viewer, today: date) -> list[Tab]:
    rows = Supervision.objects.filter(case=OuterRef("case"))
    cards = Exists(rows.filter(kind__in=("yellow", "red")))
    unanswered = Exists(rows.filter(needs_ack=True, acked_at__isnull=True, issued_on__lt=today))
    return [
        Tab("late", "已超期", part_overdue(today), "没有超期的件。"),
        Tab("cards", "黄牌红牌", Q(cards), "没有发过牌的在办件。"),
        Tab("twice", "两次没解决", Q(case__refusal_count__gte=2), "没有两次没解决的件。"),
        Tab("unanswered", "超期未回执", Q(unanswered), "发出的批示和牌都有回执。"),
        Tab("today", "今天到期", part_due_today(today), "今天没有到期的件。"),
    ]


def board_tabs(today: date) -> list[Tab]:
    """Return the conditions a board counts, whoever looks; all and overdue also for each procedure apart."""
    cards = Exists(Supervision.objects.filter(case=OuterRef("case"), kind__in=("yellow", "red")))
    return [
        *_due_tabs(today),
        _waiting(),
        Tab("cards", "黄牌红牌", Q(cards)),
        Tab("twice", "两次没解决", Q(case__refusal_count__gte=2)),
        Tab("asked", "有申请等决定", Q(case_id__in=Approval.open().values("case_id"))),
        Tab("all", "全部", Q()),
        *_procedure_tabs(today),
    ]


def _procedure_tabs(today: date) -> list[Tab]:
    """Return 全部 and 已超期 of each procedure, so that a board says of what its sums are made."""
    labels = {p.code: p.label for p in PROCEDURES.all()}
    own = {code: Q(case__procedure=code) for code in labels}
    every = [Tab(f"all_{code}", label, own[code]) for code, label in labels.items()]
    return every + [
        Tab(f"late_{code}", label, own[code] & part_overdue(today)) for code, label in labels.items()
    ]
