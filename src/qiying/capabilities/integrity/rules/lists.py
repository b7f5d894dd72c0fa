"""Musts, bans and commitments as data: what each clause says, and what proves that it was broken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

KINDS = {"musts": "十必办", "bans": "十不准", "promises": "三个承诺"}
COUNTS = {"musts": 10, "bans": 10, "promises": 3}
PROOFS = {"rating": "差评", "card": "廉心卡", "case": "办件", "asked": "企业的话"}
CODE_MOST, TEXT_MOST = 24, 120


@dataclass(frozen=True)
class Clause:
    """One clause of a list; `proof` says what proves a breach, `found_in` where it may show."""

    code: str
    kind: str
    no: int
    text: str
    proof: str
    found_in: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{KINDS[self.kind]}第{self.no}条"

    @property
    def found_words(self) -> str:
        return "、".join(PROOFS[one] for one in self.found_in)


@cache
def sample() -> str:
    """Return the lists that are shipped: samples, for the text of the source is not public."""
    return Path(__file__).parents[1].joinpath("data/lists.yaml").read_text(encoding="utf-8")


def clauses_read(text: str) -> list[Clause]:
    """Return the clauses of a wording; raise `ValueError` with every fault, one a line."""
    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ValueError("读不出来：请照样例的格式写，注意空格和冒号") from None
    if not isinstance(told, dict):
        raise ValueError(f"最外层要有三个名字：{'、'.join(KINDS)}")
    found, faults = [], [f"没有“{name}”这一类" for name in told if name not in KINDS]
    for kind, label in KINDS.items():
        rows = told.get(kind)
        if not isinstance(rows, list) or len(rows) != COUNTS[kind]:
            faults.append(f"{label}要写满 {COUNTS[kind]} 条")
            continue
        for no, row in enumerate(rows, 1):
            clause = _clause(kind, no, row)
            if clause is None:
                faults.append(
                    f"{label}第{no}条要有编码、内容、拿什么证明，从哪里看出来只能是{'、'.join(PROOFS)}"
                )
            else:
                found.append(clause)
    codes = [c.code for c in found]
    faults += [f"编码 {code} 用了两次" for code in dict.fromkeys(c for c in codes if codes.count(c) > 1)]
    if faults:
        raise ValueError("\n".join(faults[:8]))
    return found


def _clause(kind: str, no: int, row: object) -> Clause | None:
    if not isinstance(row, dict):
        return None
    words = [str(row.get(name) or "").strip() for name in ("code", "text", "proof")]
    places = row.get("found_in")
    if not all(words) or len(words[0]) > CODE_MOST or any(len(w) > TEXT_MOST for w in words):
        return None
    if not isinstance(places, list) or not places or any(p not in PROOFS for p in places):
        return None
    return Clause(words[0], kind, no, words[1], words[2], tuple(places))


@cache
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a wording that was checked before."""
    return tuple(clauses_read(text))
