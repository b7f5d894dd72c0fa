"""The enterprise's applications: the list, one application, what the enterprise does there, its account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.policies.services.applying.accounts import account_give, account_of, accounts_follow
from qiying.capabilities.policies.views.applying.apply import account_fields, enterprise_for, problems_of
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed


@require_GET
@signed_in
def applications(request: ViewerRequest) -> HttpResponse:
    """Send on to the list of one's cases, narrowed to applications; an office has its worklist."""
    if not request.viewer.enterprise_ids and request.viewer.memberships:
        return HttpResponseRedirect(reverse("cases:worklist"))
    return HttpResponseRedirect(applications_url())


def applications_url() -> str:
    """Return where an enterprise reads its applications."""
    return f"{reverse('mine:cases')}?procedure=policy_application"


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
            url = reverse("mine:case", args=[number]) if number else applications_url()
            return HttpResponseRedirect(url)
    refused_now = GuardFailed([w for ws in fields.values() for w in ws], fields) if fields else None
    context = {
        "enterprise": enterprise,
        "account": account_of(enterprise.pk),
        "account_fields": account_fields(enterprise, typed, fields),
        "problems": problems_of(refused_now),
        "for": number,
        "back_url": applications_url(),
    }
    return page(request, "policies/applying/account.html", context, status=422 if fields else None)
