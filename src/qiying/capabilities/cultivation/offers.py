"""Where cultivation stands in the navigation, a firm's way in, and what waits for whom."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.cultivation import selectors
from qiying.capabilities.cultivation.models import Service, Title
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

READS = ("cultivator", "district_leader", "leader", "supervisor", "policy", "deputy")
offer_nav(
    "cultivation",
    "培育情况",
    "cultivation:overview",
    READS,
    60,
    group="growth",
    first=("cultivator",),
)
offer_nav(
    "cultivation_ladder",
    "梯度培育库",
    "cultivation:standings",
    ("cultivator",),
    61,
    group="growth",
    first=("cultivator",),
)
offer_nav("cultivation_plans", "培育计划", "cultivation:plans", ("cultivator",), 62, group="growth")
offer_nav("cultivation_titles", "称号", "cultivation:titles", READS, 63, group="growth")
offer_way("growth", "成长培育", "cultivation:growth", "chart", 45)
SOON = timedelta(days=90)


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


declare_waiting("cultivation_services", "培育服务", services_waiting, order=40)
declare_waiting("cultivation_titles", "称号要定的", titles_waiting, order=41)
declare_waiting("cultivation_ends", "称号快到期", firm_waiting, order=44)
