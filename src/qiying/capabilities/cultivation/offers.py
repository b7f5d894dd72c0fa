"""Where cultivation stands in the navigation, a firm's way in, and what waits for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.cultivation import selectors
from qiying.capabilities.cultivation.models import PerkGrant, Service, Star, Title
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

READS = ("cultivator", "chamber", "district_leader", "leader", "supervisor", "policy", "deputy")
offer_nav(
    "cultivation",
    "培育情况",
    "cultivation:overview",
    READS,
    60,
    group="service",
    first=("cultivator", "chamber"),
)
offer_nav(
    "cultivation_ladder",
    "梯度培育库",
    "cultivation:standings",
    ("cultivator",),
    61,
    group="service",
    first=("cultivator",),
)
offer_nav("cultivation_plans", "培育计划", "cultivation:plans", ("cultivator",), 62, group="service")
offer_nav("cultivation_titles", "称号", "cultivation:titles", READS, 63, group="service")
offer_nav("cultivation_perks", "优享项目", "cultivation:perks", READS, 64, group="service")
offer_nav(
    "cultivation_stars", "清廉民企", "cultivation:stars", READS, 65, group="service", first=("chamber",)
)
offer_nav("cultivation_grants", "兑现优享", "cultivation:grants", ("handler", "liaison"), 66, group="service")
offer_way("growth", "成长培育", "cultivation:growth", "chart", 45)
SOON = timedelta(days=90)


def _clean(viewer: Viewer, subject: str, audience: str) -> bool:
    """Let a firm and who examines in its district see the evidence of the firm's paper."""
    firm = subject.partition(":")[2].partition("-")[0]
    if not firm.isdigit():
        return False
    if int(firm) in viewer.enterprise_ids:
        return True
    rows = Star.objects.filter(enterprise_id=int(firm), district_id=viewer.district_id or 0)
    return viewer.has("cultivation.stars") and rows.exists()


register_subject("clean_firm", _clean)


def services_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return what firms asked of the viewer, and the services of his plans that are due."""
    if not viewer.has("cultivation.ladder"):
        return None
    due = Q(planned_on=None) | Q(planned_on__lte=today + timedelta(days=14))

    def item(row: Service) -> Item:
        url = reverse("cultivation:plans_row", args=[row.plan_id])
        return Item(
            row.plan.enterprise.label,
            url,
            row.what,
            "企业要的，请排上" if row.is_asked else "要做的服务",
            row.planned_on,
        )

    return Source(
        selectors.services_waiting(viewer).filter(due), item, day="planned_on", order=("planned_on", "pk")
    )


def titles_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return titles whose taking away somebody else proposed."""
    if not viewer.has("cultivation.ladder"):
        return None
    rows = selectors.titles(viewer).filter(state=Title.State.DOUBTED).exclude(doubted_by_id=viewer.person_id)

    def item(row: Title) -> Item:
        return Item(str(row), reverse("cultivation:titles_row", args=[row.pk]), row.reason, "等您定撤不撤")

    return Source(rows, item, order=("pk",))


def perks_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return perks the viewer's unit has to deliver."""
    if not viewer.has("cultivation.deliver"):
        return None
    rows = PerkGrant.objects.filter(state=PerkGrant.State.RESERVED, book__perk__unit_id__in=viewer.unit_ids)

    def item(row: PerkGrant) -> Item:
        url = reverse("cultivation:grants_row", args=[row.pk])
        return Item(f"{row.book.perk.name}：{row.holder}", url, row.enterprise.label, "等您兑现", row.due_on)

    found = rows.select_related("book__perk", "enterprise")
    return Source(found, item, reverse("cultivation:grants"), day="due_on", order=("due_on", "pk"))


def stars_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return papers to check, and checked ones of somebody else to decide."""
    if not viewer.has("cultivation.stars"):
        return None
    mine = Q(state=Star.State.HANDED) | Q(state=Star.State.CHECKED) & ~Q(checked_by_id=viewer.person_id)

    def item(row: Star) -> Item:
        url = reverse("cultivation:stars_row", args=[row.pk])
        return Item(row.enterprise.label, url, f"自评 {row.claimed}", row.get_state_display())

    return Source(selectors.stars(viewer).filter(mine), item, reverse("cultivation:stars"), order=("pk",))


def firm_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return a firm's titles that end soon."""
    if not viewer.enterprise_ids:
        return None
    rows = Title.objects.filter(
        enterprise_id__in=viewer.enterprise_ids, state=Title.State.VALID, valid_to__lte=today + SOON
    )

    def item(row: Title) -> Item:
        return Item(
            f"{row.get_tier_display()}到期",
            reverse("cultivation:growth"),
            row.number,
            "准备复核",
            row.valid_to,
        )

    return Source(rows.select_related("enterprise"), item, day="valid_to", order=("valid_to", "pk"))


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
        url = reverse("cultivation:evidence", args=[row.enterprise_id])
        return Item("清廉民企复评", url, f"{row.stars} 星", "填今年的自评", row.valid_to)

    return Source(rows.select_related("enterprise"), item, day="valid_to", order=("valid_to", "pk"))


declare_waiting("cultivation_services", "培育服务", services_waiting, order=40)
declare_waiting("cultivation_titles", "称号要定的", titles_waiting, order=41)
declare_waiting("cultivation_perks", "优享要兑现的", perks_waiting, order=42)
declare_waiting("cultivation_stars", "清廉民企要评的", stars_waiting, order=43)
declare_waiting("cultivation_ends", "称号快到期", firm_waiting, order=44)
declare_waiting("cultivation_restars", "清廉民企复评", restars_waiting, order=45)
