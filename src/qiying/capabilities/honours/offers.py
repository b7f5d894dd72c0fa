"""Where perks and clean firms stand in the navigation, and what waits for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.honours import selectors
from qiying.capabilities.honours.models import PerkGrant, Star
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.organisations.offers import offer_nav, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

READS = ("cultivator", "chamber", "district_leader", "leader", "supervisor", "policy", "deputy")
offer_nav("honours_perks", "优享项目", "honours:perks", READS, 64, group="growth")
offer_nav("honours_stars", "清廉民企", "honours:stars", READS, 65, group="growth", first=("chamber",))
offer_nav("honours_grants", "兑现优享", "honours:grants", ("handler", "liaison"), 66, group="growth")
provide("firm_honours", selectors.firm_tile)
provide("honour_figures", selectors.figures_tile)
SOON = timedelta(days=90)


def _clean(viewer: Viewer, subject: str, audience: str) -> bool:
    """Let a firm and who examines in its district see the evidence of the firm's paper."""
    firm = subject.partition(":")[2].partition("-")[0]
    if not firm.isdigit():
        return False
    if int(firm) in viewer.enterprise_ids:
        return True
    rows = Star.objects.filter(enterprise_id=int(firm), district_id=viewer.district_id or 0)
    return viewer.has("honours.stars") and rows.exists()


register_subject("clean_firm", _clean)


def perks_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return perks the viewer's unit has to deliver."""
    if not viewer.has("honours.deliver"):
        return None
    rows = PerkGrant.objects.filter(state=PerkGrant.State.RESERVED, book__perk__unit_id__in=viewer.unit_ids)

    def item(row: PerkGrant) -> Item:
        url = reverse("honours:grants_row", args=[row.pk])
        return Item(f"{row.book.perk.name}：{row.holder}", url, row.enterprise.label, "等您兑现", row.due_on)

    found = rows.select_related("book__perk", "enterprise")
    return Source(found, item, reverse("honours:grants"), day="due_on", order=("due_on", "pk"))


def stars_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return papers to check, and checked ones of somebody else to decide."""
    if not viewer.has("honours.stars"):
        return None
    mine = Q(state=Star.State.HANDED) | Q(state=Star.State.CHECKED) & ~Q(checked_by_id=viewer.person_id)

    def item(row: Star) -> Item:
        url = reverse("honours:stars_row", args=[row.pk])
        return Item(row.enterprise.label, url, f"自评 {row.claimed}", row.get_state_display())

    return Source(selectors.stars(viewer).filter(mine), item, reverse("honours:stars"), order=("pk",))


def restars_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return a firm's stars that end soon and were not examined again."""
    if not viewer.enterprise_ids:
        return None
    later: Any = Star.objects.filter(enterprise_id__in=viewer.enterprise_ids, year=today.year).values(
        "enterprise_id"
    )
    rows = Star.objects.filter(
        enterprise_id__in=viewer.enterprise_ids,
        state=Star.State.CONFIRMED,
        year__lt=today.year,
        valid_to__lte=today + SOON,
    ).exclude(enterprise_id__in=later)

    def item(row: Star) -> Item:
        url = reverse("honours:evidence", args=[row.enterprise_id])
        return Item("清廉民企复评", url, f"{row.stars} 星", "填今年的自评", row.valid_to)

    return Source(rows.select_related("enterprise"), item, day="valid_to", order=("valid_to", "pk"))


declare_waiting("honours_perks", "优享要兑现的", perks_waiting, order=42)
declare_waiting("honours_stars", "清廉民企要评的", stars_waiting, order=43)
declare_waiting("honours_restars", "清廉民企复评", restars_waiting, order=45)
