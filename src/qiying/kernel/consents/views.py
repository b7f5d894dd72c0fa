"""Pages of consents: what I agreed to and who looked; what was agreed to us, and the facts themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.consents.models import Consent
from qiying.kernel.consents.purposes import fact_word, purpose_word
from qiying.kernel.consents.selectors import consents_given, consents_to, consents_visible_to, looks_of
from qiying.kernel.consents.services import consent_revoke, consented_look
from qiying.kernel.organisations.pages import page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404

PAGE = 25
LOOKS_SHOWN = 50
STANDINGS = {"live": "有效", "revoked": "已撤回", "over": "已到期"}


def _row(request: ViewerRequest, row: Consent) -> dict[str, Any]:
    standing = row.standing(request.today)
    return {
        "row": row,
        "purpose": purpose_word(row.purpose),
        "facts": "、".join(fact_word(code) for code in row.facts),
        "standing": standing,
        "standing_label": STANDINGS[standing],
    }


def _list(request: ViewerRequest, template: str, rows: Any, **context: Any) -> HttpResponse:
    part = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [_row(request, row) for row in part]
    return page(request, template, {"rows": shown, "part": part, "back_url": "/", **context})


@signed_in
@require_GET
def home(request: ViewerRequest) -> HttpResponse:
    """Show what one consented to and who looked."""
    given = consents_given(request.viewer)
    return _list(request, "consents/home.html", given, looks=looks_of(given)[:LOOKS_SHOWN])


@visible_with("consents.look")
@require_GET
def received(request: ViewerRequest) -> HttpResponse:
    """Show what was consented to one's unit."""
    return _list(request, "consents/received.html", consents_to(request.viewer))


@signed_in
@require_GET
def consent(request: ViewerRequest, consent_id: int) -> HttpResponse:
    """Show one consent: what it covers, who looked, and what can be done with it."""
    return _page(request, consent_id, None)


@never_cache
@signed_in
@require_POST
def look(request: ViewerRequest, consent_id: int) -> HttpResponse:
    """Show the facts, noted as a look; they are on this answer alone and in no address."""
    fetch_or_404(consents_to(request.viewer), pk=consent_id)
    try:
        found = consented_look(consent_id=consent_id, viewer=request.viewer, now=request.now)
    except ActionNotAvailable as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(reverse("consents:consent", args=[consent_id]))
    return _page(request, consent_id, found.facts)


@signed_in
@require_POST
def revoke(request: ViewerRequest, consent_id: int) -> HttpResponse:
    """Take one's consent back."""
    row = fetch_or_404(consents_given(request.viewer), pk=consent_id)
    consent_revoke(consent=row, actor=request.viewer, at=request.now)
    messages.success(request, f"撤回了，{row.to_unit.label}从现在起看不到这些数据")
    return HttpResponseRedirect(reverse("consents:home"))


def _page(request: ViewerRequest, consent_id: int, facts: Any) -> HttpResponse:
    row = fetch_or_404(consents_visible_to(request.viewer), pk=consent_id)
    context = {
        **_row(request, row),
        "back_url": reverse("consents:home"),
        "shown": facts,
        "is_mine": consents_given(request.viewer).filter(pk=row.pk).exists(),
        "is_ours": consents_to(request.viewer).filter(pk=row.pk).exists(),
        "looks": looks_of(Consent.objects.filter(pk=row.pk))[:LOOKS_SHOWN],
    }
    return page(request, "consents/consent.html", context)
