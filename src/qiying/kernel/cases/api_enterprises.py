"""Enterprises over HTTP: checking a credit code."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.shapes import Body
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
