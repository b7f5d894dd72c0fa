"""What stands beside a message: the enterprise that said it, and cases that may be the same matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from qiying.capabilities.service_requests.rules.duplicates import Likeness
from qiying.capabilities.service_requests.services.duplicates import doubles_of
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standing import overdue
from qiying.statutes import industries
from qiying.ui.humanize import date_words, day_words


@dataclass(frozen=True)
class EnterpriseCard:
    """The enterprise beside what it said: size, trade, how often it spoke and what came of it."""

    id: int
    name: str
    facts: list[tuple[str, str]]
    earlier: list[dict[str, str]]
    more: int


def enterprise_card(case: Case, today: date) -> EnterpriseCard:
    """Return the enterprise card; two queries."""
    e = case.enterprise
    assert e is not None
    since = today - timedelta(days=365)
    others = Case.objects.filter(enterprise=e, district_id=case.district_id, received_on__gte=since).exclude(
        pk=case.pk
    )
    n = others.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(is_open=True)),
        late=Count("pk", filter=Q(is_open=True) & overdue(today)),
        solved=Count("pk", filter=Q(outcome__in=["solved", "partly"])),
    )
    going = (
        f"{n['open']} 件" + (f"，{n['late']} 件超期" if n["late"] else "，没有超期") if n["open"] else "没有"
    )
    facts = [
        ("规模", e.get_size_class_display() or "还不知道"),
        ("行业", industries.name(e.industry) or "还不知道"),
        ("所在", e.region_unit.label if e.region_unit else "还不知道"),
        ("代码", e.credit_code or "还没有"),
        ("在办", going),
        ("近一年", f"说过 {n['all']} 件，解决 {n['solved']} 件" if n["all"] else "第一次说"),
    ]
    rows = others.select_related("lead_unit").order_by("-received_at")[:3]
    earlier = [
        {
            "title": c.title,
            "url": reverse("cases:case", args=[c.number]),
            "words": f"{date_words(c.received_on, today)} · {c.lead_unit.label if c.lead_unit else '未交办'} · "
            f"{_stands(c)}",
        }
        for c in rows
    ]
    return EnterpriseCard(e.pk, e.name, facts, earlier, max(0, n["all"] - len(earlier)))


def _stands(case: Case) -> str:
    return "在办" if case.is_open else "并入了另一件" if case.outcome == "joined" else "已办结"


def doubles_shown(case: Case, text: str, today: date) -> list[dict[str, Any]]:
    """Return the likely doubles of a case that is not handed over yet, open ones and the same enterprise's first."""
    if case.state not in {"received", "accepted"}:
        return []
    shown = [double_face(case, other, found, today) for found, other in doubles_of(case, text)]
    return sorted(shown, key=lambda d: (not d["is_likely"], -d["percent"]))


def double_face(case: Case, other: Case, found: Likeness, today: date) -> dict[str, Any]:
    """Return two cases side by side, each line marked the same or not."""
    mine = case.enterprise.label if case.enterprise else "没写企业"
    theirs = other.enterprise.label if other.enterprise else "没写企业"
    unit = other.lead_unit.label if other.lead_unit else "还没交办"
    return {
        "number": other.number,
        "url": reverse("cases:case", args=[other.number]),
        "why": found.why,
        "is_open": other.is_open,
        "is_likely": other.is_open or found.same_enterprise,
        "percent": round(found.score * 100),
        "lines": [
            ("企业", mine, theirs, case.enterprise_id is not None and found.same_enterprise),
            ("说什么", case.title, other.title, found.score >= 0.55),
            ("时间", day_words(case.received_on, today), f"{day_words(other.received_on, today)}，{_stands(other)}",
             case.received_on == other.received_on),
            ("谁在办", "未定" if case.lead_unit_id is None else "", unit, None),
        ],
    }  # fmt: skip
