"""How often an enterprise is inspected and who may come: caps, certificates, what makes two plans one visit.

国办发〔2024〕54号; the answers of 司法部 to 25 questions; 国务院令第722号 art. 54; 民营经济促进法 art. 52.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

KINDS: dict[str, str] = {"daily": "日常检查", "case": "个案检查", "special": "专项检查"}
SHORT = {"daily": "日常", "case": "个案", "special": "专项"}
CLUES = {
    "": "不是个案检查的不选",
    "complaint": "投诉举报",
    "transfer": "转办交办",
    "emergency": "突发情况",
    "data": "数据监测",
    "request": "企业自己申请",
}
STANDING = {"authority": "行政机关", "authorised": "法律法规授权的组织", "entrusted": "依法受委托的组织"}
"""Who may inspect; a coordinating body, a testing institute, a third party or a helper may not."""
OTHERS = {"observation": "观摩", "supervision": "督导", "study": "考察调研", "service": "上门服务"}
"""Who comes otherwise; logged as what it is and never a check."""
UNUSED_YEARS = 5
PLAN_DUE = (3, 31)
OFFICERS = 2


@dataclass(frozen=True)
class Coming:
    """One body at one enterprise, made or planned; `is_exempt` names items outside the cap (特殊重点领域)."""

    on: date
    kind: str
    is_ordered: bool = False
    is_exempt: bool = False


@dataclass(frozen=True)
class Cap:
    """A yearly cap of one body at one enterprise; `kinds` fill it, all kinds are counted.

    Special checks ordered from above never fill it (司法部); whether case checks do is the district's data: they do
    not by default (苏州市令第 169 号 art. 14), but a number clearly above `reasonable` is told.
    """

    most: int
    kinds: tuple[str, ...] = ("daily", "special")
    reasonable: int = 4
    source: str = ""

    def fills(self, one: Coming) -> bool:
        """Tell whether a visit counts against the cap."""
        return one.kind in self.kinds and not one.is_ordered and not one.is_exempt


@dataclass(frozen=True)
class Judged:
    """What a cap says of one more visit: all visits of the year by kind, how many fill the cap, whether it is shut."""

    counted: dict[str, int]
    filled: int
    is_blocked: bool
    words: str
    is_unreasonable: bool = False


def judged(cap: Cap, earlier: Iterable[Coming], new: Coming) -> Judged:
    """Judge one more visit by those of its calendar year: all are counted, by kind, the cap asks its own kinds.

    >>> days = [(date(2026, 1, 10), "daily"), (date(2026, 3, 5), "case"), (date(2026, 6, 1), "daily")]
    >>> before = [Coming(on, kind) for on, kind in days]
    >>> found = judged(Cap(2), before, Coming(date(2026, 8, 1), "daily"))
    >>> found.is_blocked, found.counted, found.filled
    (True, {'daily': 2, 'case': 1, 'special': 0}, 2)
    """
    rows = [v for v in earlier if v.on.year == new.on.year]
    counted = {kind: sum(v.kind == kind for v in rows) for kind in KINDS}
    filled = sum(cap.fills(v) for v in rows)
    blocked = cap.fills(new) and filled + 1 > cap.most
    told = "、".join(f"{SHORT[k]} {n} 次" for k, n in counted.items() if n) or "还没有"
    words = f"{new.on.year}年检查过或定了的：{told}；占上限的 {filled} 次，上限 {cap.most} 次"
    return Judged(
        counted, filled, blocked, words, new.kind == "case" and counted["case"] + 1 > cap.reasonable
    )


def place_key(place: str) -> str:
    """Return what makes two ways of writing one place the same.

    >>> place_key("滨江路 8 号（一车间）") == place_key("滨江路8号(一车间)")
    True
    """
    return re.sub(r"[\s，,。.、（）()·-]", "", place).lower()


def overlaps(a: tuple[date, date], b: tuple[date, date]) -> bool:
    """Tell whether two periods have a day in common: the same firm and place are then visited once."""
    return a[0] <= b[1] and b[0] <= a[1]


def crew_faults(
    crew: Sequence[tuple[str, str, date, date | None]], bodies: Sequence[str], on: date
) -> list[str]:
    """Say why these people may not inspect on a day: two certified officers, one of every body at least.

    `crew` holds name, body, first and last day of the certificate; the last day itself is still good.
    """
    wrong = []
    for name, _, since, until in crew:
        if until is not None and until < on:
            wrong.append(f"{name}的执法证{until.month}月{until.day}日到期了，不能检查")
        elif since > on:
            wrong.append(f"{name}的执法证{since.month}月{since.day}日才生效")
    if len(crew) < OFFICERS:
        wrong.append(f"执法人员不得少于 {OFFICERS} 人，现在 {len(crew)} 人")
    missing = [body for body in bodies if body not in {c[1] for c in crew}]
    if missing and len(crew) >= OFFICERS:
        wrong.append(f"{'、'.join(missing)}还没有定谁去")
    return wrong


def plan_due(year: int) -> date:
    """Return the last day on which the plan of a year is published (北京 2024 条例 art. 67, 上海 art. 62)."""
    return date(year, *PLAN_DUE)


def unused_since(last_used_on: date | None, listed_on: date, today: date) -> bool:
    """Tell whether an item was not used for five years and has to leave the list."""
    since = max(filter(None, (last_used_on, listed_on)))
    return since <= today - timedelta(days=UNUSED_YEARS * 365 + 1)
