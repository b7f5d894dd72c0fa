"""Conditions of a product as a decision table: read, checked, asked of an enterprise's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy
from qiying.decision.scalar import ScalarEngine, explain
from qiying.decision.scalar.evaluate import ELIGIBLE, NOT_ELIGIBLE
from qiying.decision.scalar.explain import Explanation
from qiying.decision.scalar.nearest import NearMiss
from qiying.decision.words.policies import policy_text
from qiying.decision.words.results import miss_text

NEAR_PERCENT = 20
COMPUTED = ("科创指数", "创新积分")
"""What others work out from facts: nobody fills it in."""


@lru_cache(maxsize=1024)
def wording(text: str, name: str) -> Policy:
    """Return a product's table as the engine's policy; raise `FileError` with places when it cannot be read."""
    # below the text, so that the lines of its faults are those that were written
    quoted = name.replace("'", "''").replace("\n", " ")
    head = (
        f"\nid: product\nname: '{quoted}'\ndocument: {{number: 产品说明}}\ndepartment: 机构\ndelivery: 申报\n"
    )
    return read_policy(text.rstrip() + head, "产品条件")


def faults(text: str, name: str, on: date) -> list[str]:
    """Return what is wrong with a table, in sentences with lines."""
    try:
        found = [
            p for p in check_policy(wording(text, name), standard_registry(), on) if p.severity == "error"
        ]
    except FileError as error:
        found = list(error.problems)
    except RecursionError:
        return ["条件套得太深，读不了"]
    last = text.rstrip().count("\n") + 1
    return [f"第 {min(p.line, last)} 行：{p.message}{f'。{p.advice}' if p.advice else ''}" for p in found][:8]


@dataclass(frozen=True)
class Answer:
    """How an enterprise stands to one product: most it may get in fen, why, what is missing, what is nearly met."""

    outcome: str
    limit: int | None
    because: tuple[str, ...]
    missing: tuple[str, ...]
    near: str = ""


@lru_cache(maxsize=256)
def _engine(text: str, name: str, on: date) -> ScalarEngine:
    return ScalarEngine(PolicyBook.of([wording(text, name)], standard_registry(), on))


def answer(text: str, name: str, on: date, stored: Mapping[str, int | str]) -> Answer:
    """Return how facts stand to a table."""
    (found,) = explain(_engine(text, name, on), stored)
    paid = found.payment.amount if found.payment and found.outcome == ELIGIBLE else None
    missing = tuple(dict.fromkeys(n for names in found.missing for n in names))
    return Answer(found.outcome, paid, tuple(str(r) for r in found.because), missing, _near(found))


def book_of(text: str, name: str, on: date) -> PolicyBook:
    """Return a table as the engine's book, for a run over many enterprises."""
    return _engine(text, name, on).book


def in_words(text: str, name: str, on: date) -> list[str]:
    """Return a table in sentences, without the head of a policy."""
    said = policy_text(_engine(text, name, on).book.compiled[0], standard_registry())
    return [line for line in said[said.index("一、") :].splitlines() if line.strip()]


def _near(found: Explanation) -> str:
    """Return the change that would do, where only numbers are to change and each by little."""
    if found.outcome != NOT_ELIGIBLE:
        return ""
    close = next((m for m in found.nearest if _is_close(m)), None)
    return miss_text(close.changes, standard_registry()) if close else ""


def _is_close(miss: NearMiss) -> bool:
    for change in miss.changes:
        before, after = change.before, change.after
        if isinstance(before, str) or isinstance(after, str):
            return False
        if standard_registry()[change.indicator].type not in ("money", "count", "number"):
            return False
        if abs(after - before) * 100 > NEAR_PERCENT * abs(after) and abs(after - before) > 1:
            return False
    return True
