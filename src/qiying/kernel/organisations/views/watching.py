"""Looking with another person's eyes."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.audit.clock import utc_now
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.impersonation import (
    SESSION_KEY,
    Watching,
    impersonation_start,
    impersonation_stop,
)
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import people_visible_to
from qiying.kernel.organisations.views.people import person_url
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import PersonViewer


@visible_with("organisations.impersonate")
def watch(request: ViewerRequest, person_id: int) -> HttpResponse:
    """Begin, with a reason."""
    row = fetch_or_404(people_visible_to(request.viewer), pk=person_id)
    form = ReasonForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        watching = impersonation_start(
            actor=request.viewer, person=row, reason=data["reason"], at=request.now
        )
        request.session[SESSION_KEY] = list(watching)
        return "/"

    return act_page(
        request,
        form,
        title=f"代看「{row.name}」的页面",
        sentence="30 分钟，只能看不能动。开始和结束都留痕，页面上一直有提示。",
        submit="开始代看",
        back_url=person_url(row),
        run=run,
    )


@require_POST
def watch_stop(request: HttpRequest) -> HttpResponse:
    """End; works also after the time ran out."""
    kept = request.session.pop(SESSION_KEY, None)
    if not kept or not isinstance(request.user, Person):
        return HttpResponseRedirect("/")
    watching = Watching(*kept)
    actor = PersonViewer(
        person_id=request.user.pk, name=request.user.name, district_id=request.user.district_id
    )
    impersonation_stop(actor=actor, watching=watching, at=utc_now())
    return HttpResponseRedirect(reverse("organisations:people_row", args=[watching.person_id]))
