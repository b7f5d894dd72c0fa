"""Who else has a form of this case open: said while one writes, so that two do not answer the same thing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from qiying.kernel.cases.models import Case, CaseEvent, FormOpen
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_kept_or_404

STILL_OPEN = timedelta(seconds=60)
"""How long a browser that says nothing counts as open; it speaks every 20 seconds."""
STOP_ASKING = 286
"""The status at which htmx stops to poll."""


@require_POST
def form_open(plain: HttpRequest, number: str, code: str) -> HttpResponse:
    """Note that the viewer has an act's form open, and say which others have one of this case."""
    request = cast(ViewerRequest, plain)
    viewer, now = request.viewer, request.now
    if not viewer.memberships or viewer.person_id is None:
        return HttpResponse(status=STOP_ASKING)
    case = fetch_kept_or_404(cases_visible_to, viewer, number=number)
    machine = PROCEDURES.get(case.procedure, case.version)
    if not machine.has_action(code):
        raise Http404("没有这一步")
    others = [
        {"name": row.person.name, "label": machine.action(row.action).label}
        for row in _others(case, viewer.person_id, now)
        if machine.has_action(row.action)
    ]
    FormOpen.objects.update_or_create(
        case=case, person_id=viewer.person_id, defaults={"action": code, "seen_at": now}
    )
    return render(request, "cases/_open_forms.html", {"others": others})


def _others(case: Case, person_id: int, now: datetime) -> list[FormOpen]:
    acted = CaseEvent.objects.filter(case=case, actor_id=OuterRef("person_id"), at__gt=OuterRef("seen_at"))
    rows = FormOpen.objects.filter(~Exists(acted), case=case, seen_at__gt=now - STILL_OPEN)
    rows = rows.exclude(person_id=person_id)  # who acted since has closed his form
    return list(rows.select_related("person").order_by("seen_at"))


def forms_forget(now: datetime) -> int:
    """Drop what nobody has open any more, and return how many."""
    return FormOpen.objects.filter(seen_at__lte=now - STILL_OPEN).delete()[0]
