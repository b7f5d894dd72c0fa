"""Where agency, the alliance and licences stand: in the navigation, on homes and beside a case."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.handling.selectors import authorities_running
from qiying.capabilities.handling.services.agency import AgencyExtras
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

WEEK = 7


def authority(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what an authority covers and until when, to both sides of an agency."""
    if case.procedure != "agency":
        return None
    extras = AgencyExtras.of(case)
    until = date.fromisoformat(extras.until) if extras.until else None
    context = {"lines": extras.lines, "until": until, "is_over": until is not None and until < today}
    return Tile("handling/_authority.html", {**context, "agent": extras.agent})


def _ending(case: Case) -> Item:
    until = date.fromisoformat(AgencyExtras.of(case).until)
    words = f"授权到{until:%-m月%-d日}，没办完请续"
    return Item(case.title, reverse("mine:case", args=[case.number]), case.number, words)


def authorities_ending(viewer: Viewer, today: date) -> Source | None:
    """Return own matters of agency whose authority ends within a week; to renew is the enterprise's choice."""
    if not viewer.enterprise_ids:
        return None
    rows = authorities_running(today, WEEK).filter(enterprise_id__in=viewer.enterprise_ids)
    return Source(rows, _ending, order=("pk",))


case_panel("authority", authority)
declare_waiting("authorities", "快到期的代办授权", authorities_ending, order=62)
offer_way("unaccepted", "没窗口收", "/open/unaccepted_matter/", "alert", 50)
offer_way("agency", "请人代办", "/open/agency/", "edit", 52)
offer_way("remote", "异地通办", "/open/remote_handling/", "send", 54)
offer_way("licences", "证照到期", "handling:my_licences", "clock", 56)
offer_nav(
    "remote", "异地通办", "handling:remote", ("desk", "partner"), 50, group="service", first=("partner",)
)
offer_nav("partners", "伙伴地区", "handling:partners", ("desk", "supervisor"), 61, group="service")
offer_nav("licences", "证照到期", "handling:licences", ("desk", "liaison"), 63, group="service")
