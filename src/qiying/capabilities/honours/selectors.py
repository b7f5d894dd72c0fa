"""Reads of perks and clean firms: who sees which rows, what a firm sees of itself, figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from qiying.capabilities.honours.models import Perk, PerkBook, PerkGrant, Star
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer


def perks(viewer: Viewer) -> QuerySet[Perk]:
    """Return the district's perks for who reads them."""
    rows = Perk.objects.select_related("unit").filter(district_id=viewer.district_id or 0)
    return rows if viewer.has("honours.view") else rows.none()


def grants(viewer: Viewer) -> QuerySet[PerkGrant]:
    """Return perks given: all for who gives or reads them, those of his unit for who delivers."""
    rows = PerkGrant.objects.select_related("book__perk__unit", "enterprise").filter(
        district_id=viewer.district_id or 0
    )
    if viewer.has("honours.perks") or viewer.has("honours.view"):
        return rows
    return (
        rows.filter(book__perk__unit_id__in=viewer.unit_ids) if viewer.has("honours.deliver") else rows.none()
    )


def stars(viewer: Viewer) -> QuerySet[Star]:
    """Return examinations: all for who examines, the decided ones for who reads."""
    rows = Star.objects.select_related("enterprise", "checked_by").filter(district_id=viewer.district_id or 0)
    if not viewer.has("honours.view"):
        return rows.none()
    return rows if viewer.has("honours.stars") else rows.filter(decided_on__isnull=False)


def perk_figures(district_id: int, year: int) -> dict[str, Any]:
    """Return how many perks there are and their places of a year: given, promised, delivered."""
    books = PerkBook.objects.filter(perk__district_id=district_id, year=year)
    told = books.aggregate(given=Sum("given"), reserved=Sum("reserved"), used=Sum("used"))
    kinds = Perk.objects.filter(district_id=district_id).filter(
        Q(valid_to=None) | Q(valid_to__gte=date(year, 1, 1))
    )
    return {"kinds": kinds.count(), **{name: n or 0 for name, n in told.items()}}


def star_figures(district_id: int, today: date) -> dict[int, int]:
    """Return how many firms stand with how many stars today."""
    rows = Star.objects.filter(district_id=district_id, state=Star.State.CONFIRMED, valid_to__gte=today)
    return dict(rows.values_list("stars").annotate(n=Count("enterprise", distinct=True)).order_by("-stars"))


def firm_tile(enterprise_id: int, today: date) -> Tile:
    """Return what a firm's own page of growth shows of perks and stars (`provided("firm_honours")`)."""
    given = PerkGrant.objects.filter(enterprise_id=enterprise_id).exclude(state=PerkGrant.State.RELEASED)
    found = list(Star.objects.filter(enterprise_id=enterprise_id))
    return Tile(
        "honours/_firm.html",
        {
            "firm_id": enterprise_id,
            "perks": given.select_related("book__perk__unit"),
            "star": next((s for s in found if s.state == Star.State.CONFIRMED), None),
            "current": next((s for s in found if s.year == today.year), None),
        },
    )


def figures_tile(district_id: int, today: date) -> Tile:
    """Return what the ladder's overview shows of perks and stars (`provided("honour_figures")`)."""
    perks = perk_figures(district_id, today.year)
    context = {
        "perks": perks,
        "of_perks": f"今年下达 {perks['given']} 个，等兑现 {perks['reserved']} 个",
        "clean": sum(star_figures(district_id, today).values()),
    }
    return Tile("honours/_figures.html", context)
