"""Enterprises over HTTP: checking a credit code, showing and reading the enterprise code."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.enterprises.codes import GOOD_FOR, LOOK, code_activate, read_code, show_code
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.statutes.credit_code import CreditCodeResult, check, normalise

router = Router(tags=["企业"])


class CodeIn(Body):
    """A unified social credit code as typed."""

    credit_code: str = Field(max_length=100)


class FindingOut(Schema):
    code: str
    level: str
    message: str


class CodeOut(Schema):
    """What is right or wrong with a code; `level` is ok, warning or error."""

    credit_code: str
    level: str
    is_valid: bool
    findings: list[FindingOut]
    authority: str | None
    body_kind: str | None
    division: str | None


@router.post("/enterprises/check", response={200: CodeOut, **ERRORS}, summary="核对统一社会信用代码")
def enterprise_check(request: HttpRequest, body: CodeIn) -> CodeOut:
    """Normalise and check a code by GB 32100-2015 and GB 11714-1997."""
    result: CreditCodeResult = check(normalise(body.credit_code))
    return CodeOut(
        credit_code=result.code,
        level=result.level,
        is_valid=result.ok,
        findings=[FindingOut(code=f.code, level=f.level, message=f.message_zh) for f in result.findings],
        authority=result.authority_zh,
        body_kind=result.body_kind_zh,
        division=result.division,
    )


class ShownOut(Schema):
    """A fresh enterprise code and for how many seconds it is good."""

    code: str
    good_for: int


class ReadIn(Body):
    """What a camera, a scanner or a hand gave, and what it is scanned for."""

    code: str = Field(max_length=400)
    use: str = Field(LOOK, max_length=40)


class ReadOut(Schema):
    """The enterprise that stands here."""

    id: int
    name: str
    credit_code: str | None
    status: str


@router.post("/enterprises/{enterprise_id}/code", response={200: ShownOut, **ERRORS}, summary="出示企业码")
def enterprise_code_show(request: HttpRequest, enterprise_id: int) -> ShownOut:
    """Give a clerk the code of his enterprise; a screenshot is worth nothing after a minute."""
    asked = cast(ApiRequest, request)
    row = fetch_or_404(enterprises_visible_to(asked.viewer), pk=enterprise_id)
    text = show_code(asked.viewer, row, asked.now)
    code_activate(asked.viewer, row, asked.now)
    return ShownOut(code=text, good_for=int(GOOD_FOR.total_seconds()))


@router.post("/enterprise-codes/read", response={200: ReadOut, **ERRORS}, summary="读企业码")
def enterprise_code_read(request: HttpRequest, body: ReadIn) -> ReadOut:
    """Read a code once; the enterprise sees who did. Forged, used and old ones are refused with the reason."""
    asked = cast(ApiRequest, request)
    row = read_code(body.code, viewer=asked.viewer, now=asked.now, use=body.use)
    return ReadOut(id=row.pk, name=row.name, credit_code=row.credit_code, status=row.status)
