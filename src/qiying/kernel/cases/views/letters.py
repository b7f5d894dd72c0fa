"""Writing a letter of a case: see it, then send it with its number, as PDF and Word, filed under the case."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.kernel.cases import faces
from qiying.kernel.cases.choice_sources import case_units
from qiying.kernel.cases.engine import case_act, permission_reason, state_reason
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish, compose, standard_text
from qiying.kernel.cases.views.case import base_context, qr_svg
from qiying.kernel.cases.vocabulary import Action
from qiying.kernel.documents.letter_layout import chinese_date
from qiying.kernel.documents.letters import (
    Letter,
    letter_docx,
    letter_number_take,
    letter_number_void,
    letter_pdf,
)
from qiying.kernel.documents.models import Audience, DocumentKind, LetterNumber
from qiying.kernel.documents.services import document_read, document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, KernelError, NotPermitted
from qiying.ui.given import whole, wholes

ACTION = "issue_letter"
PDF = "application/pdf"
PREVIEW_NUMBER = "发出时取号"
# Our own print, never an upload: the browser's viewer may show it inside our page, and nobody else's page may.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@dataclass(frozen=True)
class Writing:
    """A letter being written: the case, who issues, what was chosen."""

    file: CaseFile
    issuer: Unit
    wish: LetterWish
    units: list[tuple[int | str, str]]


@require_http_methods(["GET", "POST"])
@signed_in
def letter(request: ViewerRequest, number: str) -> HttpResponse:
    """Show the letter as it will go out; a POST sends it."""
    case = faces.case_visible(request.viewer, number)
    file = faces.case_file(case, request.viewer, request.now)
    action = _action(file)
    writing = _writing(request, file, action)
    if request.method == "GET":
        return render(request, "cases/letter.html", _context(request, writing))
    try:
        taken = _send(request, writing)
    except (GuardFailed, ActionNotAvailable) as refused:
        reasons = refused.reasons if isinstance(refused, GuardFailed) else [refused.message]
        context = _context(request, writing) | {"reasons": reasons}
        return render(request, "cases/letter.html", context, status=refused.status)
    label = writing.wish.kind.label
    messages.success(request, f"{label} {taken} 发出了，PDF 和 Word 都存在这件事的信函里。")
    return HttpResponseRedirect(reverse("cases:case", args=[number]))


@require_POST
@signed_in
def preview(request: ViewerRequest, number: str) -> HttpResponse:
    """Show the letter with what is chosen now; a text nobody changed becomes that of the new choice."""
    file = faces.case_file(faces.case_visible(request.viewer, number), request.viewer, request.now)
    context = _context(request, _writing(request, file, _action(file)))
    # The box is filled again only when its text changed here: whoever goes on typing meanwhile loses nothing.
    fills = _lines(request.POST.get("text", "")) != context["text"]
    return render(request, "cases/_letter_preview.html", {**context, "fills": fills})


@require_POST
@signed_in
@xframe_options_sameorigin
def pdf(request: ViewerRequest, number: str) -> HttpResponse:
    """Print the letter as it will go out, without a number, into a frame of the page that writes it."""
    file = faces.case_file(faces.case_visible(request.viewer, number), request.viewer, request.now)
    made = _compose(request, _writing(request, file, _action(file)), PREVIEW_NUMBER)
    return _inline(letter_pdf(made))


@require_GET
@signed_in
@xframe_options_sameorigin
def printed(request: ViewerRequest, number: str, document_id: int) -> HttpResponse:
    """Show a letter that went out in a frame of the case page.

    Only what the act of sending names as its print: that PDF was drawn here. An uploaded one is never shown inline,
    whatever kind it claims; browsers open no PDF in a sandboxed frame, and nothing here draws one anew.
    """
    file = faces.case_file(faces.case_visible(request.viewer, number), request.viewer, request.now)
    sent = file.case.events.filter(action=ACTION).values_list("data", flat=True)
    drawn = {pk for data in sent for pk in json.loads(data)["input"].get("documents", [])}
    found = (d for d in file.documents if d.pk == document_id and d.pk in drawn and d.media_type == PDF)
    document = next(found, None)
    if document is None or document.erased_at is not None:
        raise Http404("没有找到这份函，或者您看不到它")
    return _inline(document_read(document))


def _inline(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=PDF)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _action(file: CaseFile) -> Action:
    machine = file.context.procedure
    if not machine.has_action(ACTION) or not machine.letters:
        raise Http404("这类办件没有信函")
    action = machine.action(ACTION)
    reason = permission_reason(action, file.context)
    if reason:
        raise NotPermitted(reason)
    if file.case.state not in action.states:
        raise ActionNotAvailable(state_reason(action, file.context))
    return action


def _writing(request: ViewerRequest, file: CaseFile, action: Action) -> Writing:
    given = request.POST if request.method == "POST" else request.GET
    kind = file.context.procedure.letter(given.get("kind", ""))
    units = list(case_units(file.context))
    allowed = {str(i) for i, _ in units}
    wanted = given.get("addressee_id", "")
    lead = str(file.case.lead_unit_id or "")
    chosen = wanted if wanted in allowed else (lead if lead in allowed else next(iter(allowed), ""))
    copies = [str(pk) for pk in wholes(given.getlist("copy_to_ids")) if str(pk) != chosen]
    rows = Unit.objects.filter(
        pk__in=[*copies, *([chosen] if chosen else [])], district_id=file.case.district_id
    )
    found = {str(u.pk): u for u in rows}
    wish = LetterWish(
        kind=kind,
        addressee=found.get(chosen),
        copies=tuple(found[c] for c in copies if c in found),
        text=_lines(given.get("text", "")[:3000]),
    )
    unchanged = {_lines(given.get("standard", "")), "\n".join(standard_text(file, wish))}
    if "back" in given or wish.text in unchanged:
        # Nothing of his own: the standard of what is chosen now goes out, and the event says so by an empty text.
        wish = replace(wish, text="")
    return Writing(file, _issuer(file, action), wish, units)


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _issuer(file: CaseFile, action: Action) -> Unit:
    """Return the unit in whose name the viewer may write: his unit that has the part the action asks for."""
    parts = {by.partition(":")[0] for by in action.by}
    keys = {p.key for p in file.context.parties if p.role in parts}
    for m in file.context.viewer.memberships:
        if f"u:{m.unit_id}" in keys:
            return Unit.objects.get(pk=m.unit_id)
    raise NotPermitted("发函要用受理台或督查部门的名义")


def _compose(request: ViewerRequest, writing: Writing, number: str) -> Letter:
    url = request.build_absolute_uri(reverse("cases:case", args=[writing.file.case.number]))
    return compose(writing.file, writing.wish, writing.issuer, number=number, verify_url=url)


def _context(request: ViewerRequest, writing: Writing) -> dict[str, Any]:
    file, wish = writing.file, writing.wish
    made = _compose(request, writing, PREVIEW_NUMBER)
    standard = "\n".join(standard_text(file, wish))
    shown = {
        "red_head": made.issuer,
        "title": made.title,
        "number": made.number,
        "to": made.addressee,
        "paragraphs": made.paragraphs,
        "sign": made.signed_by,
        "date_words": chinese_date(made.signed_on),
        "copy_to": "、".join(made.copies_to),
        "case_number": f"办件号 {made.case_number}",
        "qr_svg": qr_svg(made.verify_url),
    }
    return {
        **base_context(request, file),
        "letter": shown,
        "kinds": [(k.code, k.label) for k in file.context.procedure.letters],
        "kind": wish.kind.code,
        "to_party": bool(wish.kind.to),
        "addressee_id": wish.addressee.pk if wish.addressee else "",
        "units": writing.units,
        "all_units": unit_choices(file.case.district_id),
        "copies": [u.pk for u in wish.copies],
        "text": wish.text or standard,
        "standard": standard,
        "issuer": writing.issuer,
        "has_word": bool(writing.issuer.letter_word),
        "seen_seq": file.case.seq,
    }


def _send(request: ViewerRequest, writing: Writing) -> LetterNumber:
    """Take a number, print the letter, do the act; if the act is refused the number is marked as not used."""
    file, wish = writing.file, writing.wish
    if wish.addressee is None and not wish.kind.to:
        raise GuardFailed(["没发出去：还没有主送单位。先交办，再发函。"])
    if wish.kind.needs is not None and (reason := wish.kind.needs(file.context)):
        raise GuardFailed([reason])
    number = letter_number_take(
        unit_id=writing.issuer.pk,
        word=writing.issuer.letter_word,
        year=request.today.year,
        at=request.now,
        actor=request.viewer,
        subject=f"case:{file.case.pk}",
        title=f"{wish.kind.label}：{file.reading.outward(file.case.title)}",
    )
    try:
        made = _compose(request, writing, str(number))
        copies = {"pdf": letter_pdf(made), "docx": letter_docx(made)}
        _file_and_act(request, writing, number, copies)
    except KernelError:
        letter_number_void(number=number, reason="没发成，字号作废", at=request.now)
        raise
    return number


@transaction.atomic
def _file_and_act(
    request: ViewerRequest, writing: Writing, number: LetterNumber, copies: dict[str, bytes]
) -> None:
    """Store both forms and do the act together."""
    owner = draft_owner(request.viewer, None)
    subject = f"{draft_prefix(owner or '')}{new_token()}"
    ids = [
        document_store(
            content=content,
            name=f"{writing.wish.kind.label} {number}.{ending}",
            kind=DocumentKind.LETTER,
            subject=subject,
            audience=Audience.OFFICE,
            actor=request.viewer,
            district_id=writing.file.case.district_id,
            at=request.now,
        ).pk
        for ending, content in copies.items()
    ]
    case_act(
        case=writing.file.case,
        action=ACTION,
        part_of="letter_issue",
        actor=request.viewer,
        data=_data(writing, number, ids),
        now=request.now,
        seen_seq=whole(request.POST.get("seen_seq")),
    )


def _data(writing: Writing, number: LetterNumber, ids: list[int]) -> dict[str, Any]:
    wish = writing.wish
    return {
        "addressee_id": wish.addressee.pk if wish.addressee else None,
        "copy_to_ids": [u.pk for u in wish.copies],
        "text": wish.text,
        "number": str(number),
        "documents": ids,
        "kind": wish.kind.code,
    }
