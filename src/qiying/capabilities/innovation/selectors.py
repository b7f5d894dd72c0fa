"""Reads of scores: the weights of a day, one enterprise's breakdown, the ranking somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from qiying.capabilities.innovation.models import Score, WeightTable
from qiying.capabilities.innovation.rules.scoring import Breakdown, breakdown, points
from qiying.capabilities.innovation.rules.tables import Measured, Weights, tables
from qiying.decision.indicators import standard_registry
from qiying.kernel.enterprises.decision_facts import KnownFact, known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import Viewer

FUNCTION = "innovation"


def weights_on(district_id: int, on: date) -> dict[tuple[str, str], Weights]:
    """Return the weights valid on a day: the district's own where it set some, else the shipped samples."""
    found = tables().weights_on(on)
    rows = WeightTable.objects.filter(district_id=district_id, valid_from__lte=on).order_by(
        "valid_from", "pk"
    )
    for row in rows:
        values = {code: Decimal(text) for code, text in row.values.items()}
        found[row.scheme, row.stage] = Weights(values, row.valid_from, row.source, row.is_sample)
    return found


def breakdown_of(enterprise: Enterprise, on: date) -> tuple[dict[str, Breakdown], dict[str, KnownFact]]:
    """Return score and index of an enterprise as its facts say now, and these facts."""
    known = known_facts(enterprise)
    return breakdown(stored_facts(known), weights_on(enterprise.district_id, on), on), known


def ranking_visible_to(viewer: Viewer) -> QuerySet[Score]:
    """Return the district's scores for who may look at them."""
    rows = Score.objects.select_related("enterprise", "enterprise__region_unit")
    if not (viewer.is_system or viewer.has("innovation.view")):
        return rows.none()
    return rows.filter(district_id=viewer.district_id or 0)


def judging_unit(district_id: int) -> Unit | None:
    """Return the unit that decides corrections."""
    return Unit.objects.filter(pk__in=units_with(district_id, FUNCTION)).order_by("pk").first()


def correctable() -> dict[str, Sequence[Measured]]:
    """Return the facts an enterprise may have corrected, each with the indicators that read it."""
    found: dict[str, list[Measured]] = {}
    for one in tables().indicators.values():
        for name in one.names:
            found.setdefault(name, []).append(one)
    return dict(found)


def fact_choices() -> dict[str, str]:
    """Return these facts as choices, each with its unit."""
    registry = standard_registry()
    units = {name: registry[name].unit for name in correctable()}
    return {
        name: f"{name}（{'比例，如 0.12' if unit == '%' else unit or '是或否'}）"
        for name, unit in units.items()
    }


def shared_score(owner: str, now: datetime) -> str | None:
    """Return what is told of an enterprise that agreed to it: score and index in words; None where nothing stands."""
    kind, _, pk = owner.partition(":")
    row = Score.objects.filter(pk=int(pk)).first() if kind == "e" and pk.isdecimal() else None
    if row is None:
        return None
    score, index = ends(row.score_low, row.score_high), ends(row.index_low, row.index_high)
    return f"创新积分 {score}，科创指数 {index}（{row.as_of} 测算，样例权重）"


def ends(low: int, high: int) -> str:
    """Return an interval in points as words."""
    return f"{points(low)}" if low == high else f"{points(low)}–{points(high)}"
