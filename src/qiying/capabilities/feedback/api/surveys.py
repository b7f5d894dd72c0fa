"""Surveys over HTTP: figures as they may be told; the list itself is `registers/surveys`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from qiying.capabilities.feedback.selectors.surveys import slices_of, surveys_visible_to
from qiying.capabilities.feedback.services.surveys import survey_release
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["问卷"])


class SurveyResultsOut(Schema):
    """Figures of one part of a survey; none while they would tell on fewer than five, with the reason."""

    part: str
    parts: dict[str, str]
    answers: int | None
    tables: list[dict[str, Any]]
    released_at: datetime | None
    why: str


@router.get("/surveys/{survey_id}/results", response={200: SurveyResultsOut, **ERRORS}, summary="问卷的结果")
def survey_results(request: HttpRequest, survey_id: int, part: str = "") -> SurveyResultsOut:
    """Return the figures of all answers, or of a part such as `size:small`."""
    calling = cast(ApiRequest, request)
    survey = fetch_or_404(surveys_visible_to(calling.viewer), pk=survey_id)
    parts = dict(slices_of(survey))
    if part not in parts:
        raise Http404("没有这一部分")
    release, why = survey_release(survey=survey, part=part, at=calling.now)
    return SurveyResultsOut(
        part=part,
        parts=parts,
        answers=len(release.members) if release else None,
        tables=release.tables if release else [],
        released_at=release.released_at if release else None,
        why=why,
    )
