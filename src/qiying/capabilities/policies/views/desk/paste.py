"""A pasted policy text becomes a draft: what was read is marked in the words, the officer keeps or drops each piece."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qiying.capabilities.policies.forms.desk import NewPolicyForm, PasteForm
from qiying.capabilities.policies.rules.drafting import draft
from qiying.capabilities.policies.rules.drafting_pieces import Drafted, Piece, sheet_of_pieces
from qiying.capabilities.policies.rules.table_edit import plain_of, yaml_of
from qiying.capabilities.policies.rules.table_words import read_sheet
from qiying.capabilities.policies.rules.themes import details_of
from qiying.capabilities.policies.selectors.catalogue import lead_units, led_units
from qiying.capabilities.policies.services.catalogue.lifecycle import policy_create
from qiying.capabilities.policies.services.catalogue.loading import unit_for
from qiying.decision.indicators import standard_registry
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import wholes

MONEY, DATES = {"tier", "cap_year", "cap_total"}, {"valid_from", "valid_to", "number"}


@visible_with("policies.edit")
def paste(request: ViewerRequest) -> HttpResponse:
    """Take the words, show what was read beside them, and make the draft of what is kept."""
    form = PasteForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else None
        return page(request, "policies/desk/paste.html", {"form": form}, status=status)
    found = draft(form.cleaned_data["text"])
    if request.POST.get("op") != "make":
        return _read(request, found, set(range(len(found.pieces))), _naming(request, found))
    kept = set(wholes(request.POST.getlist("keep"), most=9999))
    naming = NewPolicyForm(request.POST, viewer=request.viewer)
    if naming.is_valid():
        made = _made(request, found, kept, naming)
        if made is not None:
            return made
    return _read(request, found, kept, naming, 422)


def _naming(request: ViewerRequest, found: Drafted) -> NewPolicyForm:
    """What names the policy, filled from what was read."""
    district_id = request.viewer.district_id or 0
    values = {one.kind: one.value for one in reversed(found.pieces)}
    units = led_units(request.viewer, "policies.edit", district_id)
    own = next((u for u in units if u.pk in request.viewer.unit_ids), None)
    read = unit_for(values["department"], units) if "department" in values else None
    unit = read or own
    initial = {
        "name": values.get("name", ""),
        "number": values.get("number", ""),
        "code": f"p{request.now:%Y%m%d%H%M}",
        "lead_unit_id": str(unit.pk) if unit else "",
    }
    return NewPolicyForm(initial=initial, viewer=request.viewer)


def _made(
    request: ViewerRequest, found: Drafted, kept: set[int], naming: NewPolicyForm
) -> HttpResponse | None:
    """The draft of the pieces that were kept; None when it was refused."""
    data, district_id = naming.cleaned_data, request.viewer.district_id or 0
    pieces = [one for index, one in enumerate(found.pieces) if index in kept]
    sheet = sheet_of_pieces(pieces, data["code"])
    sheet["name"], sheet["document"]["number"] = data["name"], data["number"]
    unit = lead_units(district_id).get(pk=int(data["lead_unit_id"]))
    sheet["department"] = sheet["department"] or unit.label
    units = list(lead_units(district_id))
    co_units = {u.pk for p in pieces if p.kind == "co_unit" if (u := _unit(p.value, units)) is not None} - {
        unit.pk
    }
    reading = read_sheet(sheet, standard_registry(), request.today)
    details = details_of(reading.policy, is_national=False) if reading.policy else {}
    try:
        policy_create(
            actor=request.viewer, district_id=district_id, text=yaml_of(plain_of(sheet)[0]), lead_unit_id=unit.pk,
            at=request.now, clause_text=found.text, co_unit_ids=tuple(sorted(co_units)),
            unread=unread_of(found, pieces), **details,
        )  # fmt: skip
    except GuardFailed as error:
        tell_form(naming, error)
        return None
    messages.success(request, f"起草好了，用了 {len(pieces)} 处。请逐格看一遍，再送审。")
    return HttpResponseRedirect(reverse("policies:desk_edit", args=[data["code"]]))


def unread_of(found: Drafted, pieces: list[Piece]) -> list[str]:
    """What has to be looked at before the draft may be handed in: unread sentences, and gifts without a condition."""
    asked = [f"{found.words(one.span)}（{one.ask}）" for one in pieces if one.ask]
    return [*dict.fromkeys([*(found.words(one) for one in found.unread), *asked])]


def _unit(words: str, units: list[Unit]) -> Unit | None:
    bare = words.lstrip("区县市")
    return next((u for u in units if bare and (bare in u.name or u.label in words)), None)


def _read(
    request: ViewerRequest, found: Drafted, kept: set[int], naming: NewPolicyForm, status: int | None = None
) -> HttpResponse:
    pieces = [
        {
            "index": i,
            "piece": one,
            "words": found.words(one.span),
            "is_kept": i in kept,
            "conditions": one.conditions,
        }
        for i, one in enumerate(found.pieces)
    ]
    context = {
        "text": found.text,
        "parts": marked(found),
        "pieces": pieces,
        "unread": [found.words(one) for one in found.unread],
        "naming": naming,
    }
    return page(request, "policies/desk/paste_read.html", context, status=status)


def marked(found: Drafted) -> list[dict[str, Any]]:
    """Return the text cut at every mark: plain parts, and parts that a piece was read from.

    Of pieces that overlap the first in the text is marked.
    """
    spans: list[tuple[int, int, str, str]] = []
    for index, one in enumerate(found.pieces):
        spans.append((one.span.start, one.span.end, _css(one), str(index + 1)))
    spans += [(one.start, one.end, "pd-unread", "") for one in found.unread]
    parts, at = [], 0
    for start, end, css, number in sorted(spans):
        if start < at:
            continue
        parts.append({"text": found.text[at:start], "css": "", "number": ""})
        parts.append({"text": found.text[start:end], "css": css, "number": number})
        at = end
    return [p for p in [*parts, {"text": found.text[at:], "css": "", "number": ""}] if p["text"]]


def _css(one: Piece) -> str:
    return "pd-money" if one.kind in MONEY else "pd-date" if one.kind in DATES else "pd-cond"
