"""Questionnaires of a case over HTTP: which there are, and one handed in, by the service of the page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, body_digest, once
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.sheets import CaseSheet, sheet_keep, sheets_of
from qiying.kernel.forms.api import ResponseOut
from qiying.kernel.permissions.fetch import fetch_kept_or_404

router = Router(tags=["办件"])


class CaseSheetOut(Schema):
    """A questionnaire of a case: `values` is the JSON Schema of answers; empty while it is not published."""

    code: str
    title: str
    is_done: bool
    version: int
    values: dict[str, Any]


class CaseSheetIn(Body):
    """Answers by the codes of questions; null is emptied."""

    answers: dict[str, Any] = Field(max_length=300)


def _out(one: CaseSheet) -> dict[str, Any]:
    number, values = (one.version.number, one.version.schema) if one.version else (0, {})
    return {
        "code": one.code,
        "title": one.title,
        "is_done": one.is_done,
        "version": number,
        "values": values,
    }


def _case(calling: ApiRequest, number: str) -> Case:
    return fetch_kept_or_404(cases_visible_to, calling.viewer, number=number.upper())


@router.get("/cases/{number}/sheets", response={200: list[CaseSheetOut], **ERRORS}, summary="这一件要填的表")
def case_sheets(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Return the questionnaires of a case that the caller may fill in."""
    calling = cast(ApiRequest, request)
    return [_out(one) for one in sheets_of(_case(calling, number), calling.viewer, calling.now)]


@router.post(
    "/cases/{number}/sheets/{code}", response={200: ResponseOut, **ERRORS}, summary="交这一件的一份表"
)
def case_sheet(
    request: HttpRequest, number: str, code: str, body: CaseSheetIn, idempotency_key: Key = None
) -> Status[Any]:
    """Hand in a questionnaire of a case; `fields` of a refusal are keyed by question."""
    calling = cast(ApiRequest, request)
    key = body_digest([calling.viewer.person_id, idempotency_key or calling.now.isoformat()])[:40]

    def produce() -> dict[str, Any]:
        case = _case(calling, number)
        told: dict[str, Any] = {"code": code, "answers": body.answers, "key": key}
        return ResponseOut.from_orm(
            sheet_keep(case=case, actor=calling.viewer, now=calling.now, **told)
        ).model_dump()

    return once(calling, idempotency_key, body.model_dump(), produce)
