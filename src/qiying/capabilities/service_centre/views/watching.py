"""Pages that follow the hall: with `?look` each answers only what changed, and nothing costs a query and no body.

The tag of an answer is the hall's version, so fifty screens asking every second read one row each and get 304.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string

from qiying.capabilities.service_centre.models import Ticket
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.organisations.pages import tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed

_shared: dict[tuple[object, ...], tuple[str, bytes]] = {}
on_forget(_shared.clear)


def watched(
    request: ViewerRequest, version: int, template: str, read: Callable[[], dict[str, Any]], *parts: object,
    is_shared: bool = False,
) -> HttpResponse:  # fmt: skip
    """Return what changed as JSON (`html`, what to `say`), or 304 for who has it; `parts` tell looks apart.

    What all see alike is drawn once a process (`is_shared`).
    """
    tag = f'"{version}-{request.today:%m%d}{"".join(f"-{part}" for part in parts)}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache, private"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    known = _shared.get(parts) if is_shared else None
    if known is None or known[0] != tag:
        context = {"today": request.today, "now": request.now, **read()}
        html = render_to_string(template, context, None if is_shared else request)
        told = {"html": html, "say": context.get("say", [])}
        known = tag, json.dumps(told, ensure_ascii=False).encode()
        if is_shared:
            _shared[parts] = known
    return HttpResponse(known[1], content_type="application/json", headers=headers)


def given_by(form: Form, take: Callable[[dict[str, Any]], Ticket]) -> Ticket | None:
    """Return the number a sent form gave; None where nothing was sent, or it tells at its fields why not."""
    if form.is_valid():
        try:
            return take(form.cleaned_data)
        except GuardFailed as refused:
            tell_form(form, refused)
    return None
