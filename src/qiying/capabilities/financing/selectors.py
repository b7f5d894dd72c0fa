"""What is read of financing: products in force, how a firm stands to them, offers, lines in view, sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.financing.models import WORDS, Institution, Line, Product
from qiying.capabilities.financing.rules import tables
from qiying.decision.scalar.evaluate import ELIGIBLE, NOT_ELIGIBLE
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.selectors import in_force, units_with
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.loan_cost import Cost
from qiying.ui.humanize import money_words

AGREED = (Line.State.ACTIVE, Line.State.CLOSED)
GROUPS: dict[str, str] = WORDS["groups"]
MILLION = 100_000_000  # fen: 100 万元, where nobody named how much


@dataclass(frozen=True)
class Standing:
    """How a firm stands to a product, with what a loan of the most it may get costs a year."""

    product: Product
    answer: tables.Answer

    @property
    def group(self) -> str:
        if self.answer.outcome == NOT_ELIGIBLE:
            return "near" if self.answer.near else "no"
        return "fits" if self.answer.outcome == ELIGIBLE else "unknown"

    @property
    def limit(self) -> str:
        return money_words(self.answer.limit) if self.answer.limit else ""

    @property
    def cost(self) -> Cost | None:
        return self.product.cost(self.answer.limit or MILLION)

    @property
    def words(self) -> str:
        """One line for a list of choices."""
        most = f"，最多 {self.limit}" if self.limit else ""
        return f"{self.product}（{GROUPS[self.group]}{most}）"


def desk_of(district_id: int) -> int | None:
    """Return the unit that coordinates financing."""
    return next(iter(units_with(district_id, "financing_desk")), None)


def watches(viewer: Viewer) -> bool:
    """Tell whether somebody sees all lines of the district: the coordinating unit, and whoever supervises."""
    own = desk_of(viewer.district_id or 0)
    return (own is not None and own in viewer.unit_ids) or viewer.has("financing.figures")


def institutions_of(viewer: Viewer) -> QuerySet[Institution]:
    return Institution.objects.filter(district_id=viewer.district_id or 0).select_related("unit")


def kept_institutions(viewer: Viewer) -> QuerySet[Institution]:
    """Return all institutions to whoever coordinates, to others those they work for."""
    rows = institutions_of(viewer)
    return rows if watches(viewer) else rows.filter(unit_id__in=viewer.unit_ids)


def products_in_force(district_id: int, on: date) -> QuerySet[Product]:
    """Return the versions that may be asked for on a day, of institutions that still take part."""
    kept = Q(institution__valid_from__lte=on) & (
        Q(institution__valid_to=None) | Q(institution__valid_to__gte=on)
    )
    rows = Product.objects.filter(in_force(on), kept, district_id=district_id)
    return rows.select_related("institution__unit").order_by("kind", "name", "pk")


def standings_of(enterprise: Enterprise, products: Iterable[Product], on: date) -> list[Standing]:
    """Return how a firm stands to products, those it qualifies for first, the largest limit first."""
    stored = stored_facts(known_facts(enterprise))
    found = [Standing(p, tables.answer(p.table, p.name, on, stored)) for p in products]
    order = list(GROUPS)
    return sorted(found, key=lambda s: (order.index(s.group), -(s.answer.limit or 0), s.product.pk))


def firm_of(viewer: Viewer, asked: object = None) -> Enterprise | None:
    """Return the firm somebody speaks for, the one asked for where he speaks for several."""
    wanted = next((pk for pk in viewer.enterprise_ids if str(pk) == str(asked or "")), None)
    pk = wanted or min(viewer.enterprise_ids, default=None)
    return Enterprise.objects.filter(pk=pk).first() if pk is not None else None


def offers_of(whole: Case) -> list[Line]:
    """Return the offers made to a request, the cheapest first; what is no loan comes last."""
    rows = Line.objects.filter(whole=whole).select_related("product", "institution", "part", "enterprise")
    return sorted(rows, key=lambda o: (o.cost is None, o.cost.irr_exact if o.cost else 0, -o.fen, o.pk))


UNTOLD = (Line.State.PROPOSED, Line.State.NOT_CONFIRMED)


def lines_visible_to(viewer: Viewer) -> QuerySet[Line]:
    """Return the district's lines to whoever coordinates, an institution's to its people, a firm's once it was told."""
    rows = Line.objects.filter(district_id=viewer.district_id or 0)
    if not watches(viewer):
        own = Q(enterprise_id__in=viewer.enterprise_ids) & ~Q(state__in=UNTOLD)
        rows = rows.filter(Q(institution__unit_id__in=viewer.unit_ids) | own)
    return rows.select_related("enterprise", "product__institution", "institution", "whole", "part")


def lines_of_firm(viewer: Viewer) -> QuerySet[Line]:
    """Return what a firm has or may take without a request; offers to its requests stand in these."""
    rows = lines_visible_to(viewer).filter(enterprise_id__in=viewer.enterprise_ids)
    return rows.exclude(state__in=UNTOLD).filter(Q(part=None) | Q(state__in=AGREED))


def summed(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what agreed lines add up to; days are the median of days from asking to agreeing."""
    days = sorted((x["agreed_on"] - x["asked_on"]).days for x in lines if x["part_id"])
    return {
        "firms": len({x["enterprise_id"] for x in lines}),
        "institutions": len({x["institution_id"] for x in lines}),
        "lines": len(lines),
        **{name: sum(x[name] for x in lines) for name in ("fen", "drawn", "used_fen")},
        "unsecured": sum(x["fen"] for x in lines if x["security"] == "none"),
        "days": days[(len(days) - 1) // 2] if days else None,
    }
