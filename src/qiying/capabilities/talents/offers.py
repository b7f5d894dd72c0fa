"""Where talents stand in the navigation, a firm's way in, and what waits for the talent officer."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.talents import selectors
from qiying.capabilities.talents.models import Introduction, Need
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

KEEPS = ("talent",)
offer_nav("talents", "企业家和人才", "talents:talents", KEEPS, 70, group="growth", first=KEEPS)
offer_nav("talent_needs", "企业要人", "talents:needs", KEEPS, 71, group="growth", first=KEEPS)
READS = ("talent", "district_leader", "leader", "supervisor")
offer_nav("talent_programmes", "人才计划", "talents:programmes", READS, 72, group="growth")
offer_way("talents", "要人才", "talents:mine", "users", 46)


def needs_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return needs nobody was introduced for yet."""
    if not viewer.has("talents.keep"):
        return None
    rows = selectors.needs(viewer).filter(state=Need.State.OPEN, introductions=None)

    def item(row: Need) -> Item:
        return Item(
            row.title,
            reverse("talents:needs_row", args=[row.pk]),
            row.enterprise.label,
            "还没介绍过",
            row.until,
        )

    return Source(rows, item, reverse("talents:needs"), day="until", order=("until", "pk"))


def asked_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return introductions whose talent has to be asked, or that wait for a result."""
    if not viewer.has("talents.keep"):
        return None
    rows = selectors.introductions(viewer).filter(state__in=["asked", "agreed"])

    def item(row: Introduction) -> Item:
        url = reverse("talents:introductions_row", args=[row.pk])
        return Item(row.need.title, url, row.need.enterprise.label, row.get_state_display())

    return Source(rows, item, reverse("talents:introductions"), order=("pk",))


declare_waiting("talent_needs", "企业要的人", needs_waiting, order=46)
declare_waiting("talent_asked", "介绍了等回音的", asked_waiting, order=47)
