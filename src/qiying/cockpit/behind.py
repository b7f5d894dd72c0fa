"""From a figure to its cases: the very facts that were summed, so that list and figure cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from qiying.cockpit.live import LIVE, live_ids
from qiying.cockpit.scope import Scope
from qiying.cockpit.sums import PROCEDURE
from qiying.cockpit.wanted import Wanted
from qiying.kernel.cases.selectors import COUNT_CAP, cases_visible_to
from qiying.kernel.figures.definitions import MeasureUnknown, measure_of
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Behind:
    """The figure's size, the cases it consists of (at most 1,001), and those the viewer may see, in order."""

    words: str
    count: int
    ids: list[int]
    visible: list[int]
    is_live: bool

    @property
    def is_capped(self) -> bool:
        return len(self.ids) > COUNT_CAP


def behind_figure(
    given: Mapping[str, str], w: Wanted, where: dict[str, Any], scope: Scope, viewer: Viewer, today: date
) -> Behind | None:
    """Return what a figure consists of, None when the address names no figure."""
    live = given.get("now", "")
    if live in LIVE:
        ids = live_ids(scope.district_id, where, live, today, COUNT_CAP + 1)
        return Behind(LIVE[live], len(ids), ids, _visible(viewer, ids), is_live=True)
    measures = [m for m in given.get("measure", "").split(",") if m][:8]
    words = _words(measures)
    if words is None:
        return None
    facts = FigureDelta.objects.filter(
        district_id=scope.district_id, procedure=PROCEDURE, month=w.month, measure__in=measures
    )
    facts = facts.filter(**{k if k != "unit_id" else "unit_id__in": v for k, v in where.items()})
    low, high, kind = _number(given, "at_least"), _number(given, "at_most"), given.get("kind", "")[:16]
    facts = facts.filter(kind=kind) if kind else facts
    facts = facts.filter(bucket__gte=low) if low is not None else facts
    facts = facts.filter(bucket__lte=high) if high is not None else facts
    rows = facts.order_by().values("case_id").annotate(n=Sum("value")).filter(n__gt=0).order_by("-case_id")
    found = list(rows[: COUNT_CAP + 1])
    total = sum(r["n"] for r in found)
    if len(found) > COUNT_CAP:
        total = facts.aggregate(n=Sum("value"))["n"] or 0
    ids = [r["case_id"] for r in found]
    return Behind(words + _range(measures, low, high), total, ids, _visible(viewer, ids), is_live=False)


def _words(measures: list[str]) -> str | None:
    try:
        labels = [measure_of(PROCEDURE, m).label for m in measures]
    except MeasureUnknown:
        return None
    return "、".join(labels) or None


def _range(measures: list[str], low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    unit = " 分" if measures == ["satisfaction"] else " 个工作日"
    if low == high:
        return f" {low}{unit}"
    if high is None:
        return f" {low}{unit}及以上"
    return f" {low or 0} 到 {high}{unit}"


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _visible(viewer: Viewer, ids: list[int]) -> list[int]:
    seen = set(cases_visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [i for i in ids if i in seen][:COUNT_CAP]
