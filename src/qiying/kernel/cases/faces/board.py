"""The board: what is stuck where and since when, with the one act that is asked of the viewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.faces.tabs import Tab, board_counts, open_parts
from qiying.kernel.cases.models import Approval, Assignment, Case, Clock, Supervision
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.cases.selectors import own_parts
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import day_words

SHOWN = 8
"""Items a group shows; the rest stands in the worklist."""


@dataclass(frozen=True)
class BoardItem:
    """One stuck case: what is the matter, since when, and what is asked."""

    number: str
    url: str
    title: str
    enterprise: str
    sentence: str
    status: str
    words: str
    act: str = ""
    act_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class BoardGroup:
    """One reason why cases do not move."""

    code: str
    title: str
    empty: str
    items: list[BoardItem]
    more: int
    more_url: str = ""


@dataclass(frozen=True)
class Board:
    """Everything of the page."""

    sentence: str
    counts: dict[str, int]
    groups: list[BoardGroup]


class _Desk:
    """What every group needs: the viewer, the day, and his standings in the cases shown."""

    def __init__(self, viewer: Viewer, today: date) -> None:
        self.viewer = viewer
        self.today = today
        self.calendar = calendar_for(viewer.district_id or 0)
        self.open_ids = open_parts(viewer).order_by().values("case_id")
        self._roles: dict[int, set[str]] = {}

    def learn(self, cases: Iterable[Case]) -> None:
        """Read the viewer's standings in all cases of the page, and cover who asked; one query."""
        rows = list(cases)
        ids = {c.pk for c in rows}
        by_unit: dict[str, list[str]] = {}
        for m in self.viewer.memberships:
            by_unit.setdefault(f"u:{m.unit_id}", []).append(m.role)
        parts = own_parts(self.viewer, ids)
        cases_cover(self.viewer, rows, parts)
        for case_id, key, role in parts:
            found = self._roles.setdefault(case_id, set())
            found.add(role)
            found.update(f"{role}:{r}" for r in by_unit.get(key, ()))

    def may(self, case: Case, code: str) -> bool:
        """Tell whether the viewer stands so that the action is his, in the state the case is in."""
        machine = PROCEDURES.get(case.procedure, case.version)
        if not machine.has_action(code):
            return False
        action = machine.action(code)
        return case.state in action.states and bool(set(action.by) & self._roles.get(case.pk, set()))

    def item(
        self, case: Case, sentence: str, due: date | None, act: str = "", label: str = "", **given: Any
    ) -> BoardItem:
        """Return one item: read-only without the standing; an act done elsewhere is reached by the case."""
        status, words = ("unknown", "没有期限")
        if due is not None:
            found = open_status(due, self.today, self.calendar, paused=case.clock_state == "paused")
            status, words = found.code, found.words
        may = bool(act) and self.may(case, act)
        url = reverse("cases:case", args=[case.number])
        act_url = url
        if may and PROCEDURES.get(case.procedure, case.version).action(act).is_offered:
            act_url = reverse("cases:do", args=[case.number, act]) + (f"?{urlencode(given)}" if given else "")
        return BoardItem(
            number=case.number,
            url=url,
            title=case.title,
            enterprise=case.asker_label,
            sentence=sentence,
            status=status,
            words=words,
            act=label if may else "",
            act_url=act_url if may else "",
        )


def board(viewer: Viewer, now: datetime, today: date) -> Board:
    """Return the viewer's board; at most seven queries."""
    desk = _Desk(viewer, today)
    counts = board_counts(viewer, today)
    approvals = _top(_open_approvals(desk))
    waiting = _top(_waiting_parts(desk))
    cards = _top(_unacknowledged(desk))
    hard = _top(_hard(desk))
    provisional = _top(_provisional(desk))
    desk.learn([a.case for a in (*approvals, *waiting, *cards, *provisional)] + hard)
    groups = [
        _group("decide", "等决定的", "没有等决定的申请。", [_approval(desk, a) for a in approvals], "decide"),
        _group(
            "hard",
            "难的：争议、两次没解决",
            "没有争议，也没有两次没解决的。",
            [_hard_item(desk, c) for c in hard],
            "twice",
        ),
        _group("waiting", "卡在谁那里", "没有等签收、等协办的。", [_part(desk, a) for a in waiting], ""),
        _group(
            "cards", "发了牌和批示，还没回执", "都有回执。", [_card(desk, s) for s in cards], "unanswered"
        ),
        _group("provisional", "期限是暂定的", "", [_provisional_item(desk, c) for c in provisional], ""),
    ]
    return Board(_sentence(counts), counts, [g for g in groups if g.items or g.empty])


