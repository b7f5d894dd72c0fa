"""Where the legal environment stands in the navigation, on homes and beside a case, and what others may ask of it."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.legal_environment.rules.fair import EXCEPTIONS, flags_of
from qiying.capabilities.legal_environment.selectors import account_of
from qiying.capabilities.legal_environment.services.complaints import INSTRUMENTS, ComplaintExtras
from qiying.capabilities.legal_environment.services.reviews import ReviewExtras, flags_offered, review_missing
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way, provide
from qiying.kernel.permissions.viewer import Viewer

DRAFT = ("handler", "liaison", "leader", "policy")
WATCH = ("supervisor", "district_leader", "discipline")


def complaint(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what the firm wrote, to whoever may know it, and what is to be corrected."""
    if case.procedure != "enforcement_complaint":
        return None
    extras = ComplaintExtras.of(case)
    context = {"account": account_of(case, viewer), "extras": extras, "is_hidden": case.hide_asker}
    return Tile("legal/_complaint.html", {**context, "instrument": INSTRUMENTS.get(extras.instrument, "")})


def review(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the text under review with what is flagged in it."""
    if case.procedure != "fair_review":
        return None
    extras = ReviewExtras.of(case)
    context = {
        "extras": extras,
        "flags": flags_of(extras.text),
        "exception": EXCEPTIONS.get(extras.exception, ""),
    }
    return Tile("legal/_review.html", context)


def common_record(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return from a side's part the way to the common record of the whole."""
    if case.procedure != "ip_part" or case.parent is None or not viewer.memberships:
        return None
    return Tile("legal/_common.html", {"url": reverse("cases:case", args=[case.parent.number])})


case_panel("enforcement_complaint", complaint)
case_panel("fair_review", review)
case_panel("ip_common_record", common_record)
offer_way("complaint", "执法堵点", "/open/enforcement_complaint/", "flag", 58)
offer_way("ip", "知识产权", "/open/ip_request/", "star", 59)
offer_way("handbooks", "维权手册", "legal:handbooks", "file", 60, for_all=True)
offer_nav("legal_measures", "公平竞争审查", "legal:measures", (*DRAFT, *WATCH), 66, group="enforcement")
offer_nav("legal_tenders", "招标项目", "legal:tenders", (*DRAFT, *WATCH, "bid_agent"), 67, group="enforcement",
          first=("bid_agent",))  # fmt: skip
offer_nav(
    "legal_manuals",
    "知识产权手册",
    "legal:manuals",
    ("handler", "liaison", "leader"),
    68,
    group="enforcement",
)
offer_nav("legal_analysis", "执法堵点分析", "legal:analysis", WATCH, 69, group="enforcement")
provide("fair_competition_flags", flags_offered)
provide("fair_competition_missing", review_missing)
