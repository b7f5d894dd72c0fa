"""Pages of applications: what one thing holds, applying on the phone, batches, and what stands on a case's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from qiying.capabilities.approvals.models import Batch
from qiying.capabilities.approvals.rules.bundles import SORTS, limit_words, materials_of
from qiying.capabilities.approvals.selectors import (
    batch_applications,
    batch_waiting,
    batches_counted,
    batches_visible_to,
    own_open,
)
from qiying.capabilities.approvals.services.applying import (
    ONLINE,
    WINDOW,
    Target,
    application_form,
    application_submit,
    batch_review,
    batch_take_in,
    merchants_read,
)
from qiying.capabilities.approvals.services.plans import bundle_files, bundle_in_force
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import start_fields
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.public_pages import district_of, public, shown
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.service_items import service_item
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

SEES = "approvals.applications"
TAKES_IN = "approvals.take_in"
MOST_MERCHANTS = 200


def _district(request: ViewerRequest) -> int:
    """Return the district applied in."""
    found = district_of(request)
    if found is None:
        raise Http404("请先选区县")
    return found


@public
def things(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show every bundle one may apply for, by sort; no sign-in to read."""
    rows = [
        {**raw, "limit": limit_words(raw["promise"], raw.get("promise_unit", "workday")), "count": len(raw["parts"])}
        for raw in bundle_files().values()
    ]  # fmt: skip
    groups = [(words, [r for r in rows if r.get("sort", "thing") == sort]) for sort, words in SORTS.items()]
    back = provided("guide_url")
    context = {"groups": groups, "back_url": back() if back else "/"}
    return shown(request, "approvals/things.html", context)


@public
def thing(request: ViewerRequest, district_id: int, code: str) -> HttpResponse:
    """Show what one bundle holds: which departments, how long, which papers, and until when if asked today."""
    target = Target(district_id, bundle=bundle_in_force(code, request.now))
    plan = target.plan(request.now)
    names = {p["code"]: p["name"] for p in plan["parts"]}
    parts = [{**p, "waits_for": "、".join(names[c] for c in p["after"])} for p in plan["parts"]]
    context = {
        "plan": plan,
        "parts": parts,
        "papers": materials_of(plan, plan["parts"]),
        "limit": limit_words(plan["promise"], plan["promise_unit"]),
        "until": _until(request, district_id, plan),
        "apply_url": reverse("approvals:apply", args=[code]),
        "earlier": own_open(request.viewer, code) if request.viewer.is_authenticated else None,
        "back_url": reverse("approvals:things"),
    }
    return shown(request, "approvals/thing.html", context)


def _until(request: ViewerRequest, district_id: int, plan: Mapping[str, Any]) -> str:
    """Return in words until when it is done if asked now."""
    minutes = plan["promise_unit"] == "minute"
    fields = start_fields(
        kind="whole",
        limit=0 if minutes else plan["promise"],
        unit="workday" if minutes else plan["promise_unit"],
        rule="",
        words="",
        started_on=request.today,
        started_at=request.now,
        calendar=calendar_for(district_id),
        rungs=[],
    )
    return str(fields["explanation"])


@signed_in
def apply(request: ViewerRequest, code: str) -> HttpResponse:
    """Apply for a bundle: the form, prefilled; the draft is the enterprise's, on whatever phone."""
    bundle = bundle_in_force(code, request.now)
    return _fill(request, Target(_district(request), bundle=bundle), reverse("approvals:thing", args=[code]))


@signed_in
def apply_item(request: ViewerRequest, code: str) -> HttpResponse:
    """Apply for one item of the catalogue in the version in force."""
    district_id = _district(request)
    item = service_item(district_id, code, request.today)
    if item is None or not item.is_handled_here:
        raise Http404("这个事项不在这里办")
    return _fill(request, Target(district_id, item=item), reverse("approvals:things"))


def _applicant(request: ViewerRequest) -> tuple[Enterprise | None, str]:
    """Return for whom it is filled in and how: a clerk's own enterprise, oneself, or somebody at the window."""
    viewer = request.viewer
    if viewer.has(TAKES_IN):
        asked = whole(request.GET.get("enterprise"))
        return (fetch_or_404(enterprises_visible_to(viewer), pk=asked) if asked else None), WINDOW
    if viewer.memberships and not viewer.enterprise_ids:
        raise Http404("单位的人不能自己申请")
    return Enterprise.objects.filter(pk=acting_enterprise_id(request, viewer) or 0).first(), ONLINE