def _top(rows: QuerySet[Any]) -> list[Any]:
    return list(rows[: SHOWN + 1])


def _group(code: str, title: str, empty: str, items: Sequence[BoardItem], tab: str) -> BoardGroup:
    url = f"{reverse('cases:worklist')}?tab={tab}" if tab else ""
    return BoardGroup(code, title, empty, list(items[:SHOWN]), max(0, len(items) - SHOWN), url)


def _open_approvals(desk: _Desk) -> QuerySet[Approval]:
    rows = Approval.open().filter(case_id__in=desk.open_ids)
    return rows.select_related("case__enterprise", "asked_unit").order_by("asked_at", "id")


def _approval(desk: _Desk, a: Approval) -> BoardItem:
    unit = f"（{a.asked_unit.label}）" if a.asked_unit else ""
    machine = PROCEDURES.get(a.case.procedure, a.case.version)
    asked, deciding = machine.approval(a.kind), machine.deciding(a.kind)
    days = f" {asked.days_words(a.days)}" if a.days else ""
    since = day_words(local_date(a.asked_at), desk.today)
    own = a.asked_by_id is not None and a.asked_by_id == desk.viewer.person_id
    sentence = f"{a.asked_by_name}{unit}{since}申请{asked.label}{days}：{a.reason}"
    code, label = ("", "") if own or deciding is None else (deciding.code, deciding.label)
    return desk.item(a.case, sentence, a.case.due_by, code, label)


def _waiting_parts(desk: _Desk) -> QuerySet[Assignment]:
    """Parts not signed for, and co-handlers' parts not handed in, the earliest due first."""
    due = Clock.objects.filter(case=OuterRef("case"), assignment_no=OuterRef("no")).exclude(state="stopped")
    waits = Q(state=Assignment.State.SENT) | Q(role="co", state=Assignment.State.TAKEN)
    rows = Assignment.objects.filter(waits, case_id__in=desk.open_ids)
    rows = rows.annotate(own_due=Subquery(due.order_by("due_by").values("due_by")[:1]))
    late = rows.filter(Q(own_due__lte=desk.today) | Q(own_due__isnull=True, sent_on__lt=desk.today))
    return late.select_related("case__enterprise", "unit", "handler").order_by("own_due", "id")


def _part(desk: _Desk, a: Any) -> BoardItem:
    since = day_words(a.sent_on, desk.today)
    if a.state == Assignment.State.SENT:
        role = "协办" if a.role == "co" else "主办"
        sentence = f"{a.unit.label}{since}收到（{role}），还没签收"
    else:
        handler = a.handler.name if a.handler else ""
        ask = f"，要答：{a.ask}" if a.ask else ""
        sentence = f"等{a.unit.label}{handler}的协办意见，从{since}等到现在{ask}"
    return desk.item(
        a.case, sentence, a.own_due or a.case.due_by, "urge", f"催{a.unit.label}", unit_id=a.unit_id
    )


def _unacknowledged(desk: _Desk) -> QuerySet[Supervision]:
    rows = Supervision.objects.filter(needs_ack=True, acked_at__isnull=True, issued_on__lt=desk.today)
    rows = rows.filter(case_id__in=desk.open_ids).select_related("case__enterprise", "unit")
    return rows.order_by("issued_on", "id")


