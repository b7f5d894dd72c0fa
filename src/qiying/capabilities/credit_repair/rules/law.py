"""How long a record of bad credit is published, and from which day it may be repaired: the law of each day, pure.

《信用修复管理办法》（国家发展改革委令第 36 号）from 2026-04-01; before it, to 2026-03-31,
《失信行为纠正后的信用信息修复管理办法（试行）》（令第 58 号）.
The law in force on the day somebody applies decides. Months end on the same day of the month or on its last
(民法典 art. 202) and are not moved to a workday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qiying.statutes.workdays import add_months

Kind = Literal["penalty", "list", "other"]
Grade = Literal["", "light", "general", "serious"]
KINDS: dict[str, str] = {"penalty": "行政处罚", "list": "严重失信主体名单", "other": "其他失信信息"}
GRADES: dict[str, str] = {"light": "轻微", "general": "一般", "serious": "严重"}
SECTORS: dict[str, str] = {
    "food": "食品",
    "drug": "药品",
    "equipment": "特种设备",
    "work_safety": "安全生产",
    "fire": "消防",
}
"""Penalties of these were published for a year at least until 2026-03-31 (令第 58 号)."""
FALSE_MONTHS = 36
"""Who handed in false papers is not taken at his word for so many months."""


@dataclass(frozen=True)
class Term:
    """Months of publicity: `least` before a repair, `most` after which it ends by itself."""

    least: int
    most: int


@dataclass(frozen=True)
class Law:
    """One law of repairs and the days it gives offices; `result_days` and `more_days` are workdays."""

    code: str
    title: str
    since: date
    until: date | None
    accept_days: int
    result_days: int
    more_days: int

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


OLD = Law("58", "《信用信息修复管理办法（试行）》", date(2023, 5, 1), date(2026, 3, 31), 10, 10, 10)
NEW = Law("36", "《信用修复管理办法》", date(2026, 4, 1), None, 3, 7, 10)
LAWS = (OLD, NEW)
_NEW_TERMS = {"light": Term(0, 3), "general": Term(3, 12), "serious": Term(12, 36)}


def law_on(day: date) -> Law:
    """Return the law in force on a day; before the first of them that one.

    >>> law_on(date(2026, 3, 31)).code, law_on(date(2026, 4, 1)).code
    ('58', '36')
    """
    return next((law for law in reversed(LAWS) if law.since <= day), OLD)


@dataclass(frozen=True)
class Restructuring:
    """A restructuring (重整) whose plan a court approved: performed since, completed or failed on a day."""

    approved_on: date
    completed_on: date | None = None
    failed_on: date | None = None

    def shields(self, day: date) -> bool:
        """Tell whether the plan is being performed: until then the record is not shown."""
        ended = min((d for d in (self.completed_on, self.failed_on) if d is not None), default=None)
        return self.approved_on <= day and (ended is None or day < ended)


@dataclass(frozen=True)
class Published:
    """What the law asks of a record. `is_summary`: by summary procedure, or only a warning or 通报批评."""

    published_on: date
    kind: Kind = "penalty"
    grade: Grade = "general"
    sector: str = ""
    is_summary: bool = False
    restructuring: Restructuring | None = None


def term_of(record: Published, law: Law) -> Term | None:
    """Return the months a law gives a record, None while nobody has said which class it is."""
    if law.code == NEW.code:
        return _NEW_TERMS.get(record.grade)
    if record.kind == "penalty":
        return Term(0, 0) if record.is_summary else Term(12 if record.sector in SECTORS else 3, 36)
    return Term(0, 36)  # lists and other records: their own rules name the day


def _first(published_on: date, terms: list[tuple[Law, int]]) -> date:
    """Return the first day on which the law of that day says so many months have passed."""
    days = [(law, max(add_months(published_on, months), law.since)) for law, months in terms]
    return next((day for law, day in days if law.holds_on(day)), days[-1][1])


def repairable_on(record: Published) -> date | None:
    """Return the first day of a repair, None while the class is unknown.

    A performed restructuring plan repairs whole, whatever the months (办法: 重整计划执行完毕).

    >>> repairable_on(Published(date(2026, 5, 1)))
    datetime.date(2026, 8, 1)
    >>> repairable_on(Published(date(2026, 8, 31)))
    datetime.date(2026, 11, 30)
    """
    terms = [(law, term_of(record, law)) for law in LAWS]
    known = [(law, term.least) for law, term in terms if term is not None]
    if terms[-1][1] is None:
        return None
    day = _first(record.published_on, known)
    done = record.restructuring.completed_on if record.restructuring else None
    return min(day, done) if done is not None else day


def ends_on(record: Published) -> date | None:
    """Return the day on which publicity ends by itself, None while the class is unknown."""
    terms = [(law, term_of(record, law)) for law in LAWS]
    if terms[-1][1] is None:
        return None
    return _first(record.published_on, [(law, term.most) for law, term in terms if term is not None])


def false_until(found_on: date) -> date:
    """Return the day from which somebody who handed in false papers may be taken at his word again."""
    return add_months(found_on, FALSE_MONTHS)
