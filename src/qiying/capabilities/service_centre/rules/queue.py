"""How long one waits and how a number is said. Pure; no clock is read here.

There is no national standard of queue numbers: a letter for the zone and three digits, anew every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

USUAL, LEAST, MOST = 8, 2, 60
"""Minutes one ticket takes while nobody knows better, and the bounds of what is believed."""
DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def ticket_number(letter: str, count: int) -> str:
    """Return the number of the zone's `count`-th ticket of a day.

    >>> ticket_number("A", 23)
    'A023'
    """
    return f"{letter}{count:03d}"


def minutes_each(durations: Sequence[int]) -> int:
    """Return what one ticket takes, from minutes that the last ones took: the middle, so one long case moves nothing.

    >>> minutes_each([]), minutes_each([5, 6, 7, 300])
    (8, 6)
    """
    return min(max(int(median(durations)), LEAST), MOST) if durations else USUAL


def wait_minutes(ahead: int, windows: int, each: int) -> int | None:
    """Return about how long somebody with so many ahead waits; None while no window calls.

    >>> wait_minutes(5, 2, 10), wait_minutes(3, 0, 10)
    (30, None)
    """
    return -(-(ahead + 1) // windows) * each if windows else None


def wait_words(ahead: int, minutes: int | None) -> str:
    """Return a waiting time as people say it.

    >>> [wait_words(3, m) for m in (3, 14, 31, 52, 95, 150)]
    ['几分钟就到', '大约 15 分钟', '大约半小时', '大约 1 小时', '大约 1 个半小时', '大约 2 个半小时']
    """
    if minutes is None:
        return "窗口还没开，开了就叫"
    if ahead == 0:
        return "下一个就是您"
    if minutes < 5:
        return "几分钟就到"
    if 28 <= minutes <= 34:
        return "大约半小时"
    if minutes < 50:
        return f"大约 {5 * round(minutes / 5)} 分钟"
    halves = round(minutes / 30)
    return f"大约 {halves // 2} 个半小时" if halves % 2 else f"大约 {halves // 2} 小时"


def spoken(number: str) -> str:
    """Return a number as it is read out, digit by digit.

    >>> spoken("A023")
    'A 零二三'
    """
    return f"{number[:1]} {''.join(DIGITS.get(c, c) for c in number[1:])}"


def voice_text(number: str, window: int) -> str:
    """Return what the hall hears when a number is called."""
    return f"请 {spoken(number)} 号，到 {window} 号窗口。"


@dataclass(frozen=True)
class Served:
    """What a window takes of its zone's queue: everything but what others say they do and it does not."""

    left_out: frozenset[str]

    @classmethod
    def of(cls, own: Sequence[str], others: Sequence[Sequence[str]]) -> Served:
        """Return it from the window's own list and the lists of the zone's other windows; no list takes all."""
        claimed = frozenset(name for items in others for name in items)
        return cls(claimed - frozenset(own) if own else frozenset())
