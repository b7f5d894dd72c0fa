# ruff: noqa: PERF401 - the loops read better with their draws in order
"""The measured case: 16 indicators with 10 % missing, 200 policies over about 115 distinct conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from qiying.decision.indicators import Indicator, Registry
from qiying.decision.planes.columns import STORED
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Clause, Document, Output, Policy, Row, Table

MONEY = ("营业收入", "研发费用", "资产总额", "纳税总额", "利润总额", "设备投资额")
COUNTS = ("职工人数", "研发人员数", "参保人数", "有效专利数", "成立月数")
BOOLEANS = ("是高新技术企业", "是专精特新企业")
INDUSTRIES = tuple(f"{chr(65 + i // 5)}{i:02d}" for i in range(90))
TOWNS = tuple(f"镇街{i:02d}" for i in range(20))
SIZES = ("大型", "中型", "小型", "微型")
TEXTS = {"行业大类": INDUSTRIES, "所在镇街": TOWNS, "企业规模": SIZES}
AS_OF = date(2026, 6, 30)
COUNT_LIMIT = 1_000_000


@dataclass(frozen=True)
class Condition:
    """`column op value`, `column in values`, or `top / over >= value`."""

    column: str
    op: str
    value: object
    over: str = ""

    @property
    def feel(self) -> str:
        """The condition in FEEL."""
        if self.op == "in":
            return f"{self.column} in ({', '.join(f'{chr(34)}{v}{chr(34)}' for v in self.value)})"
        if self.op == "is":
            return self.column
        return f"{self.column + ' / ' + self.over if self.over else self.column} {self.op} {self.value}"


@dataclass(frozen=True)
class Shape:
    """Conditions, and each policy as a conjunction of disjunctions of condition numbers."""

    conditions: tuple[Condition, ...]
    policies: tuple[tuple[tuple[int, ...], ...], ...]
    amounts: tuple[str, ...]


def registry() -> Registry:
    """The sixteen indicators."""
    money = [Indicator(n, "money", "元", "年", "样例", low=Decimal(0)) for n in MONEY]
    counts = [Indicator(n, "count", "个", "年", "样例", Decimal(0), Decimal(COUNT_LIMIT)) for n in COUNTS]
    texts = [Indicator(n, "text", "", "时点", "样例", values=v) for n, v in TEXTS.items()]
    truths = [Indicator(n, "boolean", "", "时点", "样例") for n in BOOLEANS]
    return Registry((*money, *counts, *texts, *truths))


def shape(policies: int = 200, seed: int = 7, density: int = 1) -> Shape:
    """A random case; `density` multiplies the number of thresholds per column."""
    rng = np.random.default_rng(seed)
    found: list[Condition] = []
    for name in MONEY:
        for value in sorted({int(v) for v in 10 ** rng.uniform(4, 8.5, 9 * density)}):
            found.append(Condition(name, ">=" if rng.random() < 0.7 else "<", value))
    for name in COUNTS:
        top = 240 if name == "成立月数" else 500
        for value in sorted({int(v) for v in rng.uniform(1, top, 8 * density)}):
            found.append(Condition(name, ">=" if rng.random() < 0.7 else "<=", value))
    for value in ("0.02", "0.03", "0.04", "0.05", "0.06", "0.10"):
        found.append(Condition("研发费用", ">=", value, over="营业收入"))
    for name, count, size in (("行业大类", 6, 20), ("所在镇街", 4, 6), ("企业规模", 3, 2)):
        for _ in range(count):
            picked = tuple(sorted(rng.choice(TEXTS[name], size, replace=False).tolist()))
            found.append(Condition(name, "in", picked))
    found += [Condition(name, "is", True) for name in BOOLEANS]
    made = tuple(_policy(rng, found) for _ in range(policies))
    return Shape(tuple(found), made, tuple(str(int(v)) for v in rng.integers(1, 500, policies) * 10_000))


def _policy(rng: np.random.Generator, conditions: list[Condition]) -> tuple[tuple[int, ...], ...]:
    """Three to eight conditions on different columns, so that none contradicts another."""
    count = int(rng.integers(3, 9))
    picked: list[int] = []
    for index in rng.permutation(len(conditions)):
        taken = {(conditions[i].column, conditions[i].over) for i in picked}
        if (conditions[index].column, conditions[index].over) not in taken:
            picked.append(int(index))
        if len(picked) == count:
            break
    if count < 5:
        return tuple((i,) for i in picked)
    return (*((i,) for i in picked[:-2]), tuple(picked[-2:]))


def policies(case: Shape) -> list[Policy]:
    """The case as policies."""
    found = []
    for number, clauses in enumerate(case.policies):
        texts = [" or ".join(case.conditions[i].feel for i in clause) for clause in clauses]
        table = Table("F", (), (Output("金额"),), (Row((), (case.amounts[number],)),))
        found.append(
            Policy(
                id=f"p{number}", name=f"政策{number}", document=Document("样例"), department="样例",
                delivery="申报", table=table, requires=tuple(Clause(t) for t in texts),
            )
        )  # fmt: skip
    return found


def book(case: Shape) -> PolicyBook:
    """The case compiled."""
    return PolicyBook.of(policies(case), registry(), AS_OF)


def enterprises(rows: int, seed: int = 11, missing: float = 0.1) -> pa.Table:
    """Random enterprises in stored units; some sit exactly on the research thresholds."""
    rng = np.random.default_rng(seed)
    data: dict[str, np.ndarray] = {}
    for name in MONEY:
        data[name] = (10 ** rng.uniform(4, 8.5, rows)).astype(np.int64) * 100
    ties = rng.random(rows) < 0.2
    share = rng.choice([2, 3, 4, 5, 6, 10], rows)
    data["营业收入"] = data["营业收入"] // 10_000 * 10_000
    data["研发费用"] = np.where(
        ties, data["营业收入"] // 100 * share, (data["营业收入"] * rng.uniform(0, 0.15, rows))
    )
    data["研发费用"] = data["研发费用"].astype(np.int64)
    for name in COUNTS:
        data[name] = rng.integers(0, 240 if name == "成立月数" else 600, rows).astype(np.int32)
    arrays, fields = [], []
    for name in (*MONEY, *COUNTS):
        arrays.append(pa.array(data[name], mask=rng.random(rows) < missing))
        fields.append(pa.field(name, arrays[-1].type, metadata={STORED: b"1"}))
    for name, values in TEXTS.items():
        codes = pa.array(rng.integers(0, len(values), rows).astype(np.int8), mask=rng.random(rows) < missing)
        arrays.append(pa.DictionaryArray.from_arrays(codes, pa.array(values)))
        fields.append(pa.field(name, arrays[-1].type))
    for name in BOOLEANS:
        arrays.append(pa.array(rng.random(rows) < 0.3, mask=rng.random(rows) < missing))
        fields.append(pa.field(name, pa.bool_()))
    return pa.table(arrays, schema=pa.schema(fields))
