"""From a figure to its cases: the very facts that were summed, so that list and figure cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from qiying.cockpit.live import LIVE, live_ids
from qiying.cockpit.scope import Scope
from qiying.kernel.cases.selectors import COUNT_CAP, cases_visible_to
from qiying.kernel.figures.asking import Asked
from qiying.kernel.figures.definitions import Measure, MeasureUnknown, measure_of
from qiying.kernel.figures.selectors import facts_behind
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.waiting import Item
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole


@dataclass(frozen=True)
class Behind:
    """The figure's size, the cases it consists of (at most 1,001), and those the viewer may see, in order.

    `things` stand in the place of cases where a procedure counts something else (`numbers_rows:<procedure>`).
    """

    words: str
    count: int
    ids: list[int]
    visible: list[int]
    is_live: bool
    things: Mapping[int, Item] | None = None

    @property
    def is_capped(self) -> bool:
        return len(self.ids) > COUNT_CAP


def behind_figure(
    given: Mapping[str, str], a: Asked, where: dict[str, Any], scope: Scope, viewer: Viewer, today: date
) -> Behind | None:
    """Return what a figure consists of, None when the address names no figure."""
    procedure, live = a.board.procedure, given.get("now", "")
    if live in LIVE:
        ids = live_ids(scope.district_id, procedure, where, live, today, COUNT_CAP + 1)
        return Behind(LIVE[live], len(ids), ids, _visible(viewer, ids), is_live=True)
    measures = _measures(procedure, given.get("measure", ""))
    if not measures:
        return None
    codes = [m.code for m in measures]
    facts = facts_behind(
        district_id=scope.district_id,
        procedure=procedure,
        measures=codes,
        months=a.period.months,
        where=where,
    )
    low, high = _number(given, "at_least"), _number(given, "at_most")
    facts = facts.filter(bucket__gte=low) if low is not None else facts
    facts = facts.filter(bucket__lte=high) if high is not None else facts
    rows = facts.values("case_id").annotate(n=Sum("value")).filter(n__gt=0).order_by("-case_id")
    found = list(rows[: COUNT_CAP + 1])
    total = sum(r["n"] for r in found)
    if len(found) > COUNT_CAP:
        total = facts.aggregate(n=Sum("value"))["n"] or 0
    ids = [r["case_id"] for r in found]
    words = "、".join(m.label for m in measures) + _range(measures, low, high)
    if (read := provided(f"numbers_rows:{procedure}")) is not None:
        things = read(viewer, ids)
        return Behind(words, total, ids, [i for i in ids if i in things][:COUNT_CAP], False, things)
    return Behind(words, total, ids, _visible(viewer, ids), is_live=False)


def _measures(procedure: str, text: str) -> list[Measure]:
    """Return the measures named, none when one of them is not declared."""
    try:
        return [measure_of(procedure, m) for m in text.split(",")[:8] if m]
    except MeasureUnknown:
        return []


def _range(measures: list[Measure], low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    unit = " 个工作日" if measures[0].bucket.startswith("工作日") else " 分"
    if low == high:
        return f" {low}{unit}"
    return f" {low}{unit}及以上" if high is None else f" {low or 0} 到 {high}{unit}"


def _number(given: Mapping[str, str], name: str) -> int | None:
    return whole(given.get(name), most=9999)


def _visible(viewer: Viewer, ids: list[int]) -> list[int]:
    seen = set(cases_visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [i for i in ids if i in seen][:COUNT_CAP]
