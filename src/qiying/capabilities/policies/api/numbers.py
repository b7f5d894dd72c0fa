"""The numbers of a year over HTTP: the page's own figures, each with its denominator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.catalogue import ThemeCode
from qiying.capabilities.policies.api.common import calling_of
from qiying.capabilities.policies.declared_measures import DEFINITIONS, REFUSALS
from qiying.capabilities.policies.selectors.numbers import (
    Figures,
    Row,
    Sums,
    policy_figures,
    reasons,
    year_of,
)
from qiying.capabilities.policies.selectors.numbers_scope import FIRST_YEAR, Wanted
from qiying.decision.scalar.amounts import yuan
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.figures.sums import median_of
from qiying.kernel.permissions.errors import GuardFailed

router = Router()


class NumbersQuery(Schema):
    """Which year, and of which department or theme."""

    year: int | None = Field(None, description="不写就是今年")
    department: int | None = Field(None, description="主办部门的编号")
    theme: ThemeCode | None = None


class SumsOut(Schema):
    """Counts and sums of a group; amounts are texts in yuan, what came back stands apart."""

    applied: int
    applicants: int
    paid: int
    enterprises: int
    by_application: int
    automatic: int
    instant: int
    counter: int
    services: int
    rights: int
    waiting: int
    decided: int
    refused: int
    ended: int
    rated: int
    satisfied: int
    gross_yuan: str
    bounced_yuan: str
    clawed_yuan: str
    net_yuan: str
    mean_workdays: float | None


class GroupOut(SumsOut):
    key: str
    label: str


class MonthOut(Schema):
    month: int
    applied: int
    decided: int
    refused: int
    paid: int
    without: int
    delivered: int
    gross_yuan: str
    bounced_yuan: str
    clawed_yuan: str
    net_yuan: str
    mean_workdays: float | None


class DaysOut(Schema):
    workdays: int
    count: int


class ReasonOut(Schema):
    kind: str
    count: int


class ReachOut(Schema):
    policy: str
    matched: int
    pushed: int
    seen: int
    applied: int
    paid: int


class BudgetOut(Schema):
    policy: str
    appropriated_yuan: str
    available_yuan: str
    reserved_yuan: str
    committed_yuan: str
    paid_yuan: str


class DefinitionOut(Schema):
    code: str
    label: str
    sentence: str
    of: str
    cutoff: str


class NumbersOut(Schema):
    year: int
    total: SumsOut
    median_workdays: float | None
    by_policy: list[GroupOut]
    by_department: list[GroupOut]
    by_town: list[GroupOut]
    by_size: list[GroupOut]
    months: list[MonthOut]
    workdays: list[DaysOut]
    refusals: list[ReasonOut]
    reach: list[ReachOut]
    budgets: list[BudgetOut]
    definitions: list[DefinitionOut]


@router.get("/policies/numbers", response={200: NumbersOut, **ERRORS}, summary="一年的政策兑现数字")
def policy_numbers(request: HttpRequest, query: Query[NumbersQuery]) -> dict[str, Any]:
    """Return what the page of the numbers shows; 404 without `policies.numbers`."""
    calling = calling_of(request)
    if not calling.viewer.has("policies.numbers"):
        raise Http404("没有找到，或者您看不到它")
    year = calling.today.year if query.year is None else query.year
    if not FIRST_YEAR <= year <= calling.today.year:
        words = f"年份在 {FIRST_YEAR} 到 {calling.today.year} 之间"
        raise GuardFailed([words], {"year": [words]})
    units = (query.department,) if query.department else None
    wanted = Wanted(year_of(year), units, query.theme or "")
    told = _told(policy_figures(calling.viewer, wanted))
    refused = reasons(calling.viewer, wanted, REFUSALS)
    return {**told, "refusals": [{"kind": kind, "count": count} for kind, count in refused.items()]}


def _told(f: Figures) -> dict[str, Any]:
    return {
        "year": f.wanted.period.first.year,
        "total": _sums(f.total),
        "median_workdays": median_of(f.days),
        "by_policy": _groups(f.policies, {pk: p.code for pk, p in f.names.items()}),
        "by_department": _groups(f.departments),
        "by_town": _groups(f.towns),
        "by_size": _groups(f.sizes),
        "months": [{"month": m.no, **_sums(m)} for m in f.months],
        "workdays": [{"workdays": days, "count": count} for days, count in f.days.items()],
        "reach": [
            {"policy": f.names[pk].code, **r._asdict()} for pk, r in f.reached_by.items() if pk in f.names
        ],
        "budgets": [_budget(f, b) for b in f.budgets],
        "definitions": DEFINITIONS,
    }


def _sums(r: Sums) -> dict[str, Any]:
    money = {f"{k}_yuan": yuan(r.n[f"{k}_fen"]) for k in ("gross", "bounced", "clawed")}
    return {**r.n, **money, "net_yuan": yuan(r.net_fen), "mean_workdays": r.mean_days}


def _groups(rows: Iterable[Row], codes: dict[Any, str] | None = None) -> list[dict[str, Any]]:
    names = codes or {}
    return [{"key": names.get(r.key, str(r.key or "")), "label": r.label, **_sums(r)} for r in rows]


def _budget(f: Figures, b: Any) -> dict[str, Any]:
    names = ("appropriated", "available", "reserved", "committed", "paid")
    code = f.names[b.policy_id].code if b.policy_id in f.names else ""
    return {"policy": code, **{f"{k}_yuan": yuan(getattr(b, f"{k}_fen")) for k in names}}
