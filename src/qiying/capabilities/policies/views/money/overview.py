"""The money of all policies: budgets by year with bars, the queue, the balance sheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.models import Budget
from qiying.capabilities.policies.selectors.money import (
    budgets_visible_to,
    totals_of,
    waits_without_budget,
    years_of,
)
from qiying.capabilities.policies.views.money.common import VIEW, money_page, sheet_response
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.workbooks import Column, Sheet
from qiying.ui.given import whole

PARTS = (("paid", "已付"), ("committed", "已核定"), ("reserved", "预留"), ("available", "可用"))
HEADS: tuple[Column[Any], ...] = (
    Column("政策"),
    Column("主办部门"),
    Column("年度", kind="number"),
    Column("下达（元）", kind="money"),
    Column("可用（元）", kind="money"),
    Column("预留（元）", kind="money"),
    Column("已核定未付（元）", kind="money"),
    Column("已付（元）", kind="money"),
    Column("排队（件）", kind="number"),
    Column("排队要的（元）", kind="money"),
)


def chosen_year(request: ViewerRequest, years: list[int]) -> int:
    """Return the year of the address, else this one."""
    year = whole(request.GET.get("year"))
    return year if year in years else request.today.year


def _chosen(request: ViewerRequest) -> tuple[int, list[int], list[Budget], list[tuple[int, str]], str]:
    years = years_of(request.viewer, request.today.year)
    year = chosen_year(request, years)
    rows = list(budgets_visible_to(request.viewer, year))
    units = sorted({(b.policy.lead_unit_id, b.policy.lead_unit.label) for b in rows}, key=lambda u: u[1])
    unit = request.GET.get("unit", "")
    shown = [b for b in rows if str(b.policy.lead_unit_id) == unit] if unit else rows
    return year, years, shown, units, unit


@visible_with(VIEW)
def money(request: ViewerRequest) -> HttpResponse:
    """Show every budget of a year; the sentence on top says what is to do today."""
    year, years, rows, units, unit = _chosen(request)
    if request.GET.get("export") == "xlsx":
        return _export(request, year, rows)
    totals = totals_of(rows)
    context = {
        "year": year,
        "years": years,
        "units": units,
        "unit": unit,
        "rows": [_row(b) for b in rows],
        "totals": totals,
        "bar": bar_of(totals),
        "moneyless": waits_without_budget(request.viewer, year),
        "export_url": f"?year={year}&unit={unit}&export=xlsx",
        "balance_url": f"{reverse('policies:money_balance')}?year={year}",
    }
    return money_page(request, "overview", context, "money")


def bar_of(sums: Budget) -> list[dict[str, Any]]:
    """Return the parts of a bar in percent, each with its word; empty when nothing was given."""
    left, bar = 0.0, []
    for code, label in PARTS if sums.appropriated_fen else ():
        fen = int(getattr(sums, f"{code}_fen"))
        width = round(fen * 100 / sums.appropriated_fen, 2)
        bar.append({"code": code, "label": label, "fen": fen, "x": round(left, 2), "width": width})
        left += width
    return bar


def _row(budget: Budget) -> dict[str, Any]:
    url = reverse("policies:money_policy", args=[budget.policy.code])
    return {"budget": budget, "bar": bar_of(budget), "url": f"{url}?year={budget.year}"}


def _yuan(fen: int) -> float:
    return fen / 100


def _values(b: Budget) -> list[Any]:
    waiting, waiting_fen = b.waiting, b.waiting_fen  # type: ignore[attr-defined]
    sums = (b.appropriated_fen, b.available_fen, b.reserved_fen, b.committed_fen, b.paid_fen)
    return [b.policy.name, b.policy.lead_unit.label, b.year, *map(_yuan, sums), waiting, _yuan(waiting_fen)]


def _export(request: ViewerRequest, year: int, rows: list[Budget]) -> HttpResponse:
    caption = f"{year} 年惠企政策资金，截至 {request.today.isoformat()}"
    sheet = Sheet("资金", HEADS, [_values(b) for b in rows], caption)
    return sheet_response(request, "policy_budgets", sheet, f"政策资金-{year}-{request.today:%Y%m%d}.xlsx")


@visible_with(VIEW)
def balance(request: ViewerRequest) -> HttpResponse:
    """Show the balance sheet of a year: what was given and where it is, budget by budget, sums exact."""
    year, years, rows, _, _ = _chosen(request)
    totals = totals_of(rows)
    held = totals.available_fen + totals.reserved_fen + totals.committed_fen + totals.paid_fen
    context = {
        "year": year,
        "years": years,
        "rows": rows,
        "totals": totals,
        "is_right": held == totals.appropriated_fen,
        "export_url": f"{reverse('policies:money')}?year={year}&export=xlsx",
    }
    return money_page(request, "balance", context, "money")
