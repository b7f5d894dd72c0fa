"""The charts every page of numbers has: lines of rates, bars with the period before, units with ranges, days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.cockpit import sentences
from qiying.kernel.figures.boards import Days
from qiying.kernel.figures.definitions import measure_of, rate_of
from qiying.kernel.figures.periods import month_words
from qiying.kernel.figures.sums import Sums
from qiying.statutes.service_rating import Rate
from qiying.ui import charts

LEAST_DRAWN = 5
"""Fewer than this, and a share says nothing: no point is drawn."""
MOST_BARS = 8


def line(
    year: Sums, codes: Sequence[str], months: Sequence[date], today: date, target: float, title: str
) -> charts.Chart:
    """Return the first two rates over the months, with the first one's denominators beneath."""
    rates = [rate_of(year.procedure, code) for code in codes[:2]]
    drawn = [[_enough(year.rate_of(r, month=m)) for m in months] for r in rates]
    known = [v for v in (_percent(r) for one in drawn for r in one) if v is not None]
    low = max(0.0, (min([*known, target]) // 10) * 10) if known else 0.0
    return charts.line_chart(
        title=title or f"一年来的{'和'.join(r.label for r in rates)}",
        points=[f"{m.month}月" for m in months],
        series=[
            {"name": r.label, "values": [_percent(v) for v in values]}
            for r, values in zip(rates, drawn, strict=True)
        ],
        denominators=[year.count(*rates[0].whole, month=m) for m in months],
        denominator_label=f"{measure_of(year.procedure, rates[0].whole[0].measure).label}件数",
        target=(f"目标 {target:g}%", target) if target else None,
        low=low,
        high=100.0,
        sentence=sentences.year_sentence(
            [month_words(m, today) for m in months], [r.label for r in rates], drawn
        ),
    )


def _enough(rate: Rate) -> Rate:
    """Return a rate of nothing in place of one that a case or two would turn about."""
    return rate if rate.denominator >= LEAST_DRAWN else Rate(0, 0)


def _percent(rate: Rate) -> float | None:
    value = sentences.share(rate)
    return None if value is None else round(value * 100, 1)


@dataclass(frozen=True)
class Bars:
    """What a bar chart is drawn from: counts by key now and before, labels and addresses."""

    now: Mapping[Any, int]
    before: Mapping[Any, int] | None
    label: Mapping[Any, str]
    url: Mapping[Any, str]


def bars(title: str, data: Bars, *, compared: str, note: str) -> charts.Chart:
    """Return bars longest first, the period before as ticks; what does not fit is one last bar, so all add up."""
    keys = sorted({k for k, v in data.now.items() if v} | set(_there(data.before)), key=str)
    keys.sort(key=lambda k: -data.now.get(k, 0))
    shown, rest = keys[:MOST_BARS], keys[MOST_BARS:]
    rows = [_bar(data, k) for k in shown]
    if rest:
        before = sum(_there(data.before).get(k, 0) for k in rest) if data.before is not None else None
        total = sum(data.now.get(k, 0) for k in rest)
        rows.append({"label": f"其他 {len(rest)} 种", "value": total, "previous": before, "url": ""})
    whole = sum(data.now.values())
    return charts.bar_chart(
        title=title,
        bars=rows,  # type: ignore[arg-type]
        previous_label=f"{compared}的件数" if compared else "",
        total=whole or None,
        note=note,
        sentence=sentences.bars_sentence([r for r in rows if r["url"]], whole),
    )


def _there(found: Mapping[Any, int] | None) -> Mapping[Any, int]:
    return {k: v for k, v in (found or {}).items() if v}


def _bar(data: Bars, key: Any) -> dict[str, Any]:
    now = data.now.get(key, 0)
    before = None if data.before is None else data.before.get(key, 0)
    grown = before is not None and now - before >= 3 and now - before == _most_grown(data)
    return {
        "label": data.label[key],
        "value": now,
        "previous": before,
        "emphasis": grown,
        "url": data.url[key],
    }


def _most_grown(data: Bars) -> int:
    before = data.before or {}
    return max((v - before.get(k, 0) for k, v in data.now.items()), default=0)


def units(
    by_unit: Mapping[Any, Sums],
    *,
    labels: Mapping[Any, str],
    urls: Callable[[Any], str],
    whole: Rate,
    rate: str,
    part_label: str,
    note: str,
    order: Iterable[Any],
) -> tuple[charts.Chart, int]:
    """Return units' rates with 95% ranges against the district's, and how many are certainly below it."""
    rates = {u: by_unit[u].rate(rate) for u in order if u in by_unit and u is not None}
    some = {u: r for u, r in rates.items() if r.denominator}
    drawn = {u: r for u, r in some.items() if r.denominator >= LEAST_DRAWN}
    groups: list[charts.GroupRate] = [
        {"label": labels[u], "part": r.numerator, "whole": r.denominator, "url": urls(u)}
        for u, r in drawn.items()
    ]
    placed = placing(groups, whole)
    procedure = next(iter(by_unit.values())).procedure if by_unit else ""
    chart = charts.dot_chart(
        title=f"各单位：{rate_of(procedure, rate).label}的占多少" if procedure else "各单位",
        groups=groups,
        overall=("全区", whole.numerator, whole.denominator),
        part_label=part_label,
        note=note,
        sentence=sentences.units_sentence(placed, len(some) - len(drawn), LEAST_DRAWN),
    )
    return chart, len(placed["below"])


def placing(groups: Sequence[charts.GroupRate], whole: Rate) -> dict[str, list[charts.GroupRate]]:
    """Sort groups by whether their range lies wholly above or below the district's rate."""
    share = sentences.share(whole) or 0.0
    placed: dict[str, list[charts.GroupRate]] = {"above": [], "same": [], "below": []}
    for group in groups:
        low, high = charts.wilson_range(group["part"], group["whole"])
        placed["above" if low > share else "below" if high < share else "same"].append(group)
    return placed


def days(
    histogram: Mapping[int, int], how: Days, url: Callable[[int, int | None], str], note: str
) -> charts.Chart:
    """Return how many took how many workdays."""
    rows: list[charts.Bar] = []
    for low, high in how.groups:
        count = sum(v for k, v in histogram.items() if k >= low and (high is None or k <= high))
        rows.append({"label": day_words(low, high), "value": count, "url": url(low, high)})
    return charts.bar_chart(
        title=how.title,
        bars=rows,
        total=sum(histogram.values()) or None,
        note=note,
        sentence=sentences.days_sentence(histogram, how.noun, how.within),
    )


def day_words(low: int, high: int | None) -> str:
    """Return 当天, 3 天, 4–5 天 or 31 天以上."""
    if high == 0:
        return "当天"
    if high is None:
        return f"{low} 天以上"
    return f"{low} 天" if high == low else f"{low}–{high} 天"
