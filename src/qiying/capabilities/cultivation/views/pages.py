"""The ladder's figures for who reads them, and a firm's own page of growth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.cultivation import selectors
from qiying.capabilities.cultivation.models import Plan
from qiying.capabilities.cultivation.services import plans
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest

YEAR = timedelta(days=365)


@require_GET
@visible_with("cultivation.view", "cultivation.ladder")
def overview(request: ViewerRequest) -> HttpResponse:
    """Show the ladder in figures, each with what it is a part of."""
    district_id, today = request.viewer.district_id or 0, request.today
    firms, steps = selectors.pool_size(district_id, today)
    honours = provided("honour_figures")
    context = {
        "title": "培育情况",
        "firms": firms,
        "steps": steps,
        "tiers": selectors.tier_figures(district_id, today, today - YEAR),
        "since": today - YEAR,
        "honours": honours(district_id, today) if honours else None,
        "run": selectors.last_run(district_id),
        "keeps": request.viewer.has("cultivation.ladder"),
    }
    return page(request, "cultivation/overview.html", context)


@require_GET
@signed_in
def growth(request: ViewerRequest) -> HttpResponse:
    """Show a firm where it stands, what is missing, who helps, what it was given."""
    own = acting_enterprise_id(request, request.viewer)
    firm = Enterprise.objects.filter(pk=own or 0).first()
    if firm is None:
        raise Http404("没有找到这一页，或者您看不到它")
    told = selectors.growth(firm.pk, request.today)
    honours = provided("firm_honours")
    context = {
        "title": "成长培育",
        "firm": firm,
        "growth": told,
        "honours": honours(firm.pk, request.today) if honours else None,
    }
    return page(request, "cultivation/growth.html", context)


class AskForm(forms.Form):
    what = forms.CharField(
        label="要什么帮助", min_length=4, max_length=200, help_text="一句话，如：请人看看专利够不够"
    )


@signed_in
def ask(request: ViewerRequest, pk: int) -> HttpResponse:
    """Let a firm ask for a service under its plan."""
    rows = Plan.objects.filter(enterprise_id__in=request.viewer.enterprise_ids, state=Plan.State.OPEN)
    plan = rows.select_related("enterprise", "officer").filter(pk=pk).first()
    if plan is None:
        raise Http404("没有找到这一页，或者您看不到它")
    found = plan

    def run(data: dict[str, Any]) -> None:
        plans.service_ask(actor=request.viewer, plan=found, what=data["what"], now=request.now)

    return act_page(
        request,
        AskForm(request.POST or None),
        title="请培育专员帮忙",
        submit="提出来",
        sentence=f"{plan.officer.name}会看到，排上以后告诉您。",
        back_url=reverse("cultivation:growth"),
        run=run,
        done="提出来了。",
    )


urlpatterns = [
    path("cultivation/", overview, name="overview"),
    path("growth/", growth, name="growth"),
    path("growth/plans/<int:pk>/ask/", ask, name="ask"),
]
