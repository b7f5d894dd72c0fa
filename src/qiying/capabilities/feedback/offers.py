"""What waits because of feedback, and where it stands in the navigation."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.feedback.models import RatingInvitation
from qiying.capabilities.feedback.selectors.ratings import to_rate
from qiying.kernel.organisations.offers import offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

OFFICE = ("liaison", "handler", "leader", "desk", "callback", "supervisor", "district_leader")


def _item(row: RatingInvitation) -> Item:
    return Item(
        row.matter,
        reverse("feedback:rate", args=[row.token]),
        row.unit.label,
        "评一评，自愿",
        since=row.ended_on,
    )


def ratings(viewer: Viewer, today: date) -> Source | None:
    """Return services the viewer was asked about; voluntary, so nothing of it is ever late."""
    if viewer.person_id is None:
        return None
    return Source(to_rate(viewer, today).select_related("unit"), _item, order=("-ended_on", "-pk"))


declare_waiting("ratings", "请您评一评", ratings, order=70)
offer_nav("ratings", "好差评", "feedback:rates", OFFICE, 30, group="numbers")
offer_nav("service_places", "评价点", "feedback:places", ("liaison", "desk"), 61, group="registers")
offer_nav("qr_cards", "二维码卡", "feedback:cards", ("liaison", "desk", "discipline"), 62, group="registers")
