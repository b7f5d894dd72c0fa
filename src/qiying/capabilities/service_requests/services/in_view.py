"""What a person has in view before he decides or asks: who asked what and why, and which day would come of it."""

from __future__ import annotations

from collections.abc import Mapping

from qiying.capabilities.service_requests.models import RequestExtras
from qiying.capabilities.service_requests.services.duplicates import similar_answered
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import clocks
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Answer, Approval, Clock
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import Fact, Show
from qiying.kernel.organisations.models import Unit
from qiying.statutes.workdays import full_date

LEVELS: Mapping[str, str] = {"simple": "简易", "general": "一般", "complex": "复杂"}
ANSWER_SHOWN = 160
LISTED_DAYS = 10
"""Up to so many days each day an extension can lead to is named; beyond only the last."""


def request_in_view(*kinds: str) -> Show:
    """Return what shows the open request of one of the kinds."""

    def show(context: CaseContext) -> list[Fact]:
        asked = context.open_approval(*kinds)
        return _request(context, asked) if asked else []

    return show


def _request(context: CaseContext, asked: Approval) -> list[Fact]:
    unit = Unit.objects.filter(pk=asked.asked_unit_id).first() if asked.asked_unit_id else None
    who = f"{unit.label if unit else ''} {asked.asked_by_name}".strip()
    found = [("谁申请的", f"{who}，{full_date(local_date(asked.asked_at), context.today)}")]
    if asked.days:
        found += _moved_by(context, asked.days)
    level = RequestExtras.of(context.case).level_asked
    if level:
        found.append(("同时改级别", LEVELS.get(level, level)))
    until = RequestExtras.of(context.case).suspended_until
    if asked.kind == "suspension" and until:
        found.append(("预计到", until))
    found.append(("理由", asked.reason))
    if asked.basis:
        found.append(("依据", asked.basis))
    return found


def _moved_by(context: CaseContext, days: int) -> list[Fact]:
    clock = _handling(context)
    if clock is None:
        return [("延几天", f"{days} 个工作日")]
    return [
        ("延几天", f"{days} 个工作日"),
        ("期限从", full_date(clock.due_by, context.today)),
        ("变成", full_date(clocks.due_if_extended(clock, days, context.calendar), context.today)),
    ]


def extension_in_view(context: CaseContext) -> list[Fact]:
    """Return what may still be asked, who decides it, and the day each number of days leads to."""
    clock = _handling(context)
    if clock is None:
        return []
    on, district_id = context.today, context.case.district_id
    most = int(parameter("extension.max_workdays", district_id=district_id, on=on))
    times = int(parameter("extension.times", district_id=district_id, on=on))
    done = sum(1 for a in context.approvals if a.kind == "extension" and a.decision == "approved")
    days = range(1, most + 1) if most <= LISTED_DAYS else (most,)
    ways = [f"{n} 个到{full_date(clocks.due_if_extended(clock, n, context.calendar), on)}" for n in days]
    return [
        ("现在的期限", full_date(clock.due_by, on)),
        ("最多能延", f"{most} 个工作日，还能延 {max(times - done, 0)} 次"),
        ("延到哪天", "；".join(ways)),
        ("谁来批", "、".join(_supervisors(context)) or "督查部门"),
    ]


def returns_in_view(context: CaseContext) -> list[Fact]:
    """Return who gave the case back and why: what whoever settles the dispute has to weigh."""
    returned = [a for a in context.assignments if a.state == "returned"]
    names = {u.pk: u.label for u in Unit.objects.filter(pk__in=[a.unit_id for a in returned])}
    return [
        (f"{names.get(a.unit_id, '')}退回", f"{a.return_reason}。依据：{a.return_basis or '没写'}")
        for a in returned
    ]


def explanation_in_view(context: CaseContext) -> list[Fact]:
    """Return the explanation that would be filed, and what would have to change."""
    given = context.current_answer
    found = [("要存档的解释", given.text), ("缺什么条件", given.obstacle or "没写")] if given else []
    return [*found, *request_in_view("explain")(context)]


def attempts_in_view(context: CaseContext) -> list[Fact]:
    """Return each recorded attempt to reach the asker since the answer, and who asks to close it."""
    tried = [c for c in context.contacts if not c.reached]
    days = "、".join(full_date(local_date(c.at), context.today) for c in tried)
    return [
        ("没联系上", f"{len(tried)} 次：{days}" if tried else "没有记录"),
        *request_in_view("unconfirmed")(context),
    ]


def similar_in_view(context: CaseContext) -> list[Fact]:
    """Return how cases like this one were answered, of those the viewer may read; none of a hidden asker's."""
    found = similar_answered(context.case, context.case.title, context.viewer)
    cases = {c.pk: c for _, c in found if not c.hide_asker}
    rows = Answer.objects.filter(case_id__in=cases, is_current=True).exclude(kind="interim")
    answers = {a.case_id: a.text for a in rows.order_by("no")}
    return [
        (
            "像的件怎么答的" if n == 0 else "",
            f"{cases[pk].number} {cases[pk].title}：{answers[pk][:ANSWER_SHOWN]}",
        )
        for n, pk in enumerate(pk for pk in cases if pk in answers)
    ]


def _handling(context: CaseContext) -> Clock | None:
    return context.clock("handle") or context.clock("handle_arrears")


def _supervisors(context: CaseContext) -> list[str]:
    ids = [int(p.key[2:]) for p in context.parties if p.role == "supervision" and p.key.startswith("u:")]
    return [u.label for u in Unit.objects.filter(pk__in=ids).order_by("sort_order", "id")]
