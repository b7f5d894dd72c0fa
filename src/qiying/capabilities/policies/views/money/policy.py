"""One policy's money: the bar, the queue in its order, the journal; money given, taken back, moved."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.forms.money import AppropriateForm, MoneyForm, TransferForm
from qiying.capabilities.policies.models import Budget, LedgerPosting, Policy
from qiying.capabilities.policies.selectors.money import (
    budgets_visible_to,
    journal_of,
    policies_with_money,
    queue_of,
    years_of,
)
from qiying.capabilities.policies.services.money.budgets import (
    budget_appropriate,
    budget_reduce,
    budget_transfer,
)
from qiying.capabilities.policies.views.money.common import MANAGE, VIEW, money_page, sheet_response
from qiying.capabilities.policies.views.money.overview import bar_of, chosen_year
from qiying.kernel.organisations.listing import EXPORT_ROWS
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column, Sheet
from qiying.ui.humanize import money_exact_words

PAGE = 25
HEADS: tuple[Column[Any], ...] = (
    Column("分录号", kind="number"),
    Column("日期", kind="date"),
    Column("事项"),
    Column("申请号"),
    Column("企业"),
    Column("支付号"),
    *(Column(f"{label}（元）", kind="money") for label in LedgerPosting.Account.labels),
    Column("经办"),
    Column("文号"),
    Column("说明", kind="long"),
)


def _policy(request: ViewerRequest, code: str) -> Policy:
    return fetch_or_404(policies_with_money(request.viewer), code=code)


def _budget(request: ViewerRequest, code: str, year: int) -> Budget:
    return fetch_or_404(budgets_visible_to(request.viewer, year), policy__code=code)


@visible_with(VIEW)
def money_policy(request: ViewerRequest, code: str) -> HttpResponse:
    """Show a policy's money in a year: balances, who waits, every movement."""
    policy = _policy(request, code)
    years = years_of(request.viewer, request.today.year)
    year = chosen_year(request, years)
    budget = budgets_visible_to(request.viewer, year).filter(policy=policy).first()
    journal = journal_of(request.viewer, policy.pk, year)
    if request.GET.get("export") == "xlsx":
        return _export(request, policy, year)
    current = Paginator(journal, PAGE).get_page(request.GET.get("page"))
    available = budget.available_fen if budget else 0
    context = {
        "policy": policy,
        "year": year,
        "years": years,
        "budget": budget,
        "bar": bar_of(budget) if budget else [],
        "queue": queue_of(request.viewer, policy.pk, year, available),
        "entries": current.object_list,
        "page_of_entries": current,
        "can_transfer": budget is not None
        and request.viewer.has(MANAGE)
        and _others(request, policy).exists(),
        "export_url": f"?year={year}&export=xlsx",
    }
    return money_page(request, "policy", context, "money")


def _export(request: ViewerRequest, policy: Policy, year: int) -> HttpResponse:
    rows = []
    for e in journal_of(request.viewer, policy.pk, year).order_by("pk")[:EXPORT_ROWS]:
        application = e.application
        case, owner = (application.case.number, application.enterprise.name) if application else ("", "")
        number = e.payment.number if e.payment else ""
        sums = [fen / 100 if fen else None for _, fen in e.sides]
        rows.append(
            [e.pk, e.on, e.get_kind_display(), case, owner, number, *sums, e.by_name, e.document, e.memo]
        )
    sheet = Sheet("明细账", HEADS, rows, f"{policy.name} {year} 年明细账，每笔各栏相加为零")
    return sheet_response(
        request, f"policy_journal:{policy.code}", sheet, f"明细账-{policy.code}-{year}.xlsx"
    )


def _others(request: ViewerRequest, policy: Policy) -> QuerySet[Policy]:
    """Return the policies money may be moved to: of the same unit."""
    return policies_with_money(request.viewer).filter(lead_unit_id=policy.lead_unit_id).exclude(pk=policy.pk)


@visible_with(MANAGE)
def money_give(request: ViewerRequest) -> HttpResponse:
    """Give a policy money."""
    policies = {p.pk: p for p in policies_with_money(request.viewer)}
    first = request.GET.get("policy", "")
    chosen = next((p.pk for p in policies.values() if p.code == first), None)
    year = request.today.year
    form = AppropriateForm(
        request.POST or None,
        policies=[(p.pk, f"{p.name}（{p.lead_unit.label}）") for p in policies.values()],
        years=[year, year + 1, year - 1],
        initial={"policy": chosen, "year": year},
    )

    def run(data: dict[str, Any]) -> str:
        policy = policies[data["policy"]]
        given = {"policy": policy, "year": data["year"], **form.values()}
        budget_appropriate(actor=request.viewer, at=request.now, **given)
        return f"{reverse('policies:money_policy', args=[policy.code])}?year={data['year']}"

    return act_page(
        request,
        form,
        title="下达资金",
        sentence="下达后马上按申报先后，预留给排队的企业。",
        back_url=reverse("policies:money"),
        run=run,
        done="已下达。排队的企业按先后得到资金。",
    )


@visible_with(MANAGE)
def money_reduce(request: ViewerRequest, code: str, year: int) -> HttpResponse:
    """Take money back."""
    budget = _budget(request, code, year)
    form = MoneyForm(request.POST or None)
    back = f"{reverse('policies:money_policy', args=[code])}?year={year}"

    words = f"“{budget.policy.name}”{year} 年可用 {money_exact_words(budget.available_fen)}。预留和核定了的不能动。"
    return act_page(
        request,
        form,
        title="核减资金",
        sentence=words,
        back_url=back,
        run=lambda data: budget_reduce(budget=budget, actor=request.viewer, at=request.now, **form.values()),
        done="已核减",
        is_serious=True,
    )


@visible_with(MANAGE)
def money_transfer(request: ViewerRequest, code: str, year: int) -> HttpResponse:
    """Move money to another policy of the same unit."""
    budget = _budget(request, code, year)
    others = {p.pk: p for p in _others(request, budget.policy)}
    if not others:
        raise Http404("这个部门没有别的发钱的政策")
    form = TransferForm(request.POST or None, policies=[(p.pk, p.name) for p in others.values()])

    def run(data: dict[str, Any]) -> str:
        target = others[data["policy"]]
        budget_transfer(source=budget, target=target, actor=request.viewer, at=request.now, **form.values())
        return ""

    return act_page(
        request,
        form,
        title="调剂资金",
        sentence=f"从“{budget.policy.name}”{year} 年转出，可用 {money_exact_words(budget.available_fen)}。",
        back_url=f"{reverse('policies:money_policy', args=[code])}?year={year}",
        run=run,
        done="已调剂",
    )
