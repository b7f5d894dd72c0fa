"""The editor: a policy as a table, live-checked, simulated while it is typed; it works without a script as well."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qiying.capabilities.policies.forms.desk import DetailsForm
from qiying.capabilities.policies.models import Policy, PolicyVersion
from qiying.capabilities.policies.rules.table_edit import Sheet, feel_sheet, sheet_of_post, sheet_of_yaml
from qiying.capabilities.policies.rules.table_operations import moved, operated
from qiying.capabilities.policies.rules.table_words import Reading, read_sheet
from qiying.capabilities.policies.selectors.catalogue import open_version, version_in_force
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    details_save,
    draft_save,
    unread_settle,
    version_submit,
)
from qiying.capabilities.policies.views.desk.common import EDITABLE, led_policy, reading_of, the_policy
from qiying.capabilities.policies.views.desk.editor_parts import editor_context, live_context
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.ui.given import day, whole


@visible_with("policies.edit")
def edit(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the draft as a table; on POST press a button of the table, save, or hand in."""
    policy = led_policy(request, code)
    version = open_version(policy)
    if version is None or version.state not in EDITABLE:
        return HttpResponseRedirect(reverse("policies:desk_policy", args=[code]))
    if request.method != "POST":
        try:
            sheet = sheet_of_yaml(version.text)
        except FileError:
            return HttpResponseRedirect(reverse("policies:desk_yaml", args=[code]))
        return _shown(request, policy, version, sheet, DetailsForm.of(policy))
    return _posted(request, policy, version)


def _posted(request: ViewerRequest, policy: Policy, version: PolicyVersion) -> HttpResponse:
    sheet = posted_sheet(request)
    sheet["id"] = policy.code
    form = DetailsForm(request.POST, policy=policy)
    operation, _, word = request.POST.get("op", "save").partition("|")
    if operation == "try":
        sheet = moved(sheet, request.POST.get("try_at", ""), request.POST.get("try_to", ""))
    elif operation not in ("save", "submit", "yaml"):
        sheet = operated(sheet, operation, word or request.POST.get("new_column", "").strip())
    if operation not in ("save", "submit", "yaml"):
        return _shown(request, policy, version, sheet, form, is_kept=False)
    refusal = _saved(request, policy, version, sheet, form)
    if refusal is None and (
        read := [int(n) for n in request.POST.getlist("read") if n.isdecimal() and len(n) < 5]
    ):
        unread_settle(actor=request.viewer, version=version, numbers=read, at=request.now)
    if refusal is None and operation == "submit":
        refusal = _submitted(request, version)
    if refusal is not None:
        return _shown(request, policy, version, sheet, form, refusal, is_kept=False)
    if operation == "save":
        messages.success(request, "草稿存好了。")
    target = {"yaml": "policies:desk_yaml", "submit": "policies:desk_policy"}.get(
        operation, "policies:desk_edit"
    )
    return HttpResponseRedirect(reverse(target, args=[policy.code]))


def posted_sheet(request: ViewerRequest) -> Sheet:
    """Return the sheet the form holds."""
    return feel_sheet(
        sheet_of_post((name, str(request.POST[name])) for name in request.POST), standard_registry()
    )


def _saved(
    request: ViewerRequest, policy: Policy, version: PolicyVersion, sheet: Sheet, form: DetailsForm
) -> list[str] | None:
    """Save the draft and what stands beside it; return why it was refused."""
    revision = request.POST.get("revision", "")
    reading = read_sheet(sheet, standard_registry(), request.today)
    if not form.is_valid():
        return ["登记信息有没填对的，看下面标红的格子"]
    try:
        draft_save(
            actor=request.viewer,
            version=version,
            text=reading.text,
            revision=-1 if (seen := whole(revision)) is None else seen,
            at=request.now,
            clause_text=request.POST.get("clause_text", "")[:100_000],
            change_note=request.POST.get("change_note", "")[:500],
            effective_from=day(request.POST.get("effective_from", "")),
        )
        if form.has_changed() and _differs(policy, form.values):
            details_save(actor=request.viewer, policy=policy, values=form.values, at=request.now)
    except (GuardFailed, ActionNotAvailable) as error:
        return [] if isinstance(error, GuardFailed) and reading.errors else [str(error)]
    return None


def _differs(policy: Policy, values: dict[str, Any]) -> bool:
    co_units = set(policy.co_units.values_list("pk", flat=True))
    plain = {name: value for name, value in values.items() if name != "co_unit_ids"}
    return set(values["co_unit_ids"]) != co_units or any(getattr(policy, n) != v for n, v in plain.items())


def _submitted(request: ViewerRequest, version: PolicyVersion) -> list[str] | None:
    version.refresh_from_db()
    try:
        version_submit(actor=request.viewer, version=version, at=request.now)
    except GuardFailed as error:
        return [reason for reason in error.reasons if reason.startswith("原文")]
    messages.success(request, "送审了。由另一个有审核权限的人看过以后发布。")
    return None


def _shown(
    request: ViewerRequest,
    policy: Policy,
    version: PolicyVersion,
    sheet: Sheet,
    form: DetailsForm,
    refusal: list[str] | None = None,
    is_kept: bool = True,
) -> HttpResponse:
    reading = read_sheet(sheet, standard_registry(), request.today)
    context = editor_context(request, policy, version, reading, in_force(request, policy))
    posted = request.POST if request.method == "POST" else None
    context |= {
        "form": form,
        "is_kept": is_kept,
        "refusal": refusal,
        "revision": posted.get("revision", "") if posted else version.revision,
        "clause_text": posted.get("clause_text", "") if posted else version.clause_text,
        "change_note": posted.get("change_note", "") if posted else version.change_note,
        "effective_from": posted.get("effective_from", "") if posted else version.effective_from,
    }
    status = 422 if refusal is not None else None
    return page(request, "policies/desk/edit.html", context, status=status)


def in_force(request: ViewerRequest, policy: Policy) -> tuple[PolicyVersion, Reading] | None:
    """Return the version that counts now with its reading, to compare with."""
    version = version_in_force(policy)
    reading = reading_of(version, request.today) if version is not None else None
    return (version, reading) if version is not None and reading is not None else None


@visible_with("policies.edit")
def live(request: ViewerRequest, code: str) -> HttpResponse:
    """Return everything the page says about what is typed right now; nothing is saved."""
    policy = the_policy(request, code)
    version = open_version(policy) or version_in_force(policy)
    sheet = posted_sheet(request)
    sheet["id"] = policy.code
    reading = read_sheet(sheet, standard_registry(), request.today)
    if version is None or request.method != "POST":
        return HttpResponse(status=204)
    context = live_context(request, policy, version, reading, in_force(request, policy))
    return render(request, "policies/desk/live.html", context)


@visible_with("policies.edit")
def indicators(request: ViewerRequest) -> HttpResponse:
    """Return indicators whose name, source or meaning has every word typed."""
    words = request.GET.get("find", "").strip()[:50].split()
    found = [
        one
        for one in standard_registry().indicators.values()
        if all(word in f"{one.name}{one.source}{one.about}{one.period}" for word in words)
    ]
    return render(
        request, "policies/desk/_indicators.html", {"found": found[:12], "more": max(0, len(found) - 12)}
    )
