"""What waits because of feedback, and where it stands in the navigation."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.feedback.models import (
    RatingInvitation,
    ServiceRating,
    SurveyInvitation,
)
from qiying.capabilities.feedback.rules.ratings import month_words, tag_words
from qiying.capabilities.feedback.selectors.ratings import rating_link, to_rate
from qiying.capabilities.feedback.selectors.surveys import invitations_waiting, surveys_visible_to
from qiying.capabilities.feedback.services.ratings import rating_place
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.linked import offer_linked
from qiying.kernel.organisations.offers import Tile, offer_nav, provide
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


def _survey(one: SurveyInvitation) -> Item:
    url = reverse("feedback:survey_answer", args=[one.survey.slug])
    words = f"替 {one.enterprise.label} 答"
    return Item(
        one.survey.title, url, one.survey.unit.label, words, one.survey.closes_on, local_date(one.sent_at)
    )


def surveys(viewer: Viewer, today: date) -> Source | None:
    """Return the surveys that an enterprise of the viewer was asked to answer."""
    if not viewer.enterprise_ids:
        return None
    rows = invitations_waiting(viewer, today)
    return Source(rows, _survey, day="survey__closes_on", order=("survey__closes_on", "pk"))


WATCH = ("supervisor", "district_leader", "deputy", "discipline", "congress")
READERS = ("desk", "liaison", "leader", "policy", *WATCH)


def rated(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what a bad rating says, beside its case; who gave it only to the unit that calls back."""
    if case.procedure != "bad_rating":
        return None
    rating = ServiceRating.objects.select_related("enterprise", "place").filter(case=case).first()
    if rating is None:
        return None
    context = {"rating": rating, "tags": tag_words(rating.tags), "month": month_words(rating.given_on)}
    calls = case.lead_unit_id in viewer.unit_ids and rating.unit_id not in viewer.unit_ids
    return Tile("feedback/ratings/_rated.html", {**context, "calls": calls, "number": case.number})


def wanted(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the question how it went, on the page of a case that ended, for who asked."""
    if not PROCEDURES.get(case.procedure, case.version).rated_in or case.is_open:
        return None
    row = to_rate(viewer, today).select_related("unit").filter(subject=f"case:{case.number}").first()
    return Tile("feedback/ratings/_wanted.html", {"asked": row}) if row else None


case_panel("rating", rated)
case_panel("rating_wanted", wanted)
provide("rating_link", rating_link)
provide("rating_place", rating_place)
declare_waiting("surveys", "请您答的问卷", surveys, order=58)
declare_waiting("ratings", "请您评一评", ratings, order=70)
offer_nav(
    "ratings", "好差评", "feedback:rates", (*OFFICE, "utility_handler", "utility_head"), 30, group="numbers"
)
offer_nav("service_places", "评价点", "feedback:places", ("liaison", "desk", "utility_handler"), 61,
          group="listening")  # fmt: skip
offer_nav("qr_cards", "二维码卡", "feedback:cards", ("liaison", "desk", "discipline"), 62, group="listening")
offer_nav("surveys", "问卷", "feedback:surveys", READERS, 45, group="numbers")
offer_linked("survey", surveys_visible_to, "feedback:surveys_row")
