"""Samples by stratum: how many from each, and what the answers say of all, with the margin of error in words."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, sqrt

from qiying.ui.charts import Z95

Stratum = tuple[str, str]
"""Size class and section of industry."""


def allocated(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many to draw from each stratum: in proportion, at least one of each while the size allows it.

    >>> allocated({"小型 C": 90, "大型 C": 10, "微型 F": 1}, 20)
    {'小型 C': 17, '大型 C': 2, '微型 F': 1}
    """
    total = sum(strata.values())
    if size >= total:
        return dict(strata)
    exact = {key: size * count / total for key, count in strata.items() if count}
    floor = 1 if size >= len(exact) else 0
    drawn = {key: min(strata[key], max(floor, int(share))) for key, share in exact.items()}
    by_rest = sorted(exact, key=lambda key: (drawn[key] - exact[key], key))
    while sum(drawn.values()) < size:
        drawn[next(k for k in by_rest if drawn[k] < strata[k])] += 1
        by_rest.sort(key=lambda key: (drawn[key] - exact[key], key))
    while sum(drawn.values()) > size:
        drawn[max(drawn, key=lambda key: (drawn[key] - exact[key], key))] -= 1
    return drawn


def margin(answered: int, population: int) -> float:
    """Return the largest error of a share, in shares, at 95 %, for a random sample of a finite population.

    >>> round(margin(100, 1000), 4), margin(50, 50)
    (0.093, 0.0)
    """
    if answered <= 0 or population <= 1:
        return 1.0 if answered < population else 0.0
    rest = max(0.0, (population - answered) / (population - 1))
    return min(1.0, Z95 * sqrt(0.25 / answered) * sqrt(rest))


def wanted(error: float, population: int) -> int:
    """Return how many answers keep the error within bounds.

    >>> wanted(0.05, 1000)
    278
    """
    endless = Z95**2 * 0.25 / error**2
    return min(population, ceil(endless / (1 + (endless - 1) / population)))


def error_words(*, answered: int, invited: int, population: int, is_random: bool) -> str:
    """Return what the answers say of all enterprises, and what they do not."""
    if not answered:
        return "还没有答卷。"
    if not is_random:
        return f"收到 {answered:,} 份。谁看到谁答，不是抽样，算不出误差，不能说成全体企业的看法。"
    rate = answered / invited if invited else 0.0
    error = margin(answered, population) * 100
    words = (
        f"抽了 {invited:,} 家，收到 {answered:,} 份，回收率 {rate * 100:.1f}%；总体 {population:,} 家，"
        f"比例的误差不超过 ±{error:.1f} 个百分点（95% 的把握）。"
    )
    if rate < 0.5:
        words += "没回的超过一半，他们的看法可能不一样，这个误差没有算进去。"
    return words


def coarse(strata: Mapping[Stratum, int], least: int) -> dict[Stratum, Stratum]:
    """Return what may be kept beside an anonymous answer of each stratum: so much of it that `least` share it.

    Small industries of a size are kept as the size alone, sizes too small for that as nothing; what would be left
    alone takes its smallest neighbours along.

    >>> coarse({("small", "C"): 9, ("small", "F"): 3, ("small", "I"): 2, ("large", "C"): 5}, 5)[("small", "F")]
    ('small', '')
    """
    by_size: dict[str, dict[Stratum, int]] = {}
    for key, count in strata.items():
        by_size.setdefault(key[0], {})[key] = count
    kept = {key: key for key in strata}
    lost: list[dict[Stratum, int]] = []
    for size, cells in by_size.items():
        pooled = _pooled([{key: count} for key, count in cells.items()], least)
        kept |= dict.fromkeys(pooled, (size, ""))
        if 0 < sum(pooled.values()) < least:
            lost.append(by_size[size])
    whole = [cells for cells in by_size.values() if cells not in lost]
    nothing = _pooled([*lost, *whole] if lost else [], least)
    return kept | dict.fromkeys(nothing, ("", ""))


def _pooled(parts: list[dict[Stratum, int]], least: int) -> dict[Stratum, int]:
    """Return the parts that cannot stand alone, with as many of the smallest others as make them enough."""
    found: dict[Stratum, int] = {}
    for part in sorted(parts, key=lambda p: sum(p.values())):
        if sum(part.values()) >= least and (not found or sum(found.values()) >= least):
            break
        found |= part
    return found
