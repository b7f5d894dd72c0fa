"""One case as its asker sees it, signed in or by a link, for every procedure: what is true, his acts, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import Available, available_actions, case_act
from qiying.kernel.cases.faces import asker
from qiying.kernel.cases.faces.asker import AskerAct, Panel
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.registry import case_panels
from qiying.kernel.cases.forms import ActionForm, action_form, posted
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.views.asker_door import (
    Door,
    document_face,
    hand_out,
    link_door,
    open_file,
    own_door,
)
from qiying.kernel.cases.vocabulary import PROCEDURES, Action
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, uploaded_ids
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import desk_of
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_kept_or_404
from qiying.ui.given import page_of

HOTLINE = "12345"
FOR_WHOM = frozenset({"intake_id"})
"""Fields of an act that say for which of several askers it speaks: the viewer's own side, never what is posted."""


Refused = tuple[str, list[str], dict[str, list[str]]]
"""An act that was not taken, every reason, and the reasons by field."""


@dataclass(frozen=True)
class OwnAct:
    """One act on the page: its form, whether it waits for the asker, and what was refused."""

    code: str
    words: AskerAct
    form: ActionForm
    url: str
    is_waiting: bool
    reasons: list[dict[str, str]]
    more: Mapping[str, Any]

    @property
    def label(self) -> str:
        return str(self.more.get("label") or self.words.label or self.form.action.label)

    @property
    def submit(self) -> str:
        return str(self.more.get("label") or self.words.submit or self.form.action.label)


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a case to who asked it; an office that takes part is sent to its own page."""
    return _show(request, own_door(request, number))


@require_GET
@never_cache
def by_link(plain: HttpRequest, token: str) -> HttpResponse:
    """Show one case to whoever holds its link."""
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
    """Show the case and its answer as a sheet to print or to keep."""
    return _show(request, own_door(request, number), template="asker/paper.html")


@require_GET
def paper_by_link(plain: HttpRequest, token: str) -> HttpResponse:
    """Show the sheet by link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return _show(request, door, template="asker/paper.html") if door else gone(request)


@require_GET
@signed_in
def file(request: ViewerRequest, number: str, document_id: int) -> HttpResponse:
    """Hand out a file of the case, or its picture."""
    return hand_out(request, own_door(request, number), document_id)


@require_GET
def file_by_link(plain: HttpRequest, token: str, document_id: int) -> HttpResponse:
    """Hand out a file by link."""
    request = cast(ViewerRequest, plain)
    door = link_door(token)
    return hand_out(request, door, document_id) if door else gone(request)


def gone(request: ViewerRequest) -> HttpResponse:
    """Say that a link ran out and how to get at the case all the same."""
    context = {"now": request.now, "today": request.today, "track_url": address("track_url")}
    return render(request, "asker/link_gone.html", context, status=410)


def address(name: str, *given: Any) -> str:
    """Return an address that a capability provides, empty where none does."""
    read = provided(name)
    return str(read(*given)) if read else ""


def _show(request: ViewerRequest, door: Door, template: str = "asker/case.html") -> HttpResponse:
    found = open_file(request, door, page=page_of(request.GET))
    if not found.is_asker:
        return HttpResponseRedirect(reverse("cases:case", args=[found.case.number]))
    return render(request, template, case_context(request, door, found))


def case_context(
    request: ViewerRequest,
    door: Door,
    found: CaseFile,
    refused: Refused | None = None,
) -> dict[str, Any]:
    """Return everything the page of a case shows; `refused` is an act with its reasons and those of its fields."""
    case, face = found.case, asker.asker_face_of(found.case.procedure)
    clocks = faces.clock_faces(found.context, found.names)
    clock = faces.main_clock([c for c in clocks if c.is_open] or clocks) or next(iter(clocks), None)
    answer = asker.shown_answer(found)
    available = available_actions(found.context)
    token = f"case-{case.number}"
    own = [_own_act(request, door, found, a, refused) for a in available if a.is_enabled]
    uploads = any(a.form.has_documents for a in own)
    panels = list(face.panels(door, found)) if face.panels else []
    tiles = case_panels(found.case, found.context.viewer, found.context.today)
    panels += [Panel(tile.template, tile.context, "side") for tile in tiles]
    return {
        "now": request.now,
        "today": request.today,
        "door": door,
        "case": case,
        "title": case.title,
        "back_url": "" if door.token else reverse("mine:cases"),
        "sentence": faces.asker_sentence(found.context, found.names),
        "status": asker.page_status(found),
        "hint": face.hint(found) if face.hint else "",
        "styles": face.styles,
        "panels_head": _at(panels, "head"),
        "panels_main": _at(panels, "main"),
        "panels_side": _at(panels, "side"),
        "acts_open": [a for a in own if a.is_waiting],
        "acts_more": [a for a in own if not a.is_waiting],
        "why_not": _why_not(found, available),
        "stale": refused is not None and all(a.code != refused[0] for a in own),
        "reasons": refused[1] if refused else [],
        "answer": _answer(door, found, answer),
        "interim": [_answer(door, found, a) for a in asker.news(found)],
        "clock": clock,
        "clock_dates": asker.clock_dates(found, clock),
        "moments": [_moment(door, m) for m in asker.moments(found)],
        "complain_url": address("say_url", case.number),
        "calls": calls_of(found),
        "parties": faces.party_faces(found),
        **faces.family_of(found),
        "contact": _contact(found),
        "words": asker.own_words(found),
        "asked_at": case.received_at,
        "person_key": door.viewer.person_id or f"link-{case.pk}",
        "upload_token": token,
        "drafts": own_drafts(door.viewer, token, draft_session(request)) if uploads else [],
        "pages": found.pages,
        "page": found.page,
    }


