"""Facts in, outcomes out, as the engine says them; and the indicators facts are given under."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import Shape, calling_of, district_of, enterprise_of
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.asking import Ask, best_question
from qiying.capabilities.policies.selectors.calculating import NOTHING, Stored, standings, summed
from qiying.capabilities.policies.selectors.shelf import Shelf, shelf
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.registry import Indicator, Registry
from qiying.decision.scalar import explain
from qiying.decision.scalar.amounts import History, yuan
from qiying.decision.scalar.explain import as_dict
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.shapes import Body, Day
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.permissions.errors import GuardFailed

router = Router()
EARLIEST, LATEST = date(2004, 1, 1), date(2100, 1, 1)
MOST_TEXT = 200


class IndicatorOut(Schema):
    """A fact that may be given; `min` and `max` are in `unit`, per cent as shares of one."""

    name: str
    type: str
    unit: str
    period: str
    source: str
    min: str | None
    max: str | None
    decimals: int
    values: list[str]
    cost: int = Field(description="1 政府数据里就有，5 要别人出具")
    changeable: bool
    about: str


class IndicatorsOut(Schema):
    items: list[IndicatorOut]


class IndicatorFilter(Schema):
    q: str = Field("", max_length=100)


class EvaluateIn(Body):
    """What is known; everything left out is unknown, never no."""

    facts: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict,
        description="指标名 → 数；钱是元，百分数写成小数，日期 2026-02-13，是否写 true/false",
    )
    policies: list[str] | None = Field(None, max_length=500, description="只看这些政策（代号）；不写就看全部")
    as_of: Day | None = Field(None, description="按哪天；不写就是今天")
    enterprise_id: int | None = Field(None, description="用这家企业已有的数补上没写的")
    nearest: bool = Field(True, description="要不要说差在哪里")


class MissOut(Schema):
    """A smallest change after which the policy would be met."""

    text: str
    sure: bool
    changes: list[dict[str, Any]]


class OutcomeOut(Schema):
    """The engine's answer to one policy."""

    policy: str
    name: str
    outcome: str = Field(description="eligible、not_eligible 或 unknown")
    amount_yuan: str | None
    amount_kind: str = Field(
        "paid", description="paid 发的钱、saved 少缴的税费、base 计算基数；只有 paid 能相加"
    )
    row: int | None
    outputs: dict[str, Any]
    because: list[str]
    missing: list[list[str]] = Field(description="知道其中任何一组就能判断，最省事的在前")
    nearest: list[MissOut]
    superseded_by: str | None
    group_open: bool
    amount_between_yuan: list[str | None] | None = None
    score: dict[str, Any] | None = None


class AskOut(Shape):
    """The question that decides most now; null when no answer would change anything."""

    indicator: str = Field(alias="indicator.name")
    type: str = Field(alias="indicator.type")
    unit: str = Field(alias="indicator.unit")
    values: list[str] = Field(alias="indicator.values")
    about: str = Field(alias="indicator.about")
    decides: list[str]
    helps: list[str]
    for_amount: bool

    @staticmethod
    def resolve_decides(one: Ask) -> list[str]:
        return [p.code for p in one.decides]

    @staticmethod
    def resolve_helps(one: Ask) -> list[str]:
        return [p.code for p in one.helps]


class EvaluateOut(Schema):
    as_of: date
    results: list[OutcomeOut]
    eligible: int
    amount_yuan: str = Field(description="已知金额的合计，同组只取最高")
    uncounted: int = Field(description="能享受、金额还算不出来的有几项")
    known: dict[str, str] = Field(description="用了企业哪些已有的数，数来自哪里")
    ask: AskOut | None


@router.get("/policies/indicators", response={200: IndicatorsOut, **ERRORS}, summary="可以给的指标")
def policy_indicators(request: HttpRequest, query: Query[IndicatorFilter]) -> dict[str, Any]:
    """Return the registry; `q` is looked for in names and explanations."""
    words = query.q.split()
    every = standard_registry().indicators.values()
    return {"items": [_indicator(one) for one in every if all(w in f"{one.name}{one.about}" for w in words)]}


def _indicator(one: Indicator) -> dict[str, Any]:
    plain = ("name", "type", "unit", "period", "source", "decimals", "cost", "changeable", "about")
    low, high = (None if v is None else f"{v:f}" for v in (one.low, one.high))
    return {**{k: getattr(one, k) for k in plain}, "min": low, "max": high, "values": list(one.values)}


@router.post("/policies/evaluate", response={200: EvaluateOut, **ERRORS}, summary="给指标，算能享受什么")
def policy_evaluate(request: HttpRequest, body: EvaluateIn) -> dict[str, Any]:
    """Evaluate facts exactly against the policies in force; nothing is stored."""
    calling = calling_of(request)
    on = body.as_of or calling.today
    if not EARLIEST <= on < LATEST:
        words = "日期要在 2004 年到 2099 年之间"
        raise GuardFailed([words], {"as_of": [words]})
    enterprise = enterprise_of(calling, body.enterprise_id) if body.enterprise_id is not None else None
    whole = shelf(enterprise.district_id if enterprise else district_of(calling), on)
    chosen = _chosen(whole, body.policies)
    stored: dict[str, int | str] = {}
    history: dict[str, History] = {}
    told: dict[str, str] = {}
    if enterprise is not None:
        known = known_facts(enterprise, whole.registry)
        stored, history = dict(stored_facts(known)), history_of(enterprise.pk)
        told = {name: fact.source_label for name, fact in known.items() if name not in body.facts}
    given = _given(whole.registry, body.facts)
    return _answered(chosen, {**stored, **given}, history or dict(NOTHING), told, on, nearest=body.nearest)


def _chosen(whole: Shelf, codes: list[str] | None) -> Shelf:
    if codes is None:
        return whole
    wrong = {
        f"policies.{n}": [f"没有在用的政策“{c[:60]}”"] for n, c in enumerate(codes) if c not in whole.by_code
    }
    if wrong:
        raise GuardFailed([words for found in wrong.values() for words in found], wrong)
    return whole.only(*codes)


def _given(registry: Registry, facts: dict[str, Any]) -> dict[str, int | str]:
    """Return the facts as the engine stores them; raise `GuardFailed` with every reason at its fact."""
    wrong: dict[str, str] = {
        name: f"最多 {MOST_TEXT} 字" for name, v in facts.items() if isinstance(v, str) and len(v) > MOST_TEXT
    }
    rest = {name: value for name, value in facts.items() if name not in wrong}
    wrong |= registry.refused(rest)
    if wrong:
        fields = {f"facts.{name[:60]}": [words] for name, words in wrong.items()}
        raise GuardFailed([f"{name[:60]}：{words}" for name, words in wrong.items()], fields)
    return registry.stored(facts)


def _answered(
    chosen: Shelf,
    stored: Stored,
    history: dict[str, History],
    told: dict[str, str],
    on: date,
    *,
    nearest: bool,
) -> dict[str, Any]:
    found = standings(chosen, stored, history)
    whole = summed(found)
    ask = best_question(chosen, stored, found, (), history)
    answers = explain(chosen.engine, stored, history, nearest)
    read = {name for compiled in chosen.book.compiled for name in compiled.indicators}
    return {
        "as_of": on,
        "results": [
            {**as_dict(one, chosen.engine), "amount_kind": published.kind.code}
            for one, published in zip(answers, chosen.published, strict=True)
        ],
        "eligible": whole.count,
        "amount_yuan": yuan(whole.fen),
        "uncounted": whole.uncounted,
        "known": {name: source for name, source in told.items() if name in read},
        "ask": ask,
    }
