"""Where micro-reforms stand: the navigation, and what a firm is asked to say a word of."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.reforms.models import Reform
from qiying.capabilities.reforms.selectors import firm_reforms
from qiying.kernel.organisations.offers import offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

offer_nav(
    "reforms",
    "微改革",
    "reforms:reforms",
    ("handler", "liaison", "leader", "desk", "supervisor", "district_leader", "deputy"),
    60,
    group="learning",
)


def firm_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the reforms that a firm used and may say a word of; it is its choice, so nothing is late."""
    if not viewer.enterprise_ids:
        return None

    def item(row: Reform) -> Item:
        return Item(row.title, reverse("reforms:rate", args=[row.pk]), row.unit.label, "您觉得怎么样")

    rows = firm_reforms(viewer).select_related("unit")
    return Source(rows, item, order=("decided_on", "pk"))


declare_waiting("reforms", "请您评的改革", firm_waiting, order=80)
