"""Consents over HTTP: the same services as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.consents.models import Consent
from qiying.kernel.consents.purposes import fact_word, purpose_word
from qiying.kernel.consents.selectors import consents_given, consents_to, consents_visible_to
from qiying.kernel.consents.services import consent_revoke, consented_look
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["数据授权"])


class ConsentOut(Schema):
    """One consent; `standing` is live, revoked or over (run out)."""

    id: int
    owner: str
    owner_name: str
    to_unit: str
    purpose: str
    purpose_label: str
    facts: list[str] = Field(description="同意看的数据，中文名")
    subject: str
    given_at: datetime
    until: date
    standing: str


class ConsentPageOut(PageOut):
    items: list[ConsentOut]


class FactOut(Schema):
    label: str
    value: str
    period: str
    source: str


class LookOut(Schema):
    """The facts as they were shown; the look is noted for their owner."""

    consent_id: int
    facts: list[FactOut]


def _out(row: Consent, today: date) -> dict[str, Any]:
    return {
        "id": row.pk,
        "owner": row.owner,
        "owner_name": row.owner_name,
        "to_unit": row.to_unit.label,
        "purpose": row.purpose,
        "purpose_label": purpose_word(row.purpose),
        "facts": [fact_word(code) for code in row.facts],
        "subject": row.subject,
        "given_at": row.given_at,
        "until": row.until,
        "standing": row.standing(today),
    }


@router.get("/consents", response={200: ConsentPageOut, **ERRORS}, summary="我给出的、给我们的数据授权，分页")
def consent_list(
    request: HttpRequest,
    side: Literal["given", "received", ""] = "",
    cursor: str | None = None,
    limit: int = 25,
) -> dict[str, Any]:
    """Return consents the caller gave or was given, newest first."""
    calling = cast(ApiRequest, request)
    chosen = {"given": consents_given, "received": consents_to}.get(side, consents_visible_to)
    found = cursor_page(chosen(calling.viewer), order=("-id",), cursor=cursor, limit=limit)
    return {"items": [_out(row, calling.today) for row in found.rows], "next_cursor": found.next_cursor}


@router.post("/consents/{consent_id}/look", response={200: LookOut, **ERRORS}, summary="凭授权看数据")
def consent_look(request: HttpRequest, consent_id: int) -> dict[str, Any]:
    """Return the consented facts as they are now; every call is one look."""
    calling = cast(ApiRequest, request)
    fetch_or_404(consents_to(calling.viewer), pk=consent_id)
    found = consented_look(consent_id=consent_id, viewer=calling.viewer, now=calling.now)
    facts = [
        {"label": f.label, "value": f.value, "period": f.period, "source": f.source} for f in found.facts
    ]
    return {"consent_id": consent_id, "facts": facts}


@router.post("/consents/{consent_id}/revoke", response={200: ConsentOut, **ERRORS}, summary="撤回授权")
def consent_take_back(request: HttpRequest, consent_id: int, idempotency_key: Key = None) -> Status[Any]:
    """Take a consent back; effective at once."""
    calling = cast(ApiRequest, request)

    def produce() -> dict[str, Any]:
        row = fetch_or_404(consents_given(calling.viewer), pk=consent_id)
        return _out(consent_revoke(consent=row, actor=calling.viewer, at=calling.now), calling.today)

    return once(calling, idempotency_key, {"consent": consent_id}, produce)
