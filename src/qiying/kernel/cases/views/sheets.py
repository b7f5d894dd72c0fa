"""The page on which a questionnaire of a case is filled in; what was typed is kept through a failure of the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.kernel.cases.faces.file import case_visible
from qiying.kernel.cases.sheets import SHEETS, sheet_keep, sheet_named
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def sheet(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Fill in one sheet of a case."""
    case = case_visible(request.viewer, number)
    _, version = sheet_named(case, code, request.viewer, request.now)
    of = SHEETS[case.procedure]
    if request.method == "GET" and (why := of.shut(case)):
        raise ActionNotAvailable(why)
    back = of.back(case, request.viewer)

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        given: dict[str, Any] = {"answers": answers, "key": key, "session_key": session_key}
        sheet_keep(case=case, code=code, actor=request.viewer, now=request.now, **given)
        return back

    return fill(request, Filling(version, f"case:{case.pk}", hand_in, back_url=back, submit=of.submit))