def _card(desk: _Desk, s: Supervision) -> BoardItem:
    unit = s.unit.label if s.unit else ""
    is_refusal = s.kind == Supervision.Kind.SECOND_REFUSAL
    what = "转来“两次没解决”" if is_refusal else f"发{s.get_kind_display()}"
    sentence = f"{day_words(s.issued_on, desk.today)}给{unit}{what}，没有回执。{s.text}"
    mine = s.unit_id in desk.viewer.unit_ids
    if mine:
        return desk.item(s.case, sentence, s.case.due_by, "acknowledge", "回执", supervision_no=s.no)
    return desk.item(s.case, sentence, s.case.due_by, "urge", f"催{unit}", unit_id=s.unit_id or "")


def _hard(desk: _Desk) -> QuerySet[Case]:
    rows = Case.objects.filter(pk__in=desk.open_ids).filter(Q(turn="supervision") | Q(refusal_count__gte=2))
    return rows.select_related("enterprise", "lead_unit").order_by("due_by", "id")


def _hard_item(desk: _Desk, case: Case) -> BoardItem:
    machine = PROCEDURES.get(case.procedure, case.version)
    unit = f"，主办{case.lead_unit.label}" if case.lead_unit else ""
    sentence = f"{machine.state(case.state).said_to('office')}{unit}"
    if case.refusal_count:
        sentence += f"，企业说过 {case.refusal_count} 次没解决"
    for code in ("decide_jurisdiction", "send_back"):
        if desk.may(case, code):
            return desk.item(case, sentence, case.due_by, code, machine.action(code).label)
    return desk.item(case, sentence, case.due_by, "instruct", "批示")


def _provisional(desk: _Desk) -> QuerySet[Clock]:
    rows = Clock.objects.filter(is_provisional=True, case_id__in=desk.open_ids).exclude(state="stopped")
    return rows.select_related("case__enterprise").order_by("due_by", "id")


def _provisional_item(desk: _Desk, clock: Clock) -> BoardItem:
    machine = PROCEDURES.get(clock.case.procedure, clock.case.version)
    label = machine.deadline(clock.kind).label
    sentence = f"{label}期限 {day_words(clock.due_by, desk.today)}，那年的放假通知还没公布，公布后会重算"
    return desk.item(clock.case, sentence, clock.due_by)


def _sentence(counts: dict[str, int]) -> str:
    """Say first what is late of how many, then what waits for a decision."""
    total, late = counts["all"], counts["late"]
    if not total:
        return "现在没有在办的件。"
    stands = f"超期 {late} 件{_by_procedure(counts, 'late')}" if late else "没有超期的"
    first = f"在办 {total} 件{_by_procedure(counts, 'all')}，{stands}。"
    return first + (f"{counts['asked']} 件里有申请等决定。" if counts["asked"] else "")


def _by_procedure(counts: dict[str, int], code: str) -> str:
    """Return of which procedures a sum is made, empty where it is all one: each has its own page of numbers."""
    labels = {p.code: p.label for p in PROCEDURES.all()}
    parts = [f"{label} {n}" for p, label in labels.items() if (n := counts.get(f"{code}_{p}", 0))]
    return f"（{'、'.join(parts)}）" if len(parts) > 1 else ""


def board_figures(counts: dict[str, int], tabs: Sequence[Tab]) -> list[dict[str, Any]]:
    """Return the figures of the page, each with its denominator and its cases."""
    total = counts["all"]
    known = {t.code for t in tabs}
    figures = [
        ("late", "超期", f"在办 {total} 件里"),
        ("today", "今天到期", f"在办 {total} 件里"),
        ("answered", "等企业评价", f"在办 {total} 件里"),
        ("cards", "发过黄牌红牌", f"在办 {total} 件里"),
        ("twice", "两次没解决", f"在办 {total} 件里"),
    ]
    return [
        {
            "label": label,
            "value": counts[code],
            "of": of,
            "url": f"{reverse('cases:worklist')}?tab={code}" if code in known else "",
        }
        for code, label, of in figures
    ]
