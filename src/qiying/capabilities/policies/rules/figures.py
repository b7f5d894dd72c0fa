"""What the figures of paid-out policies mean, and the arithmetic on histograms; no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One figure: its name, one sentence, its denominator and when it stops counting."""

    code: str
    label: str
    sentence: str
    of: str
    cutoff: str


THIS_YEAR = "所选年份 1 月 1 日到 12 月 31 日；今年算到现在"
DEFINITIONS = (
    Definition(
        "money",
        "兑现金额",
        "付到企业账上的钱，算在到账的那个月。退汇和追回不改以前的月份，在退回来的那个月单列为负数；"
        "净额是到账减退汇减追回。",
        "到账的申请件数",
        THIS_YEAR,
    ),
    Definition(
        "enterprises",
        "拿到钱的企业",
        "所选时间里钱到了账上、没有退汇的企业，一家只算一次；追回的仍然算拿到过。",
        "同一时间里申请过的企业",
        THIS_YEAR,
    ),
    Definition(
        "days",
        "从申报到到账的工作日",
        "申报当天是 0，按国务院办公厅公布的工作日历数，到钱到账（或服务兑现）那天为止；"
        "退汇后重付的，数到最后一次到账。",
        "到账和兑现的申请件数",
        THIS_YEAR,
    ),
    Definition(
        "without",
        "不用申报或一次确认就到账",
        "到账的申请里，免申即享（企业什么也不用做）和即申即享（确认一次）合起来占多少。不发钱的服务不在里面。",
        "到账的申请件数",
        THIS_YEAR,
    ),
    Definition(
        "delivered",
        "服务和权益兑现",
        "不发钱的政策，承办部门登记已经兑现的申请。还没兑现的是现在的数。",
        "已兑现和等兑现合计",
        THIS_YEAR,
    ),
    Definition(
        "refused",
        "不予兑现",
        "决定不予兑现、到现在仍然成立的申请，按写明的理由分。复核后改为重审的不在里面。",
        "同一时间里出结果的申请（核定和不予兑现）",
        THIS_YEAR,
    ),
    Definition(
        "satisfaction",
        "企业评价",
        "办完的申请里企业打了分的；基本满意及以上算满意。没打分的单列，不算满意。",
        "打了分的申请；打分率的分母是全部办完的",
        THIS_YEAR,
    ),
    Definition(
        "reach",
        "触达",
        "在用的政策，一家企业对一项政策算一次：现在符合的、推送过的、打开看过的、申请过的、兑现过的。"
        "后面三步是累计数，符合是最近一次匹配的数，所以不一定一步比一步少。",
        "现在符合的",
        "匹配以最近一次计算为准，其余到现在",
    ),
    Definition(
        "budget",
        "资金使用",
        "下达减去核减是能用的；预留是在审的申请占着的，已核定是等支付的，已支付扣掉了追回。数都来自资金账。",
        "当年下达的资金",
        "预算年度，到现在",
    ),
)
BY_CODE = {one.code: one for one in DEFINITIONS}

DAY_GROUPS: tuple[tuple[int, int | None], ...] = (
    (0, 0), (1, 3), (4, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, None),
)  # fmt: skip


def day_words(low: int, high: int | None) -> str:
    """Return 当天, 4–5 天 or 31 天以上."""
    if high == 0:
        return "当天"
    return f"{low} 天以上" if high is None else f"{low}–{high} 天"


def mean(histogram: Mapping[int, int]) -> float | None:
    """Return the mean of a histogram, None when nothing was counted.

    >>> mean({1: 1, 4: 2})
    3.0
    """
    count = sum(histogram.values())
    return sum(k * n for k, n in histogram.items()) / count if count else None


def median(histogram: Mapping[int, int]) -> float | None:
    """Return the middle value, or the mean of the two in the middle.

    >>> median({1: 1, 4: 1})
    2.5
    """
    count = sum(histogram.values())
    if not count:
        return None
    return (_nth(histogram, (count - 1) // 2) + _nth(histogram, count // 2)) / 2


def _nth(histogram: Mapping[int, int], index: int) -> int:
    seen = 0
    for value, count in sorted(histogram.items()):
        seen += count
        if index < seen:
            return value
    raise IndexError(index)


def share(part: int, whole: int) -> float | None:
    """Return a share from 0 to 1; None without a denominator."""
    return part / whole if whole else None


def wan(fen: int) -> float:
    """Return fen as 万元 to one digit, as charts draw it."""
    return round(fen / 1_000_000, 1)
