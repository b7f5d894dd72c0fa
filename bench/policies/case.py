# ruff: noqa: PERF401 - the loops read better with their draws in order
"""The measured case: 300 policies as YAML over 16 of the standard indicators, enterprises with a tenth of facts missing.

The same shape as `bench/decision_shape.py`: three to eight conditions on different indicators, some joined by "or",
here with tiers and amounts that read a fact, since runs also work out amounts.
"""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import numpy.typing as npt

from qiying.statutes.industries import divisions

MONEY = ("营业收入", "研发费用", "资产总额", "当年应纳税费", "应纳税所得额", "设备投资额")
COUNTS = ("职工人数", "招用毕业生和失业青年人数", "上年度平均参保人数", "一类知识产权数", "租用月数")
TEXTS = {"纳税信用等级": ("A", "B", "M", "C", "D"), "企业规模": ("大型", "中型", "小型", "微型")}
TRUTHS = ("是高新技术企业", "是省级专精特新中小企业")
SIZES = ("large", "medium", "small", "micro")
FACTS = (*MONEY, *COUNTS, "纳税信用等级", *TRUTHS)
AS_OF = date(2026, 6, 30)


def industries() -> list[str]:
    """Return the divisions as the engine names them: section and two digits."""
    return sorted(f"{d.section}{code}" for code, d in divisions().items())


def policies(count: int, seed: int = 7) -> list[str]:
    """Return policies as YAML."""
    rng = np.random.default_rng(seed)
    conditions = _conditions(rng)
    return [_policy(rng, conditions, number) for number in range(count)]


def _conditions(rng: np.random.Generator) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in MONEY:
        for value in sorted({int(v) for v in 10 ** rng.uniform(4, 8.5, 9)}):
            found.append((name, f"{name} {'>=' if rng.random() < 0.7 else '<'} {value}"))
    for name in COUNTS:
        for value in sorted({int(v) for v in rng.uniform(1, 240 if name == "租用月数" else 500, 8)}):
            found.append((name, f"{name} {'>=' if rng.random() < 0.7 else '<='} {value}"))
    for value in ("0.02", "0.03", "0.04", "0.05", "0.06", "0.10"):
        found.append(("研发费用/营业收入", f"研发费用 / 营业收入 >= {value}"))
    for name, values, times, size in (
        ("行业代码", industries(), 6, 20),
        ("纳税信用等级", TEXTS["纳税信用等级"], 4, 2),
        ("企业规模", TEXTS["企业规模"], 3, 2),
    ):
        for _ in range(times):
            picked = ", ".join(f'"{v}"' for v in sorted(rng.choice(values, size, replace=False).tolist()))
            found.append((name, f"{name} in ({picked})"))
    return [*found, *((name, name) for name in TRUTHS)]


def _policy(rng: np.random.Generator, conditions: list[tuple[str, str]], number: int) -> str:
    count, picked = int(rng.integers(3, 9)), list[tuple[str, str]]()
    for index in rng.permutation(len(conditions)):
        if conditions[index][0] not in {name for name, _ in picked}:
            picked.append(conditions[index])
        if len(picked) == count:
            break
    texts = [text for _, text in picked]
    if count >= 5:
        texts = [*texts[:-2], f"{texts[-2]} or {texts[-1]}"]
    amount = int(rng.integers(1, 500)) * 1000
    if number % 3:
        table = {"hit": "F", "inputs": [], "rows": [{"when": [], "then": str(amount)}]}
    else:
        rows = [
            {"when": [">= 100"], "then": str(amount * 2)},
            {"when": ["-"], "then": f"min(研发费用 * 0.1, {amount})"},
        ]
        table = {"hit": "F", "inputs": ["职工人数"], "rows": rows}
    told = {
        "id": f"bench-{number:03d}", "name": f"测速政策{number:03d}", "sample": True, "document": {"number": "测速"},
        "department": "测速", "delivery": "申报", "valid_from": "2026-01-01", "valid_to": "2030-12-31",
        "requires": [{"when": text, "source": "第一条"} for text in texts], "table": table,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False)  # JSON is YAML


class Enterprises:
    """Random enterprises: stored facts by indicator, -1 where a fact is missing, and the fields of their own rows."""

    def __init__(self, rows: int, seed: int = 11, missing: float = 0.1) -> None:
        rng = np.random.default_rng(seed)
        self.rows, self.missing, self.rng = rows, missing, rng
        self.facts: dict[str, npt.NDArray[np.int64]] = {}
        for name in MONEY:
            self.facts[name] = (10 ** rng.uniform(4, 8.5, rows)).astype(np.int64) * 100
        share = rng.uniform(0, 0.15, rows)
        self.facts["研发费用"] = (self.facts["营业收入"] * share).astype(np.int64)
        for name in COUNTS:
            self.facts[name] = rng.integers(0, 240 if name == "租用月数" else 600, rows)
        self.facts["纳税信用等级"] = rng.integers(0, 5, rows)
        for name in TRUTHS:
            self.facts[name] = (rng.random(rows) < 0.3).astype(np.int64)
        for name in FACTS:
            self.facts[name] = np.where(rng.random(rows) < missing, -1, self.facts[name])
        codes = industries()
        self.industry = [codes[i][1:] for i in rng.integers(0, len(codes), rows)]
        self.size = ["" if rng.random() < missing else SIZES[i] for i in rng.integers(0, 4, rows)]

    def change(self, share: float) -> list[int]:
        """Give a share of all facts new values and return the rows they belong to."""
        touched: set[int] = set()
        for name in FACTS:
            rows = self.rng.choice(self.rows, int(self.rows * share), replace=False)
            self.facts[name][rows] = self.facts[name][self.rng.permutation(rows)]
            touched.update(rows.tolist())
        return sorted(touched)

    def values(self, row: int) -> dict[str, int | str]:
        """Return one enterprise's facts as the engine stores them."""
        found: dict[str, int | str] = {}
        for name in FACTS:
            value = int(self.facts[name][row])
            if value >= 0:
                found[name] = TEXTS[name][value] if name in TEXTS else value
        return found
