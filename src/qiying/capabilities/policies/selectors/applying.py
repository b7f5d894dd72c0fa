"""Reads of applications, publicity, batches and the negative list; each takes the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.policies.models import (
    Application,
    Evaluation,
    GrantBatch,
    GrantItem,
    NegativeListing,
)
from qiying.capabilities.policies.selectors.shelf import group_of
from qiying.decision.indicators import standard_registry
from qiying.decision.scalar.amounts import History
from qiying.decision.words.values import money_text, plain
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer

GONE = ("refused", "withdrawn", "clawed_back")
"""Outcomes after which nothing was granted."""
PUBLIC_DAYS = 30
"""Days an ended publicity stays readable."""


def applications_visible_to(viewer: Viewer) -> QuerySet[Application]:
    """Return the applications whose cases the viewer takes part in."""
    return Application.objects.filter(case__in=cases_visible_to(viewer))


def made_public(district_id: int | None, today: date, *, ended: bool = False) -> QuerySet[Application]:
    """Return what is being made public now, or what ended within the last days; open to everybody.

    What an objection or a withdrawal took back is not shown any more.
    """
    rows = Application.objects.filter(public_from__isnull=False).select_related(
        "policy__lead_unit", "enterprise", "case", "district"
    )
    if district_id is not None:
        rows = rows.filter(district_id=district_id)
    if not ended:
        return rows.filter(case__state="publicity", public_to__gte=today).order_by("public_to", "id")
    shown = rows.filter(public_to__lt=today, public_to__gte=today - timedelta(days=PUBLIC_DAYS))
    return shown.exclude(case__outcome__in=("refused", "withdrawn", "voided")).order_by("-public_to", "-id")


def batches_visible_to(viewer: Viewer) -> QuerySet[GrantBatch]:
    """Return the district's batches for who may handle them, with how many are in, out and have no case yet."""
    if not viewer.has("policies.batches"):
        return GrantBatch.objects.none()
    rows = GrantBatch.objects.filter(district_id=viewer.district_id or 0)
    return rows.select_related("policy", "proposed_by", "confirmed_by", "approved_by").annotate(
        n_in=Count("items", filter=Q(items__state=GrantItem.State.IN)),
        n_out=Count("items", filter=~Q(items__state=GrantItem.State.IN)),
    )


def listings_visible_to(viewer: Viewer) -> QuerySet[NegativeListing]:
    """Return the district's negative list for who keeps it."""
    if not viewer.has("policies.listings"):
        return NegativeListing.objects.none()
    rows = NegativeListing.objects.filter(enterprise__district_id=viewer.district_id or 0)
    return rows.select_related("enterprise", "listed_by", "removed_by").order_by("-listed_on", "-id")


def history_of(enterprise_id: int, *, but: int | None = None) -> dict[str, History]:
    """Return what an enterprise was granted before, by policy code: paid or approved, by budget year; one query.

    Args:
        but: an application left out, because it is the one being looked at.
    """
    rows = Application.objects.filter(enterprise_id=enterprise_id, approved_at__isnull=False)
    rows = rows.exclude(case__outcome__in=GONE).exclude(pk=but or 0)
    return granted(rows.select_related("policy", "version"))


def granted(rows: Iterable[Application]) -> dict[str, History]:
    """Return granted applications as what the engine takes for the past, by policy code."""
    found: dict[str, History] = {}
    for row in rows:
        before = found.get(row.policy.code, History(group=group_of(row.version)))
        found[row.policy.code] = before.with_grant(row.year, row.granted_fen or 0, row.stage)
    return found


@dataclass(frozen=True)
class Fact:
    """A fact an evaluation read, in words."""

    name: str
    value: str
    period: str
    source: str


def facts_of(evaluation: Evaluation) -> tuple[Fact, ...]:
    """Return the facts an evaluation read."""
    return tuple(
        Fact(name, _value(name, str(one["value"])), period_words(one["period"] or ""), one["source"] or "")
        for name, one in sorted(evaluation.facts_read.items())
    )


def _value(name: str, text: str) -> str:
    """Return a kept value as people write it: 是, 600万元, 35人; what cannot be read stays as it was kept."""
    if text in ("True", "False"):
        return "是" if text == "True" else "否"
    registry = standard_registry()
    if name not in registry:
        return text
    one = registry[name]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return money_text(number) if one.type == "money" else f"{plain(number)}{one.unit}"


def period_words(period: str) -> str:
    """Return a period as people write it.

    >>> period_words("2025"), period_words("2026Q3"), period_words("2026-04")
    ('2025 年', '2026 年三季度', '2026 年 4 月')
    """
    if not period:
        return ""
    if "Q" in period:
        year, _, quarter = period.partition("Q")
        return f"{year} 年{'一二三四'[int(quarter) - 1]}季度"
    year, _, month = period.partition("-")
    return f"{year} 年 {int(month)} 月" if month else f"{year} 年"
