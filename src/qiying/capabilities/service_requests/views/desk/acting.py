"""What the desk does on the triage screen; after each act the next item opens, a refusal keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.capabilities.service_requests.forms.desk import (
    Typed,
    assign_data,
    triage_data,
    triage_typed,
)
from qiying.capabilities.service_requests.services.desk import (
    request_join,
    request_split,
    request_triage_and_assign,
)
from qiying.capabilities.service_requests.services.duplicates import double_dismiss
from qiying.capabilities.service_requests.views.desk.queue import queue_of
from qiying.capabilities.service_requests.views.desk.triage import desk_file, screen
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

Run = Callable[[Case], str]


def _act(request: ViewerRequest, number: str, typed: Typed, run: Run, *, stays: bool = False) -> HttpResponse:
    """Do something with a case and go on to the next, or show the screen again with every reason."""
    case = desk_file(request, number).case
    onward = queue_of(request, number)
    try:
        words = run(case)
    except GuardFailed as refused:
        typed.refuse(refused.reasons, refused.fields)
        return screen(request, desk_file(request, number), typed, status=422)
    except (ActionNotAvailable, NotPermitted) as late:
        typed.refuse([late.message], {})
        return screen(request, desk_file(request, number), typed, status=409)
    messages.success(request, words)
    if stays or not onward.next_url:
        target = (
            reverse("service_requests:triage", args=[number]) if stays else reverse("service_requests:desk")
        )
        return HttpResponseRedirect(f"{target}?{onward.query}" if onward.query else target)
    return HttpResponseRedirect(onward.next_url)


@require_POST
@visible_with("service_requests.desk")
def assign(request: ViewerRequest, number: str) -> HttpResponse:
    """Accept and hand over in one go; what was accepted before is only handed over."""
    typed = triage_typed(request.POST)

    def run(case: Case) -> str:
        if not typed.values["unit_id"]:
            raise GuardFailed(["请选一个主办单位"], {"unit_id": ["请选一个主办单位"]})
        if case.state == "received":
            done = request_triage_and_assign(
                case=case,
                actor=request.viewer,
                triage=triage_data(typed),
                assign=assign_data(typed),
                now=request.now,
            )
        else:
            done = case_act(
                case=case, action="assign", actor=request.viewer, data=assign_data(typed), now=request.now
            )
        unit = done.lead_unit.label if done.lead_unit else ""
        return f"“{done.title}”交给{unit}了，下一件已经打开。"

    return _act(request, number, typed, run)


def _simple(
    request: ViewerRequest, number: str, *, action: str, fields: tuple[str, ...], panel: str, said: str
) -> HttpResponse:
    typed = Typed({f: request.POST.get(f, "") for f in fields}, panel=panel)

    def run(case: Case) -> str:
        data = {k: v for k, v in typed.values.items() if v}
        case_act(case=case, action=action, actor=request.viewer, data=data, now=request.now)
        return f"“{case.title}”{said}"

    return _act(request, number, typed, run)


@require_POST
@visible_with("service_requests.desk")
def answer(request: ViewerRequest, number: str) -> HttpResponse:
    """Answer on the spot; the asker judges as always."""
    said = "当场答了，等企业说解决了没有。"
    return _simple(request, number, action="answer_on_spot", fields=("text",), panel="answer", said=said)


@require_POST
@visible_with("service_requests.desk")
def material(request: ViewerRequest, number: str) -> HttpResponse:
    """Name the missing papers, once and all together."""
    said = "已经告诉企业要补什么，期限先停着。"
    return _simple(
        request, number, action="request_material", fields=("items", "basis"), panel="material", said=said
    )


@require_POST
@visible_with("service_requests.desk")
def decline(request: ViewerRequest, number: str) -> HttpResponse:
    """Ask a second person to agree that it is not for us."""
    said = "申请了不受理，等督查部门决定。"
    return _simple(request, number, action="ask_decline", fields=("reason",), panel="decline", said=said)


@require_POST
@visible_with("service_requests.desk")
def conclude(request: ViewerRequest, number: str) -> HttpResponse:
    """End a suggestion, question or clue with its reason."""
    fields = ("outcome", "reason")
    return _simple(request, number, action="conclude", fields=fields, panel="conclude", said="下了结论。")


@require_POST
@visible_with("service_requests.desk")
def join(request: ViewerRequest, number: str) -> HttpResponse:
    """Join this case into another; every source stays and gets its own reply."""
    typed = Typed({"target": request.POST.get("target", "").strip()}, panel="join")

    def run(case: Case) -> str:
        if not typed.values["target"]:
            raise GuardFailed(["请写要并入的办件号"], {"target": ["请写要并入的办件号"]})
        other = request_join(
            case=case, target_number=typed.values["target"], actor=request.viewer, now=request.now
        )
        return f"“{case.title}”并入 {other.number}，两边的来源都会收到回复。"

    return _act(request, number, typed, run)


@require_POST
@visible_with("service_requests.desk")
def split(request: ViewerRequest, number: str) -> HttpResponse:
    """Open one more case per line from the same intake."""
    typed = Typed({"titles": request.POST.get("titles", "")}, panel="split")

    def run(case: Case) -> str:
        titles = [t.strip() for t in typed.values["titles"].splitlines() if t.strip()]
        made = request_split(case=case, titles=titles, actor=request.viewer, now=request.now)
        return f"另立了 {len(made)} 件：{'、'.join(c.number for c in made)}。这一件接着办。"

    return _act(request, number, typed, run, stays=True)


@require_POST
@visible_with("service_requests.desk")
def not_same(request: ViewerRequest, number: str) -> HttpResponse:
    """Remember that two cases are not one matter."""
    typed = Typed()

    def run(case: Case) -> str:
        double_dismiss(
            case=case, other_number=request.POST.get("other", ""), actor=request.viewer, now=request.now
        )
        return "记下了，这两件以后不再放在一起。"

    return _act(request, number, typed, run, stays=True)
