"""Random policies and enterprises for differential tests: every hit policy, groups, caps, ratios, gaps."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from qiying.decision.indicators import Indicator, Registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.model import Caps, Clause, Column, Document, Group, Output, Policy, Row, Table

AS_OF = date(2026, 6, 30)
REGISTRY = Registry(
    (
        Indicator("甲", "count", "个", "年", "样例", Decimal(0), Decimal(9)),
        Indicator("乙", "count", "个", "年", "样例", Decimal(0), Decimal(9)),
        Indicator("研发", "money", "元", "年", "样例", Decimal(0)),
        Indicator("营收", "money", "元", "年", "样例", Decimal(0)),
        Indicator("行业", "text", "", "时点", "样例", values=("A", "B", "C", "D")),
        Indicator("名单", "boolean", "", "时点", "样例"),
    )
)
CELLS = {
    "甲": ["-", ">= 3", "< 5", "[2..6]", "not(4)", "1, 7", "> 8"],
    "乙": ["-", ">= 2", "<= 7", "(3..9)", "5"],
    "研发 / 营收": ["-", ">= 0.05", "< 0.03", "[0.03..0.05)", "> 0.1"],
    "行业": ["-", '"A"', '"B", "C"', 'not("D")'],
    "名单": ["-", "true", "false"],
}
AMOUNTS = [
    "100",
    "研发 * 0.1",
    "min(研发 * 0.25, 333.33)",
    "甲 * 12.345",
    "max(10, 营收 / 3)",
    "研发 * 甲 / 营收",
]
CLAUSES = [
    "甲 >= 1 or 名单",
    'not(行业 = "D" and 乙 > 3)',
    "研发 / 营收 >= 0.02 or 甲 > 4",
    "营收 > 0",
    "甲 != 乙",
]


def random_policy(rng: random.Random, number: int) -> CompiledPolicy | None:
    """A policy, or None when the draw contradicts its hit policy."""
    columns = rng.sample(list(CELLS), rng.randint(1, 3))
    hit = rng.choice("UAPFRC")
    rows = []
    for _ in range(rng.randint(1, 4)):
        then = rng.choice(AMOUNTS[:1] if hit == "A" else AMOUNTS)
        rows.append(Row(tuple(rng.choice(CELLS[c]) for c in columns), (then,)))
    values = tuple(rng.sample(AMOUNTS, len(AMOUNTS))) if hit == "P" else ()
    aggregate = rng.choice(["sum", "min", "max", "count"]) if hit == "C" else ""
    policy = Policy(
        id=f"p{number}", name=f"政策{number}", document=Document("样例"), department="样例", delivery="申报",
        table=Table(hit, tuple(Column(c) for c in columns), (Output("金额", values=values),), tuple(rows), aggregate),
        requires=tuple(Clause(c) for c in rng.sample(CLAUSES, rng.randint(0, 2))),
        group=Group(rng.choice("xy")) if rng.random() < 0.4 else None,
        caps=Caps(per_year="250") if rng.random() < 0.3 else None,
        first_time_only=number % 5 == 4,
    )  # fmt: skip
    try:
        return compile_policy(policy, REGISTRY, AS_OF)
    except FileError:
        return None


def random_book(seed: int, count: int = 12) -> PolicyBook:
    """A book of random policies."""
    rng = random.Random(seed)
    found: list[CompiledPolicy] = []
    while len(found) < count:
        one = random_policy(rng, len(found))
        if one is not None:
            found.append(one)
    return PolicyBook(found, REGISTRY, AS_OF)


def random_facts(rng: random.Random) -> dict[str, object]:
    """One enterprise; often exactly on a ratio, sometimes without a fact, sometimes with an unusable one."""
    revenue = rng.choice([0, 100, 1000, 12345.67])
    share = rng.choice([Decimal("0.02"), Decimal("0.03"), Decimal("0.05"), Decimal("0.1"), Decimal("0.0499")])
    facts: dict[str, object] = {
        "甲": rng.randint(0, 10),
        "乙": rng.randint(0, 9),
        "营收": revenue,
        "研发": Decimal(str(revenue)) * share if rng.random() < 0.8 else rng.randint(0, 500),
        "行业": rng.choice("ABCDE"),
        "名单": rng.random() < 0.5,
    }
    return {name: value for name, value in facts.items() if rng.random() > 0.25}
