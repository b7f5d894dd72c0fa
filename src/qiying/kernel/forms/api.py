"""Questionnaires over HTTP: what there is, what a version asks, a sheet read without storing, answers in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, body_digest, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import FormVersion, Response
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.forms.selectors import forms_answered_to, forms_open_to, forms_visible_to
from qiying.kernel.forms.services import form_answer
from qiying.kernel.forms.sheet import Held, Sheet, sheet
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["表单"])


class VersionOut(Schema):
    """A published wording: `values` is the JSON Schema of answers, `layout` what is asked and how."""

    form: str = Field(alias="form.code")
    number: int
    values: dict[str, Any] = Field(alias="schema")
    layout: dict[str, Any]
    changes: str
    published_at: datetime


class FormOut(Schema):
    """A questionnaire; `version` is the one asked now, 0 when none is."""

    code: str
    title: str
    unit: str = Field(alias="unit.label")
    version: int = Field(alias="asked_number")
    is_ended: bool


class FormsOut(PageOut):
    items: list[FormOut]


class AnswersIn(Body):
    """Answers by the codes of questions; null is emptied and not prefilled."""

    answers: dict[str, Any] = Field(max_length=300)
    enterprise_id: int | None = None


class SheetOut(Schema):
    """A reading of answers: the questions asked now, what is still open, what is wrong, and what was computed."""

    asked: list[str]
    open: list[str]
    complaints: dict[str, list[str]]
    values: dict[str, Any]
    computed: dict[str, Any]
    sources: dict[str, str]
    points: float | None
    grade: str


class ResponseOut(Schema):
    """Answers handed in."""

    id: int
    form: str
    version: int
    answers: dict[str, Any]
    computed: dict[str, Any]
    points: float | None
    grade: str
    enterprise_id: int | None
    answered_at: datetime

    @staticmethod
    def resolve_form(row: Any) -> str:
        """Return the form's code, of a row or of an answer kept for its key."""
        return str(row["form"] if isinstance(row, dict) else row.version.form.code)

    @staticmethod
    def resolve_version(row: Any) -> int:
        """Return the version's number, of a row or of an answer kept for its key."""
        return int(row["version"] if isinstance(row, dict) else row.version.number)


class ResponsesOut(PageOut):
    items: list[ResponseOut]


@router.get("/forms", response={200: FormsOut, **ERRORS}, summary="有哪些表单")
def forms_list(request: HttpRequest, cursor: str | None = None, limit: int = 25) -> dict[str, Any]:
    """Return the questionnaires the caller may see."""
    rows = forms_visible_to(cast(ApiRequest, request).viewer).prefetch_related("versions")
    page = cursor_page(rows, order=("pk",), cursor=cursor, limit=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/forms/{code}/versions/{number}", response={200: VersionOut, **ERRORS}, summary="表单的一版")
def form_version(request: HttpRequest, code: str, number: int) -> FormVersion:
    """Return a published version; 0 is the one asked now."""
    return _version(request, code, number)


@router.post("/forms/{code}/sheet", response={200: SheetOut, **ERRORS}, summary="算一下要答什么")
def form_sheet(request: HttpRequest, code: str, body: AnswersIn) -> Sheet:
    """Read answers without storing them: which questions are asked, open, wrong; sums and score."""
    one = _version(request, code, 0)
    return sheet(one.compiled, body.answers, _facts(request, one, body.enterprise_id))


@router.post("/forms/{code}/responses", response={200: ResponseOut, **ERRORS}, summary="交一份答卷")
def form_response(
    request: HttpRequest, code: str, body: AnswersIn, idempotency_key: Key = None
) -> Status[Any]:
    """Hand in answers to the form itself; `fields` of a refusal are keyed by question."""
    calling = cast(ApiRequest, request)
    one = _version(request, code, 0)
    fetch_or_404(forms_open_to(calling.viewer), pk=one.form_id)
    facts = _facts(request, one, body.enterprise_id)
    key = body_digest([calling.viewer.person_id, idempotency_key or calling.now.isoformat()])[:40]

    def produce() -> dict[str, Any]:
        made = form_answer(
            version=one,
            subject=one.form.subject,
            answers=body.answers,
            actor=calling.viewer,
            at=calling.now,
            key=key,
            facts=facts,
            enterprise_id=body.enterprise_id,
        )
        return ResponseOut.from_orm(made).model_dump()

    return once(calling, idempotency_key, body.model_dump(), produce)


@router.get("/forms/{code}/responses", response={200: ResponsesOut, **ERRORS}, summary="收到的答卷")
def form_responses(
    request: HttpRequest, code: str, cursor: str | None = None, limit: int = 25
) -> dict[str, Any]:
    """Return what was handed in to the form itself, newest first."""
    form = fetch_or_404(forms_answered_to(cast(ApiRequest, request).viewer), code=code)
    rows = Response.objects.filter(subject=form.subject).select_related("version__form")
    page = cursor_page(rows, order=("-pk",), cursor=cursor, limit=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


def _version(request: HttpRequest, code: str, number: int) -> FormVersion:
    """Return a version the caller may see, or the one asked now of a form he may answer."""
    viewer = cast(ApiRequest, request).viewer
    rows = FormVersion.objects.filter(form__code=code).select_related("form").order_by("-number")
    seen = rows.filter(form__in=forms_visible_to(viewer)) | rows.filter(form__in=forms_open_to(viewer))
    if number:
        return fetch_or_404(seen, number=number)
    found = seen.filter(form__ended_at=None).first()
    if found is None:
        raise Http404("没有这份表单，或者没有在用")
    return found


def _facts(request: HttpRequest, version: FormVersion, enterprise_id: int | None) -> dict[str, Held]:
    """Return what is held about an enterprise the caller speaks for."""
    if enterprise_id is None:
        return {}
    mine = Enterprise.objects.filter(pk__in=cast(ApiRequest, request).viewer.enterprise_ids)
    return held_about(fetch_or_404(mine, pk=enterprise_id), version.compiled.definition)