def _at(panels: list[Panel], place: str) -> list[Panel]:
    return [p for p in panels if p.place == place]


def _own_act(
    request: ViewerRequest, door: Door, found: CaseFile, a: Available, refused: Refused | None
) -> OwnAct:
    """Return one act with its form; the one that was refused keeps what was typed."""
    action = a.action
    mine = refused if refused is not None and refused[0] == action.code else None
    typed = request.POST.dict() if mine else None
    _, reasons, errors = mine or ("", None, None)
    form = action_form(
        action, found.context, values=typed, reasons=reasons, errors=errors, prefix=f"{action.code}_"
    )
    form.specs = [s for s in form.specs if s["name"] not in FOR_WHOM]
    words = asker.asker_face_of(found.case.procedure).acts.get(action.code, AskerAct())
    context = found.context
    return OwnAct(
        code=action.code,
        words=words,
        form=form,
        url=door.act_url(action.code),
        is_waiting=words.is_open or (action.is_primary and context.turn_side in {"enterprise", "person"}),
        reasons=form.error_list if mine else [],
        more=words.context(found) if words.context else {},
    )


def _why_not(found: CaseFile, available: list[Available]) -> list[str]:
    """Return why acts of this state cannot be done, for acts that a closed case would have."""
    now = [a for a in available if not a.is_enabled and found.case.state in a.action.states]
    return [r for a in now for r in a.reasons] if not found.case.is_open and found.case.outcome else []


def _answer(door: Door, found: CaseFile, answer: Any) -> dict[str, Any] | None:
    if answer is None:
        return None
    documents = asker.answer_documents(found) if answer.kind != "interim" else []
    return asker.answer_card(found, answer, [document_face(door, d) for d in documents])


def _moment(door: Door, moment: asker.Moment) -> dict[str, Any]:
    return {**vars(moment), "documents": [document_face(door, d) for d in moment.documents]}


def calls_of(found: CaseFile) -> list[dict[str, str]]:
    """Return whom to call about a case: who has it with his unit's phone, the desk, the hotline."""
    case, calls = found.case, []
    lead = found.context.lead
    if case.lead_unit and case.lead_unit.phone:
        handler = found.names.person(lead.handler_id) if lead else ""
        who = f"{case.lead_unit.label} {handler}".strip()
        calls.append(
            {
                "who": who,
                "words": "正在办这件事" if case.is_open else "办的这件事",
                "phone": case.lead_unit.phone,
            }
        )
    desk = desk_of(case.district_id)
    if desk and desk.phone and calls and desk.pk == case.lead_unit_id:
        calls[0]["words"] += f"，{desk.hours or '工作日有人接'}"
    elif desk and desk.phone:
        calls.append({"who": desk.label, "words": desk.hours or "工作日有人接", "phone": desk.phone})
    return [*calls, {"who": "政务服务便民热线", "words": "全天有人接，报办件号", "phone": HOTLINE}]


def _contact(found: CaseFile) -> str:
    """Return the number the asker left, masked."""
    refs = [link.intake.contact_phone_ref for link in found.links if link.intake.contact_phone_ref]
    phone = personal_get(refs[:1]).get(refs[0]) if refs else None
    return mask_phone(phone) if phone else ""


def _act(request: ViewerRequest, door: Door, code: str) -> HttpResponse:
    case = fetch_kept_or_404(cases_visible_to, door.viewer, number=door.number)
    machine = PROCEDURES.get(case.procedure, case.version)
    action = machine.action(code) if machine.has_action(code) else None
    if action is None or not action.is_offered or not _is_theirs(machine, action):
        raise Http404("没有这一步")
    session = draft_session(request)
    try:
        case_act(
            case=case,
            action=code,
            actor=door.viewer,
            data=act_input(request, action),
            now=request.now,
            session_key=draft_session(request) or session,
        )
    except GuardFailed as refused:
        return _again(request, door, (code, refused.reasons, refused.fields), 422)
    except ActionNotAvailable as late:
        return _again(request, door, (code, [late.message], {}), 409)
    words = asker.asker_face_of(case.procedure).acts.get(code, AskerAct())
    messages.success(request, words.done or f"{action.label}：记下了。")
    return HttpResponseRedirect(door.url)


def _is_theirs(machine: Any, action: Action) -> bool:
    """Tell whether somebody outside the offices may do an act; everything else is not the page's."""
    sides = {p.code for p in machine.parties if p.side != "office"}
    return any(by.partition(":")[0] in sides for by in action.by)


def act_input(request: ViewerRequest, action: Action) -> dict[str, Any]:
    """Return a post as an act's input; for whom it speaks is never taken from the post."""
    data = {k: v for k, v in posted(action, request.POST).items() if k not in FOR_WHOM}
    if "documents" in action.input.model_fields:
        data["documents"] = sent_documents(request)
    return data


def sent_documents(request: ViewerRequest) -> list[int]:
    """Return the drafts a form names and, from browsers without scripts, the files it brings itself."""
    token = request.POST.get("upload_token", "")
    made = [draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")]
    return [*uploaded_ids(request), *made]


def _again(request: ViewerRequest, door: Door, refused: Refused, status: int) -> HttpResponse:
    """Show the page as it now is, with what was typed and why it was not taken."""
    fresh = open_file(request, door)
    return render(request, "asker/case.html", case_context(request, door, fresh, refused), status=status)