def _fill(request: ViewerRequest, target: Target, back_url: str) -> HttpResponse:
    firm, way = _applicant(request)
    version = application_form(target, request.now)
    facts = held_about(firm, version.compiled.definition) if firm else {}

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        case = application_submit(
            target=target,
            actor=request.viewer,
            answers=answers,
            key=key,
            now=request.now,
            enterprise=firm,
            version=version,
            facts=facts,
            session_key=session_key,
            way=way,
        )
        name = "cases:case" if way == WINDOW else "mine:case"
        messages.success(request, "交上了，各部门同时在办。" if target.bundle else "交上了。")
        return reverse(name, args=[case.number])

    holder = f"e:{firm.pk}" if firm else ""
    subject = f"apply:{target.code}"
    one = Filling(version, subject, hand_in, facts, holder=holder, back_url=back_url, submit="交上去")
    return fill(request, one)


# --- batches ------------------------------------------------------------------------------


class BatchForm(forms.Form):
    """A batch as the desk types it."""

    bundle = forms.ChoiceField(label="哪件事")
    name = forms.CharField(label="这一批叫什么", max_length=80, help_text="例如：西投银泰城餐饮商户")
    place = forms.CharField(label="在哪里", max_length=60)
    merchants = forms.CharField(
        label="商户", widget=forms.Textarea(attrs={"rows": 12}), help_text="一行一家：名称，铺位"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["bundle"]).choices = [
            (c, raw["name"]) for c, raw in bundle_files().items()
        ]

    def clean_merchants(self) -> list[tuple[str, str]]:
        """Read one merchant a line."""
        found = merchants_read(self.cleaned_data["merchants"].replace("\x00", ""))
        if len(found) > MOST_MERCHANTS:
            raise forms.ValidationError(f"一批最多 {MOST_MERCHANTS} 家，请分几批")
        return found


@visible_with(SEES)
def batches(request: ViewerRequest) -> HttpResponse:
    """Show the batches in which the viewer's offices take part."""
    rows = batches_counted(batches_visible_to(request.viewer))[:200]
    return page(
        request, "approvals/batches.html", {"rows": rows, "may_take_in": request.viewer.has(TAKES_IN)}
    )


@visible_with(TAKES_IN)
def batch_new(request: ViewerRequest) -> HttpResponse:
    """Take in the merchants of one place at once."""

    def run(data: dict[str, Any]) -> str:
        district_id = request.viewer.district_id or 0
        target = Target(district_id, bundle=bundle_in_force(data.pop("bundle"), request.now))
        made = batch_take_in(actor=request.viewer, target=target, now=request.now, **data)
        return reverse("approvals:batch", args=[made.pk])

    start = {"bundle": "restaurant"}
    return act_page(
        request,
        BatchForm(request.POST or None, initial=start),
        title="整批受理",
        sentence="同一个地方的商户一起受理，每家一件，各部门同时审批。",
        submit="受理",
        back_url=reverse("approvals:batches"),
        run=run,
        done="受理了，已经同时交各部门。",
    )


def _batch(request: ViewerRequest, pk: int) -> Batch:
    found: Batch = fetch_or_404(batches_visible_to(request.viewer), pk=pk)
    return found


@visible_with(SEES)
def batch(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show every merchant of a batch with its parts."""
    found = _batch(request, pk)
    return _batch_page(request, found, [])


def _batch_page(request: ViewerRequest, found: Batch, refused: list[str], status: int = 200) -> HttpResponse:
    rows = batch_applications(found)
    context = {
        "batch": found,
        "rows": rows,
        "done": sum(not a.case.is_open for a, _ in rows),
        "waiting": batch_waiting(request.viewer, found),
        "refused": refused,
        "back_url": reverse("approvals:batches"),
    }
    return page(request, "approvals/batch.html", context, status=status)


@require_POST
@visible_with(SEES)
def batch_grant(request: ViewerRequest, pk: int) -> HttpResponse:
    """Grant what waits for the viewer's unit, one by one; what cannot be granted says why."""
    found = _batch(request, pk)
    try:
        done, refused = batch_review(actor=request.viewer, batch=found, now=request.now)
    except ActionNotAvailable as late:
        return _batch_page(request, found, [late.message], 409)
    if refused:
        return _batch_page(request, found, refused, 422)
    messages.success(request, f"办了 {done} 件。")
    return HttpResponseRedirect(reverse("approvals:batch", args=[pk]))


urlpatterns = [
    path("things/", things, name="things"),
    path("things/<slug:code>/", thing, name="thing"),
    path("things/<slug:code>/apply/", apply, name="apply"),
    path("items/<slug:code>/apply/", apply_item, name="apply_item"),
    path("batches/", batches, name="batches"),
    path("batches/new/", batch_new, name="batch_new"),
    path("batches/<int:pk>/", batch, name="batch"),
    path("batches/<int:pk>/grant/", batch_grant, name="batch_grant"),
]
