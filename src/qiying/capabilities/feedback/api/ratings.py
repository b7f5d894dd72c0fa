"""Ratings over HTTP: the rates the page shows, and rating what one was asked about."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.feedback.selectors.ratings import to_rate, unit_rates
from qiying.capabilities.feedback.services.ratings import rating_give
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.shapes import Body, Day
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import require

router = Router()


class UnitRatesOut(Schema):
    """Ratings of one unit in a period; every share is given with both its numbers."""

    unit_id: int
    unit: str
    rated: int
    good: int
    bad: int
    unrated: int
    annulled: int
    named_bad: int
    called_back: int
    rectified: int


class InvitationOut(Schema):
    """A service the caller may rate once."""

    id: int
    matter: str
    unit: str
    ended_on: date
    expires_on: date


class RatingIn(Body):
    """Five levels: 5 very satisfied to 1 very dissatisfied."""

    level: int = Field(ge=1, le=5)
    tags: list[str] = Field(default_factory=list, max_length=10)
    text: str = Field("", max_length=500)


@router.get("/ratings", response={200: list[UnitRatesOut], **ERRORS}, summary="各单位的好差评")
def rating_rates(request: HttpRequest, first: Day, last: Day) -> list[dict[str, Any]]:
    """Return the rates of units the caller may see between two days."""
    viewer = cast(ApiRequest, request).viewer
    if not viewer.has("feedback.ratings_district"):
        require(viewer, "feedback.ratings")
    return [
        {
            "unit_id": r.unit.pk,
            "unit": r.unit.label,
            "rated": r.counts.rated,
            "good": r.counts.rated - r.counts.bad,
            "bad": r.counts.bad,
            "unrated": r.counts.unrated,
            "annulled": r.counts.annulled,
            "named_bad": r.named_bad,
            "called_back": r.called_back,
            "rectified": r.rectified,
        }
        for r in unit_rates(viewer, first, last)
    ]


@router.get("/ratings/to-give", response={200: list[InvitationOut], **ERRORS}, summary="请我评的")
def ratings_to_give(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the services the caller was asked about and has not rated, at most 100."""
    calling = cast(ApiRequest, request)
    rows = to_rate(calling.viewer, calling.today).select_related("unit")[:100]
    return [
        {
            "id": r.pk,
            "matter": r.matter,
            "unit": r.unit.label,
            "ended_on": r.ended_on,
            "expires_on": r.expires_on,
        }
        for r in rows
    ]


@router.post("/ratings/to-give/{invitation_id}", response={200: RatingIn, **ERRORS}, summary="评一评")
def rating_create(
    request: HttpRequest, invitation_id: int, body: RatingIn, idempotency_key: Key = None
) -> Status[Any]:
    """Rate a service once; a second time is 409."""
    calling = cast(ApiRequest, request)
    found = fetch_or_404(to_rate(calling.viewer, calling.today), pk=invitation_id)

    def produce() -> dict[str, Any]:
        given = rating_give(invitation=found, viewer=calling.viewer, now=calling.now, **body.model_dump())
        return {"level": given.level, "tags": given.tags, "text": given.text}

    return once(calling, idempotency_key, body.model_dump(), produce)
