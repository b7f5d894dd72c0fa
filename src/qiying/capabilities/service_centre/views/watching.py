"""Pages that follow the hall: each asks for what changed, and what did not change costs one query and no body.

The tag of an answer is the hall's version, so fifty screens asking every second read one row each and get 304.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from qiying.capabilities.service_centre.models import Hall
from qiying.capabilities.service_centre.selectors.tickets import board_of
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole

_boards: dict[tuple[int, int], tuple[str, bytes]] = {}
on_forget(_boards.clear)


def tag_of(version: int, today: date, *parts: object) -> str:
    """Return the tag of what a page shows at a version of the hall."""
    return f'"{version}-{today:%m%d}{"".join(f"-{part}" for part in parts)}"'


def answer(tag: str, body: bytes) -> HttpResponse:
    """Return a body with its tag, never kept by what is between."""
    headers = {"ETag": tag, "Cache-Control": "no-cache, private"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def watched(request: HttpRequest, tag: str, read: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Return what changed as JSON (`html`, what to `say`), or 304 for who has it."""
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return answer(tag, json.dumps(read(), ensure_ascii=False).encode())


@require_GET
def screen_state(plain: HttpRequest, code: str) -> HttpResponse:
    """Return the board of the hall for its screens: one query while nothing changed."""
    request = cast(ViewerRequest, plain)
    row = Hall.objects.filter(district__code=code).only("pk", "district_id", "version").first()
    if row is None:
        raise Http404("没有这个大厅")
    zone = whole(request.GET.get("zone")) or 0
    tag = tag_of(row.version, request.today, row.pk, zone)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    known = _boards.get((row.pk, zone))
    if known is None or known[0] != tag:
        board = board_of(row, request.today, zone)
        html = render_to_string("hall/_board.html", {"board": board, "now": request.now})
        known = (tag, json.dumps({"html": html, "say": board.say}, ensure_ascii=False).encode())
        if zone == 0 or board.lines:  # a number nobody has is not kept
            _boards[(row.pk, zone)] = known
    return answer(tag, known[1])
