"""The enterprise's applications: the list, one application, what the enterprise does there, its account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.selectors.applying import own_applications
from qiying.capabilities.policies.services.applying.accounts import account_give, account_of, accounts_follow
from qiying.capabilities.policies.views.applying.apply import account_fields, enterprise_for, problems_of
from qiying.capabilities.policies.views.applying.showing import OWN_ACTS, page_context, row_of
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.forms import posted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, new_token, uploaded_ids
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

PAGE = 20
DONE = {
    "give_material": "材料交上去了，期限接着算。",
    "withdraw": "撤回了。",
    "appeal": "复核申请交上去了，督查部门会在限期内答复。",
    "rate": "记下了，谢谢您。",
}


@require_GET
@signed_in
def applications(request: ViewerRequest) -> HttpResponse:
    """List the applications of the enterprises the person speaks for; an office has its worklist."""
    if not request.viewer.enterprise_ids and request.viewer.memberships:
        return HttpResponseRedirect(reverse("cases:worklist"))
    show = request.GET.get("show", "")
    rows = own_applications(request.viewer)
    if show in {"open", "done"}:
        rows = rows.filter(case__is_open=show == "open")
    current = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"label": label, "url": f"?show={code}" if code else "?", "current": show == code, "count": ""}
        for code, label in (("", "全部"), ("open", "在办"), ("done", "办完的"))
    ]
    context = {
        "rows": [row_of(one, request.today) for one in current.object_list],
        "page": current,
        "tabs": tabs,
        "show": show,
        "has_several": len(request.viewer.enterprise_ids) > 1,
    }
    return page(request, "policies/applying/list.html", context)


@require_GET
@never_cache
@signed_in
def application(request: ViewerRequest, number: str) -> HttpResponse:
    """Show one application to its enterprise; an office that takes part is sent to the case page."""
    return _show(request, number)


def _show(request: ViewerRequest, number: str, status: int | None = None, **more: Any) -> HttpResponse:
    case = faces.case_visible(request.viewer, number)
    found = _application(case)
    file = faces.case_file(case, request.viewer, request.now)
    if not file.is_asker:
        return HttpResponseRedirect(reverse("cases:case", args=[number]))
    token = request.POST.get("upload_token", "") or new_token()
    context = {
        **page_context(request, file, found),
        "upload_token": token,
        "drafts": own_drafts(request.viewer, token, draft_session(request)),
        "typed": request.POST,
        "back_url": reverse("policies:applications"),
        **more,
    }
    return page(request, "policies/applying/application.html", context, status=status)


def _application(case: Case) -> Application:
    related = ("policy__lead_unit", "version", "evaluation", "account", "enterprise")
    found = Application.objects.select_related(*related).filter(case=case).first()
    if found is None:
        raise Http404("没有找到这份申请")
    return found


@require_POST
@signed_in
def act(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do one of the enterprise's acts; a refusal keeps what was typed."""
    case = fetch_or_404(cases_visible_to(request.viewer), number=number, procedure="policy_application")
    if code not in OWN_ACTS:
        raise Http404("没有这一步")
    action = PROCEDURES.get(case.procedure, case.version).action(code)
    data = posted(action, request.POST)
    if "documents" in action.input.model_fields:
        token = request.POST.get("upload_token", "") or new_token()
        sent = [
            draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")
        ]
        data["documents"] = [*uploaded_ids(request), *sent]
    try:
        case_act(
            case=case,
            action=code,
            actor=request.viewer,
            data=data,
            now=request.now,
            session_key=draft_session(request),
        )
    except GuardFailed as refused:
        return _show(request, number, 422, failed=code, reasons=refused.reasons, fields=refused.fields)
    except ActionNotAvailable as late:
        return _show(request, number, 409, failed=code, reasons=[late.message], fields={})
    messages.success(request, DONE[code])
    return HttpResponseRedirect(reverse("policies:application", args=[number]))


@require_http_methods(["GET", "POST"])
@signed_in
def account(request: ViewerRequest) -> HttpResponse:
    """Show and change where the enterprise is paid; open applications without money under way follow."""
    enterprise = enterprise_for(request)
    if enterprise is None:
        return page(request, "policies/applying/nobody.html", {})
    number = request.GET.get("for", "") or request.POST.get("for", "")
    typed: QueryDict = request.POST
    fields: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            given = account_give(
                enterprise=enterprise,
                holder=typed.get("account_holder", "")[:128] or enterprise.name,
                bank=typed.get("account_bank", "")[:128],
                number=typed.get("account_number", "")[:60],
                actor=request.viewer,
                now=request.now,
            )
            accounts_follow(account=given, actor=request.viewer, now=request.now)
        except GuardFailed as refused:
            fields = refused.fields
        else:
            messages.success(request, f"收款账户记下了，尾号 {given.last4}。")
            url = (
                reverse("policies:application", args=[number]) if number else reverse("policies:applications")
            )
            return HttpResponseRedirect(url)
    refused_now = GuardFailed([w for ws in fields.values() for w in ws], fields) if fields else None
    context = {
        "enterprise": enterprise,
        "account": account_of(enterprise.pk),
        "account_fields": account_fields(enterprise, typed, fields),
        "problems": problems_of(refused_now),
        "for": number,
        "back_url": reverse("policies:applications"),
    }
    return page(request, "policies/applying/account.html", context, status=422 if fields else None)
