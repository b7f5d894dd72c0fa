"""Ratings of service (好差评) and the rates of 接诉即办, every one with its denominator and who was left out.

国办发〔2019〕51号: five levels, the last two are 差评; an evaluation is voluntary, so somebody who did not
rate is unrated, never satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from math import sqrt
from types import MappingProxyType

Z95 = 1.959963984540054


class Rating(IntEnum):
    """非常满意 5 to 非常不满意 1."""

    VERY_DISSATISFIED = 1
    DISSATISFIED = 2
    BASICALLY_SATISFIED = 3
    SATISFIED = 4
    VERY_SATISFIED = 5

    @property
    def zh(self) -> str:
        """Return the level's Chinese name."""
        return ("非常不满意", "不满意", "基本满意", "满意", "非常满意")[self - 1]


def is_bad(rating: int) -> bool:
    """Return whether a rating is a 差评 (不满意 or 非常不满意); raises ValueError outside 1–5."""
    return Rating(rating) <= Rating.DISSATISFIED


@dataclass(frozen=True)
class Rate:
    """A share of a named whole: `numerator` of `denominator`, and how many were left out, by reason.

    `excluded` is part of the figure: it is what the denominator does not hold.
    """

    numerator: int
    denominator: int
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"分子 {self.numerator} 必须在 0 和分母 {self.denominator} 之间。")
        if any(count < 0 for count in self.excluded.values()):
            raise ValueError("剔除的件数不能是负数。")
        kept = {reason: count for reason, count in self.excluded.items() if count}
        object.__setattr__(self, "excluded", MappingProxyType(kept))

    def __hash__(self) -> int:
        return hash((self.numerator, self.denominator, tuple(sorted(self.excluded.items()))))

    @property
    def value(self) -> Fraction | None:
        """Return the exact share, or None where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def excluded_total(self) -> int:
        """Return how many were left out for any reason."""
        return sum(self.excluded.values())

    def percent(self, places: int = 1) -> str:
        """Return 94.1%, half up; never 100% unless all, never 0% unless none; — where nothing is known."""
        if self.value is None:
            return "—"
        unit = 10**places
        scaled = (self.value * 100 * unit * 2 + 1) // 2
        if scaled == 100 * unit and self.numerator < self.denominator:
            scaled -= 1
        if scaled == 0 and self.numerator:
            scaled = 1
        whole, part = divmod(int(scaled), unit)
        return f"{whole}.{part:0{places}}%" if places else f"{whole}%"

    def words(self) -> str:
        """Return "94.1%（608 / 646）", the way every rate is written."""
        if self.value is None:
            return "还没有数（0 / 0）"
        return f"{self.percent()}（{self.numerator:,} / {self.denominator:,}）"

    def excluded_words(self) -> str:
        """Return "没算进去 12 件：撤回 3、匿名 9", or "" when nobody was left out."""
        if not self.excluded:
            return ""
        parts = "、".join(f"{reason} {count:,}" for reason, count in self.excluded.items())
        return f"没算进去 {self.excluded_total:,} 件：{parts}"

    def wilson95(self) -> tuple[float, float] | None:
        """Return the 95% Wilson score interval as shares 0–1, or None without a denominator."""
        n = self.denominator
        if not n:
            return None
        p = self.numerator / n
        centre = p + Z95**2 / (2 * n)
        spread = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
        scale = 1 + Z95**2 / n
        low, high = (centre - spread) / scale, (centre + spread) / scale
        return (0.0 if self.numerator == 0 else low, 1.0 if self.numerator == n else high)

    def __add__(self, other: Rate) -> Rate:
        """Return the rate of two groups together: counts add up, percentages never do."""
        reasons = dict.fromkeys((*self.excluded, *other.excluded))
        left_out = {r: self.excluded.get(r, 0) + other.excluded.get(r, 0) for r in reasons}
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator, left_out)


@dataclass(frozen=True)
class RatingCount:
    """Ratings of a period: how many of each level, how many did not rate, how many were annulled.

    `annulled` are false or malicious bad ratings struck out after 申诉复核; they stay visible here.
    """

    by_level: Mapping[Rating, int]
    unrated: int = 0
    annulled: int = 0

    @classmethod
    def of(cls, ratings: Iterable[int | None], annulled: int = 0) -> RatingCount:
        """Count ratings; None is a service nobody rated."""
        levels = dict.fromkeys(sorted(Rating, reverse=True), 0)
        unrated = 0
        for rating in ratings:
            if rating is None:
                unrated += 1
            else:
                levels[Rating(rating)] += 1
        return cls(MappingProxyType(levels), unrated, annulled)

    @property
    def rated(self) -> int:
        """Return how many ratings stand."""
        return sum(self.by_level.values())

    @property
    def bad(self) -> int:
        """Return how many of them are 差评."""
        return sum(count for level, count in self.by_level.items() if is_bad(level))

    def good_rate(self) -> Rate:
        """Return 好评率: 基本满意 and above of all that rated."""
        return Rate(self.rated - self.bad, self.rated, {"没评价": self.unrated, "复核后剔除": self.annulled})

    def bad_rate(self) -> Rate:
        """Return 差评率: 不满意 and below of all that rated."""
        return Rate(self.bad, self.rated, {"没评价": self.unrated, "复核后剔除": self.annulled})

    def participation(self) -> Rate:
        """Return 参评率: those who rated of all that were served."""
        return Rate(self.rated + self.annulled, self.rated + self.annulled + self.unrated)


def bad_rating_follow_up(named_bad: int, called_back: int, rectified: int) -> tuple[Rate, Rate]:
    """Return 实名差评回访率 and 整改率, both of all named bad ratings; the goal is 100 % for each."""
    return Rate(called_back, named_bad), Rate(rectified, named_bad)
