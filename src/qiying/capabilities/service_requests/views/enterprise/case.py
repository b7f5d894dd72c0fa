"""One request as its asker sees it, signed in or by a link: the sentence, the answer, his verdict, the days."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_requests.forms.enterprise import ACTS, act_input
from qiying.capabilities.service_requests.views.enterprise import handing_out
from qiying.capabilities.service_requests.views.enterprise.doors import Door, link_door, open_file, own_door
from qiying.capabilities.service_requests.views.enterprise.showing import case_context, paper_context
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.uploads import draft_session, draft_store, uploaded_ids
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import page_of

DONE = {
    "give_material": "材料交上去了，期限接着算。",
    "add_info": "补充的话交上去了，办的人看得到。",
    "withdraw": "撤回了。以后要办，再说一次就行。",
    "reopen": "重新办了，承诺的日子不变。",
}


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a request to who asked it; an office that takes part is sent to its own page."""
    return _show(request, own_door(request, number))


@require_GET
@never_cache
def by_link(plain: HttpRequest, token: str) -> HttpResponse:
    """Show one request to whoever holds its link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return _show(request, door) if door else gone(request)


@require_POST
@signed_in
def act(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do one of the asker's acts."""
    return _act(request, own_door(request, number), code)


@require_POST
def act_by_link(plain: HttpRequest, token: str, code: str) -> HttpResponse:
    """Do one of the asker's acts by link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return _act(request, door, code) if door else gone(request)


@require_GET
@signed_in
def paper(request: ViewerRequest, number: str) -> HttpResponse:
    """Show the request and its answer as a sheet to print or to keep."""
    return _paper(request, own_door(request, number))


@require_GET
def paper_by_link(plain: HttpRequest, token: str) -> HttpResponse:
    """Show the sheet by link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return _paper(request, door) if door else gone(request)


@require_GET
@signed_in
def file(request: ViewerRequest, number: str, document_id: int) -> HttpResponse:
    """Hand out a file of the request, or its picture."""
    return handing_out.hand_out(request, own_door(request, number), document_id)


@require_GET
def file_by_link(plain: HttpRequest, token: str, document_id: int) -> HttpResponse:
    """Hand out a file by link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return handing_out.hand_out(request, door, document_id) if door else gone(request)


def gone(request: ViewerRequest) -> HttpResponse:
    """Say that a link ran out and how to get at the case all the same."""
    return render(
        request, "enterprise/link_gone.html", {"now": request.now, "today": request.today}, status=410
    )


def _show(request: ViewerRequest, door: Door) -> HttpResponse:
    found = open_file(request, door, page=page_of(request.GET))
    if not found.is_asker:
        return HttpResponseRedirect(f"/cases/{found.case.number}/")
    return render(request, "enterprise/case.html", case_context(request, door, found))


def _paper(request: ViewerRequest, door: Door) -> HttpResponse:
    found = open_file(request, door)
    if not found.is_asker:
        return HttpResponseRedirect(f"/cases/{found.case.number}/")
    return render(request, "enterprise/paper.html", paper_context(request, door, found))


def _act(request: ViewerRequest, door: Door, code: str) -> HttpResponse:
    case = fetch_or_404(cases_visible_to(door.viewer), number=door.number)
    if code not in ACTS or not PROCEDURES.get(case.procedure, case.version).has_action(code):
        raise Http404("没有这一步")
    session = draft_session(request)
    try:
        case_act(
            case=case,
            action=code,
            actor=door.viewer,
            data=act_input(code, request.POST, sent_documents(request)),
            now=request.now,
            session_key=draft_session(request) or session,
        )
    except GuardFailed as refused:
        return _again(request, door, code, refused.reasons, refused.fields, 422)
    except ActionNotAvailable as late:
        return _again(request, door, code, [late.message], {}, 409)
    messages.success(request, _thanks(request, code))
    return HttpResponseRedirect(door.url)


def sent_documents(request: ViewerRequest) -> list[int]:
    """Return the drafts a form names and, from browsers without scripts, the files it brings itself."""
    token = request.POST.get("upload_token", "")
    made = [draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")]
    return [*uploaded_ids(request), *made]


def _again(
    request: ViewerRequest,
    door: Door,
    code: str,
    reasons: list[str],
    fields: dict[str, list[str]],
    status: int,
) -> HttpResponse:
    """Show the page as it now is, with what was typed and why it was not taken."""
    fresh = open_file(request, door)
    context = case_context(request, door, fresh)
    shown = {"give_verdict": context["verdict"], "give_material": context["material"], **context["can"]}
    context |= {"failed": code, "typed": request.POST, "reasons": reasons, "field_errors": fields}
    context["stale"] = not shown[code]
    return render(request, "enterprise/case.html", context, status=status)


def _thanks(request: ViewerRequest, code: str) -> str:
    if code != "give_verdict":
        return DONE[code]
    value = request.POST.get("value")
    if value == "solved" or (value == "partly" and request.POST.get("may_close") == "true"):
        return "记下了，谢谢您。办结以后会有人回访，问题再出现可以要求重新办。"
    return "记下了，退回去接着办，接着剩下的期限算，至少留一个工作日。"
