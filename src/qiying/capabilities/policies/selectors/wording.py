"""A policy's wording laid out for a page: conditions, tiers, limits, figures; the same words as on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qiying.decision.indicators import Registry
from qiying.decision.logic.formula import TRUE
from qiying.decision.policy.compile import CompiledPolicy, CompiledRow
from qiying.decision.policy.model import Figure
from qiying.decision.words.amounts import amount_text
from qiying.decision.words.conditions import formula_text
from qiying.decision.words.policies import HITS, JOINS
from qiying.decision.words.results import condition_words, tier_text
from qiying.decision.words.values import money_text, plain

CONFIDENCE = {"H": "已对原文核过", "M": "按公开解读，用前请核对", "L": "来源不牢，以原文为准"}


@dataclass(frozen=True)
class Line:
    """One sentence and the clause it comes from."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Tier:
    """One row of the table: who, what, the clause."""

    name: str
    condition: str
    result: str
    source: str
    stage: str = ""


@dataclass(frozen=True)
class Sure:
    """A figure of the policy with how sure it is."""

    figure: Figure
    words: str
    is_sure: bool


@dataclass(frozen=True)
class Laid:
    """A policy in pieces."""

    conditions: tuple[Line, ...]
    tiers: tuple[Tier, ...]
    join: str
    limits: tuple[str, ...]
    figures: tuple[Sure, ...]
    output: str


def laid_out(one: CompiledPolicy, registry: Registry) -> Laid:
    """Return the wording in pieces."""
    table = one.policy.table
    join = JOINS.get(table.aggregate) or HITS[table.hit] if len(one.rows) > 1 else ""
    return Laid(
        tuple(_condition(one, n, registry) for n in range(len(one.clauses))),
        tuple(_tier(one, row, registry) for row in one.rows),
        join,
        tuple(_limits(one)),
        tuple(Sure(f, CONFIDENCE[f.confidence], f.confidence == "H") for f in one.policy.figures),
        table.outputs[0].name,
    )


def _condition(one: CompiledPolicy, number: int, registry: Registry) -> Line:
    clause = one.clauses[number]
    said = clause.clause.says or (
        condition_words(clause.clause.when) if clause.reads_score else formula_text(clause.formula, registry)
    )
    return Line(said, clause.clause.source)


def _tier(one: CompiledPolicy, row: CompiledRow, registry: Registry) -> Tier:
    condition = "符合上面的条件就有" if row.matches == TRUE and not row.on_score else tier_text(row, registry)
    if row.amount is not None:
        result = amount_text(row.amount, registry)
    elif row.points is not None:
        result = f"得 {amount_text(row.points, registry, '分')}"
    else:
        result = row.row.then[0].strip('"')
    name = row.row.name or (f"第 {row.number} 档" if len(one.rows) > 1 else "")
    return Tier(name, condition, result, row.row.source, row.row.stage)


def _limits(one: CompiledPolicy) -> list[str]:
    policy, lines = one.policy, []
    if policy.caps and policy.caps.per_year:
        lines.append(f"每家企业每年最高 {money_text(Decimal(policy.caps.per_year))}")
    if policy.caps and policy.caps.total:
        lines.append(f"每家企业累计最高 {money_text(Decimal(policy.caps.total))}")
    if policy.first_time_only:
        lines.append("每家企业只能享受一次")
    if policy.stages:
        lines.append(f"分阶段兑现：{'、'.join(policy.stages)}，每个阶段一次")
    if policy.group:
        lines.append(f"和“{policy.group.name}”里的其他政策只取金额最高的一项")
    if one.score:
        parts = "、".join(f"{n}（最高 {plain(sum(p.steps[-1] for p in f))} 分）" for n, f in one.score.groups)
        lines.append(f"{one.score.name}由{parts}相加")
    return lines
