"""公示: what is about to be granted, open to everybody, and the form to object."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.capabilities.policies.forms.applying import ObjectionForm
from qiying.capabilities.policies.models import Application, Objection
from qiying.capabilities.policies.selectors.applying import made_public
from qiying.capabilities.policies.services.applying.checking import proposed_fen
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.applying.objecting import objection_make
from qiying.capabilities.policies.views.doing import done_at
from qiying.capabilities.policies.views.library.common import page
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.services import reveal
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.organisations.pages import signed_in, tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import client_ip
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import money_words

PAGE = 25
TRAP = "website"


@require_GET
def publicity(request: ViewerRequest) -> HttpResponse:
    """List what is being made public, or what ended in the last 30 days."""
    ended = request.GET.get("show") == "ended"
    rows = made_public(request.viewer.district_id, request.today, ended=ended)
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(enterprise__name__icontains=text) | rows.filter(policy__name__icontains=text)
    current = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": "正在公示", "url": "?", "current": not ended, "count": ""},
        {"label": "最近 30 天公示过的", "url": "?show=ended", "current": ended, "count": ""},
    ]
    context = {
        "rows": [(one, _amount(one)) for one in current.object_list],
        "page": current,
        "tabs": tabs,
        "ended": ended,
        "q": text,
    }
    return page(request, "policies/applying/publicity.html", context)


def _amount(one: Application) -> str:
    fen = one.granted_fen if one.granted_fen is not None else proposed_fen(one, one.case)
    return money_words(fen) if fen else "不发钱，给服务"


@require_http_methods(["GET", "POST"])
def objection(request: ViewerRequest, number: str) -> HttpResponse:
    """Take an objection to one application while it is public; no sign-in needed."""
    rows = made_public(request.viewer.district_id, request.today)
    found = rows.filter(case__number=number).first()
    if found is None:
        raise Http404("这一件不在公示，或者公示期已过")
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if request.POST.get(TRAP):
            return HttpResponseRedirect(reverse("policies:publicity"))
        try:
            case = objection_make(
                application=found,
                address=client_ip(request),
                text=form.cleaned_data["text"],
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                now=request.now,
            )
        except GuardFailed as refused:
            tell_form(form, refused)
        except ActionNotAvailable as late:
            form.add_error(None, late.message)
        else:
            held = "查明以前不会付款。" if ApplicationExtras.of(case).objections_open else "查的人会一起看。"
            messages.success(request, f"异议收到了，会在限期内查明。{held}")
            return HttpResponseRedirect(reverse("policies:publicity"))
    status = 422 if form.is_bound else None
    context = {"form": form, "one": found, "amount": _amount(found), "trap": TRAP}
    return page(request, "policies/applying/objection.html", context, status)


def may_decide_objections(context: CaseContext) -> bool:
    """Tell whether the viewer is one of those who decide objections to the case."""
    return bool({"lead:reviewer", "lead:leader"} & context.standings)


@require_POST
@signed_in
def objection_contact(request: ViewerRequest, number: str, no: int) -> HttpResponse:
    """Show whoever decides an objection the number of who made it, after writing down who looked and why."""
    case = fetch_or_404(cases_visible_to(request.viewer), number=number, procedure="policy_application")
    found = fetch_or_404(Objection.objects.filter(application__case=case), no=no)
    if not may_decide_objections(CaseContext(case, request.viewer, request.now)):
        raise NotPermitted("只有处理异议的人能看联系方式")

    def run() -> str:
        reason = request.POST.get("reason", "").strip()
        reveal(
            viewer=request.viewer, subject=f"objection:{found.pk}", field="contact", reason=reason, at=request.now,
            district_id=case.district_id,
        )  # fmt: skip
        known = personal_get([r for r in (found.name_ref, found.phone_ref) if r])
        words = " ".join(v for v in (known.get(found.name_ref), known.get(found.phone_ref)) if v)
        return f"第 {no} 条异议：{words or '（已依法删除）'}。已记下您看过和理由。"

    return done_at(request, reverse("cases:case", args=[number]), run)
