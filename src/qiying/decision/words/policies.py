"""A whole policy as a page people can print."""

from __future__ import annotations

from decimal import Decimal

from qiying.decision.indicators import Registry
from qiying.decision.logic.formula import TRUE
from qiying.decision.policy.compile import CompiledPolicy, CompiledRow

from .amounts import amount_text
from .conditions import formula_text
from .results import condition_words, tier_text
from .values import money_text, plain

HITS = {
    "U": "每家企业只会符合其中一档。",
    "A": "同时符合几档时，结果相同。",
    "P": "同时符合几档时，取最优的一档。",
    "F": "从上往下，取第一个符合的一档。",
    "R": "符合的各档都享受。",
    "C": "符合的各档合并计算。",
}
JOINS = {"sum": "金额相加。", "max": "取最高的一档。", "min": "取最低的一档。", "count": "按符合的档数计。"}


def policy_text(one: CompiledPolicy, registry: Registry) -> str:
    """The policy: what it is, who qualifies, what is paid, what to hand in."""
    lines = [f"《{one.policy.name}》", *_head(one), "", "一、条件", *_conditions(one, registry)]
    lines += ["", "二、标准", *(_row(one, row, registry) for row in one.rows)]
    if len(one.rows) > 1:
        lines.append(JOINS.get(one.policy.table.aggregate) or HITS[one.policy.table.hit])
    lines += _limits(one)
    if one.policy.materials:
        lines += ["", "三、材料", *(f"{n}. {m.name}" for n, m in enumerate(one.policy.materials, 1))]
    if one.policy.note:
        lines += ["", f"说明：{one.policy.note}"]
    return "\n".join(lines)


def _head(one: CompiledPolicy) -> list[str]:
    policy = one.policy
    until = f"至{policy.valid_to}" if policy.valid_to else "起长期有效"
    lines = [
        f"依据：{policy.document.number}{f'《{policy.document.title}》' if policy.document.title else ''}"
    ]
    lines.append(f"部门：{policy.department}　办理方式：{policy.delivery}")
    if policy.valid_from or policy.valid_to:
        lines.append(f"有效期：{policy.valid_from or ''}{until}")
    return lines + ([policy.summary] if policy.summary else [])


def _conditions(one: CompiledPolicy, registry: Registry) -> list[str]:
    if not one.clauses:
        return ["没有共同条件，看下面各档。"]
    found = []
    for number, clause in enumerate(one.clauses, 1):
        said = clause.clause.says or (
            condition_words(clause.clause.when)
            if clause.reads_score
            else formula_text(clause.formula, registry)
        )
        found.append(f"{number}. {said}{f'（{clause.clause.source}）' if clause.clause.source else ''}")
    return found


def _row(one: CompiledPolicy, row: CompiledRow, registry: Registry) -> str:
    title = row.row.name or (f"第{row.number}档" if len(one.rows) > 1 else "")
    condition = "" if row.matches == TRUE or (row.row.name and not row.on_score) else tier_text(row, registry)
    head = "，".join(part for part in (title, condition) if part)
    if row.amount is not None:
        result = f"{one.policy.table.outputs[0].name}为{amount_text(row.amount, registry)}"
    elif row.points is not None:
        result = f"得{amount_text(row.points, registry, '分')}"
    else:
        result = row.row.then[0].strip('"')
    source = f"（{row.row.source}）" if row.row.source else ""
    return f"· {head}：{result}{source}" if head else f"· {result}{source}"


def _limits(one: CompiledPolicy) -> list[str]:
    policy, lines = one.policy, []
    if policy.caps and policy.caps.per_year:
        lines.append(f"每家企业每年最高{money_text(Decimal(policy.caps.per_year))}。")
    if policy.caps and policy.caps.total:
        lines.append(f"每家企业累计最高{money_text(Decimal(policy.caps.total))}。")
    if policy.first_time_only:
        lines.append("每家企业只能享受一次。")
    if policy.stages:
        lines.append(f"分阶段兑现：{'、'.join(policy.stages)}，每个阶段只兑现一次。")
    if policy.group:
        lines.append(f"与“{policy.group.name}”类其他政策就高不重复。")
    if one.score:
        parts = "、".join(
            f"{name}（最高{plain(sum(p.steps[-1] for p in found))}分）" for name, found in one.score.groups
        )
        lines.append(f"{one.score.name}由{parts}相加。")
    return lines
