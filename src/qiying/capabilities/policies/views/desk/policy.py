"""One policy at the desk: versions, who wrote and who approved; begin a new version, review, end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qiying.capabilities.policies.forms.desk import EndForm, NewPolicyForm, ReturnForm
from qiying.capabilities.policies.models import Budget, Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.rules.differences import differences
from qiying.capabilities.policies.rules.table_edit import blank_sheet, plain_of, yaml_of
from qiying.capabilities.policies.selectors.catalogue import (
    lead_units,
    leads,
    open_version,
    publishing_looks,
    state_words,
    version_in_force,
)
from qiying.capabilities.policies.selectors.matching import reach
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    policy_amend,
    policy_create,
    policy_end,
    version_approve,
    version_return,
)
from qiying.capabilities.policies.views.desk.common import (
    EDITABLE,
    STATUS,
    led_policy,
    reading_of,
    the_policy,
    version_row,
    wan,
)
from qiying.capabilities.policies.views.desk.effects import effect_of, sim_context
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404

SEEING = ("policies.edit", "policies.review")


@visible_with(*SEEING, "policies.reach")
def desk_policy(request: ViewerRequest, code: str) -> HttpResponse:
    """Show one policy with all its versions and what may be done now."""
    policy = the_policy(request, code)
    versions = list(policy.versions.select_related("author", "reviewer").order_by("-no"))
    waiting = next((v for v in versions if v.state in _OPEN), None)
    current = next((v for v in versions if v.state == VersionState.PUBLISHED), None)
    shown = current or waiting or (versions[0] if versions else None)
    reading = reading_of(shown, request.today) if shown else None
    budget = Budget.objects.filter(policy=policy, year=request.today.year).first()
    context = {
        "policy": policy,
        "status": STATUS[PolicyState(policy.state)],
        "state": state_words(policy, request.today),
        "versions": [version_row(v) for v in versions],
        "waiting": waiting,
        "current": current,
        "shown": shown,
        "reading": reading,
        "reach": reach(policy.district_id, [policy.pk])[policy.pk],
        "left": wan(budget.available_fen) if budget else None,
        "given": wan(budget.appropriated_fen) if budget else None,
        "co_units": policy.co_units.all(),
        "can_edit": leads(request.viewer, "policies.edit", policy.lead_unit),
        "can_review": leads(request.viewer, "policies.review", policy.lead_unit),
        "is_editable": waiting is not None and waiting.state in EDITABLE,
        "is_mine": waiting is not None
        and request.viewer.person_id in {waiting.author_id, waiting.submitted_by_id},
    }
    return page(request, "policies/desk/policy.html", context)


_OPEN = (VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW, VersionState.APPROVED)


@visible_with("policies.edit")
def amend(request: ViewerRequest, code: str) -> HttpResponse:
    """Begin the next version from the one in force and open it."""
    policy = the_policy(request, code)
    if request.method == "POST":
        policy_amend(actor=request.viewer, policy=policy, at=request.now)
        return HttpResponseRedirect(reverse("policies:desk_edit", args=[code]))
    return HttpResponseRedirect(reverse("policies:desk_policy", args=[code]))


@visible_with("policies.edit")
def new(request: ViewerRequest) -> HttpResponse:
    """Enter a policy from nothing and open its table."""
    district_id = request.viewer.district_id or 0
    form = NewPolicyForm(request.POST if request.method == "POST" else None, viewer=request.viewer)

    def run(data: dict[str, Any]) -> str:
        unit = lead_units(district_id).get(pk=int(data["lead_unit_id"]))
        sheet = blank_sheet(data["code"], data["name"], data["number"], unit.label)
        version = policy_create(
            actor=request.viewer, district_id=district_id, text=yaml_of(plain_of(sheet)[0]), lead_unit_id=unit.pk,
            at=request.now,
        )  # fmt: skip
        return reverse("policies:desk_edit", args=[version.policy.code])

    return act_page(
        request, form, title="新政策", submit="建好，去写表格", back_url=reverse("policies:desk"), run=run,
        sentence="先把名字定下来。手里有原文的，贴进来起草更快。",
        links=[("贴原文起草", reverse("policies:desk_paste")), ("导入政策文件", reverse("policies:desk_import"))],
    )  # fmt: skip


@visible_with("policies.review")
def end(request: ViewerRequest, code: str) -> HttpResponse:
    """Take a policy out of force with a reason, or say what replaces it."""
    policy = led_policy(request, code, "policies.review")
    form = EndForm(request.POST if request.method == "POST" else None, policy=policy)

    def run(data: dict[str, Any]) -> str:
        other = Policy.objects.filter(pk=int(data["replaced_by"])).first() if data["replaced_by"] else None
        try:
            policy_end(
                actor=request.viewer, policy=policy, state=data["state"], at=request.now, reason=data["reason"],
                replaced_by=other if data["state"] == PolicyState.REPLACED else None,
            )  # fmt: skip
        except ActionNotAvailable as error:
            raise GuardFailed([str(error)]) from None
        return ""

    return act_page(
        request, form, title=f"停用“{policy.name}”", submit="停用", is_serious=True, run=run,
        sentence="停用后不再匹配、不再收新的申请；已经受理的照旧办完。", done="停用了，原因记在案。",
        back_url=reverse("policies:desk_policy", args=[code]),
    )  # fmt: skip


@visible_with(*SEEING)
def review(request: ViewerRequest, code: str) -> HttpResponse:
    """Show a version in review beside the one in force, its effect, and let another person decide."""
    policy = the_policy(request, code)
    version = open_version(policy)
    if version is None or version.state in EDITABLE:
        return HttpResponseRedirect(reverse("policies:desk_policy", args=[code]))
    form = ReturnForm(request.POST if request.POST.get("act") == "return" else None)
    refusal: list[str] = []
    if request.method == "POST":
        done, refusal = _decided(request, version, form)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("policies:desk_policy", args=[code]))
    return _reviewed(request, policy, version, form, refusal)


def _decided(request: ViewerRequest, version: PolicyVersion, form: ReturnForm) -> tuple[str, list[str]]:
    """Approve or return; the words of what was done, or why not."""
    try:
        if request.POST.get("act") == "approve":
            looks = publishing_looks(version, request.today)
            left = [one for one in looks if one.is_doubtful and one.code not in request.POST.getlist("seen")]
            if left or not request.POST.get("sure"):
                return "", [f"请先确认：{one.label}——{one.words}" for one in left] or [
                    "请先确认发布以后会怎样"
                ]
            note = request.POST.get("note", "")[:500]
            found = version_approve(actor=request.viewer, version=version, at=request.now, note=note)
            if found.state == VersionState.PUBLISHED:
                return "审核通过，已经发布，马上按新的匹配。", []
            return f"审核通过，到 {found.effective_from} 起用。", []
        if form.is_valid():
            note = form.cleaned_data["note"]
            version_return(actor=request.viewer, version=version, note=note, at=request.now)
            return "退回修改了，起草的人会看到您写的。", []
    except GuardFailed as error:
        if form.is_bound:
            tell_form(form, error)
        return "", list(error.reasons)
    except (ActionNotAvailable, NotPermitted) as error:
        return "", [str(error)]
    return "", []


def _reviewed(
    request: ViewerRequest, policy: Policy, version: PolicyVersion, form: ReturnForm, refusal: list[str]
) -> HttpResponse:
    current = version_in_force(policy)
    before = reading_of(current, request.today) if current else None
    after = reading_of(version, request.today)
    effect = effect_of(policy.district_id, after, before) if after else None
    budget = Budget.objects.filter(policy=policy, year=request.today.year).first()
    is_mine = request.viewer.person_id in {version.author_id, version.submitted_by_id}
    context = {
        "policy": policy,
        "version": version,
        "current": current,
        "before": before,
        "reading": after,
        "changes": differences(before, after) if before and after else [],
        "is_mine": is_mine,
        "can_decide": leads(request.viewer, "policies.review", policy.lead_unit)
        and not is_mine
        and version.state == VersionState.IN_REVIEW,
        "form": form,
        "refusal": refusal,
        "looks": publishing_looks(version, request.today) if after else [],
        "seen": request.POST.getlist("seen"),
        **sim_context(effect, budget),
    }
    status = 422 if refusal or form.errors else None
    return page(request, "policies/desk/review.html", context, status=status)


@visible_with(*SEEING, "policies.reach")
def version_page(request: ViewerRequest, code: str, no: int) -> HttpResponse:
    """Show a version in words beside the one before it, ready to print."""
    policy = the_policy(request, code)
    version = fetch_or_404(policy.versions.select_related("author", "reviewer"), no=no)
    earlier = policy.versions.filter(no__lt=no).order_by("-no").first()
    reading = reading_of(version, request.today)
    before = reading_of(earlier, request.today) if earlier else None
    context = {
        "policy": policy,
        "version": version,
        "row": version_row(version),
        "reading": reading,
        "earlier": earlier,
        "changes": differences(before, reading) if before and reading else [],
    }
    return page(request, "policies/desk/version.html", context)
