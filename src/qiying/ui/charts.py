"""Charts as data: what is drawn, the same as a table, and the same in words. Rates carry a Wilson range."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, NotRequired, TypedDict


class Chart(TypedDict):
    """One chart; `options` is what the script draws, `head` and `rows` the table view, `alt` the words."""

    kind: str
    title: str
    note: str
    sentence: str
    options: dict[str, Any]
    head: list[str]
    rows: list["ChartRow"]
    alt: str
    legend: str


class ChartRow(TypedDict):
    """A row of the table view; `url` leads to what was counted, empty when nothing does."""

    cells: list[str]
    url: str


class Series(TypedDict):
    """One line: its name and values, one per point of the axis; None where there is nothing to show."""

    name: str
    values: list[float | None]


class GroupRate(TypedDict):
    """A group's share: `part` of `whole`."""

    label: str
    part: int
    whole: int
    url: NotRequired[str]


class Bar(TypedDict, total=False):
    """One bar; `previous` is drawn as a tick, `url` leads to what was counted."""

    label: str
    value: float
    previous: float | None
    emphasis: bool
    url: str


Z95 = 1.959963984540054


def wilson_range(part: int, whole: int) -> tuple[float, float]:
    """Return the 95% range of a share, as shares from 0 to 1; (0, 1) when nothing was counted.

    Source: E. B. Wilson, JASA 22 (1927), pp. 209–212.
    """
    if whole <= 0:
        return 0.0, 1.0
    share, z2 = part / whole, Z95 * Z95
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def _number(value: float | None, unit: str = "") -> str:
    if value is None:
        return "—"
    text = f"{value:,.1f}" if unit == "%" else f"{value:,g}" if value != int(value) else f"{int(value):,}"
    return text + unit


def line_chart(
    *,
    title: str,
    points: Sequence[str],
    series: Sequence[Series],
    sentence: str = "",
    unit: str = "%",
    denominators: Sequence[int] | None = None,
    denominator_label: str = "",
    target: tuple[str, float] | None = None,
    low: float | None = None,
    high: float | None = None,
    note: str = "",
) -> Chart:
    """Draw at most two lines over the points, labelled directly, with the denominators as bars beneath.

    Raises ValueError for more than two series or a series of another length than the points.
    """
    if len(series) > 2 or any(len(one["values"]) != len(points) for one in series):
        raise ValueError("a line chart takes one or two series, each as long as its points")
    head = ["", *[one["name"] for one in series], *([denominator_label] if denominators is not None else [])]
    counted = [[f"{one:,}"] for one in denominators] if denominators is not None else [[] for _ in points]
    rows = [
        _row([point, *[_number(one["values"][i], unit) for one in series], *counted[i]])
        for i, point in enumerate(points)
    ]
    last = "；".join(f"{one['name']} {_number(one['values'][-1], unit)}" for one in series) if points else ""
    alt = f"{title}：{points[0]}到{points[-1]}。最后一期{last}。" if points else title
    options = {
        "points": list(points),
        "series": list(series),
        "unit": unit,
        "denominators": list(denominators) if denominators is not None else None,
        "denominatorLabel": denominator_label,
        "target": {"label": target[0], "value": target[1]} if target else None,
        "low": low,
        "high": high,
    }
    return _chart(
        "line", 290, options, title=title, note=note, sentence=sentence, head=head, rows=rows, alt=alt
    )


def bar_chart(
    *,
    title: str,
    bars: Sequence[Bar],
    previous_label: str = "",
    sentence: str = "",
    unit: str = "",
    total: float | None = None,
    note: str = "",
) -> Chart:
    """Draw bars from zero, the previous period as a tick; with `total` its share stands beside each value."""
    shares = [f"{bar['value'] / total * 100:.1f}%" if total else "" for bar in bars]
    head = ["", "数量", *(["占比"] if total else []), *([previous_label] if previous_label else [])]
    rows = []
    for bar, share in zip(bars, shares, strict=True):
        before = [_number(bar.get("previous"), unit)] if previous_label else []
        cells = [bar["label"], _number(bar["value"], unit), *([share] if total else []), *before]
        rows.append(_row(cells, bar.get("url", "")))
    alt = f"{title}：" + "，".join(f"{bar['label']} {_number(bar['value'], unit)}" for bar in bars) + "。"
    options = {"bars": list(bars), "shares": shares, "previousLabel": previous_label, "unit": unit}
    legend = f"竖线：{previous_label}" if previous_label else ""
    made = _chart(
        "bar",
        16 + 34 * len(bars),
        options,
        title=title,
        note=note,
        sentence=sentence,
        head=head,
        rows=rows,
        alt=alt,
    )
    return {**made, "legend": legend}


def _placed(groups: Sequence[GroupRate], rate: float) -> dict[str, list[dict[str, Any]]]:
    """Sort groups into certainly above, not to be told apart (given order), and certainly below the rate."""
    placed: dict[str, list[dict[str, Any]]] = {"above": [], "same": [], "below": []}
    for group in groups:
        low, high = wilson_range(group["part"], group["whole"])
        place = "above" if low > rate else "below" if high < rate else "same"
        share = group["part"] / group["whole"] if group["whole"] else None
        placed[place].append({**group, "rate": share, "low": low, "high": high, "place": place})
    for certain in ("above", "below"):
        placed[certain].sort(key=lambda row: -(row["rate"] or 0.0))
    return placed


PLACE_WORDS = {"above": "高于", "same": "分不出高低", "below": "低于"}


def dot_chart(
    *,
    title: str,
    groups: Sequence[GroupRate],
    overall: tuple[str, int, int],
    part_label: str = "",
    sentence: str = "",
    note: str = "",
) -> Chart:
    """Draw each group's rate with its 95% range against the overall rate (label, part, whole).

    Groups whose range crosses the overall rate are not ranked: they keep the given order between those
    certainly above and those certainly below.
    """
    label, part, whole = overall
    rate = part / whole if whole else 0.0
    placed = _placed(groups, rate)
    drawn = placed["above"] + placed["same"] + placed["below"]
    head = ["", "占比", part_label or "件数", "误差范围", f"和{label}比"]
    rows = [_dot_row(row) for row in drawn]
    names = {place: "、".join(row["label"] for row in found) or "没有" for place, found in placed.items()}
    alt = (
        f"{title}：{label} {rate * 100:.1f}%（{part:,} / {whole:,}）。"
        f"确实高于的：{names['above']}；确实低于的：{names['below']}；其余分不出高低。"
    )
    options = {"rows": drawn, "overall": {"label": label, "rate": rate}, "partLabel": part_label}
    made = _chart(
        "dots",
        56 + 24 * len(drawn),
        options,
        title=title,
        note=note,
        sentence=sentence,
        head=head,
        rows=rows,
        alt=alt,
    )
    return {**made, "legend": "横条是误差范围（95%），件数越少越宽；碰到虚线的分不出高低，不排先后"}


def _dot_row(row: dict[str, Any]) -> ChartRow:
    cells = [
        row["label"],
        _number(row["rate"] * 100 if row["rate"] is not None else None, "%"),
        f"{row['part']:,} / {row['whole']:,}",
        f"{row['low'] * 100:.1f}%–{row['high'] * 100:.1f}%",
        PLACE_WORDS[row["place"]],
    ]
    return _row(cells, row.get("url", ""))


def _row(cells: list[str], url: str = "") -> ChartRow:
    return {"cells": cells, "url": url}


def _chart(
    kind: str,
    height: int,
    options: dict[str, Any],
    *,
    title: str,
    note: str,
    sentence: str,
    head: list[str],
    rows: list[ChartRow],
    alt: str,
) -> Chart:
    drawn = {"kind": kind, "height": height, **options}
    return {
        "kind": kind,
        "title": title,
        "note": note,
        "sentence": sentence,
        "options": drawn,
        "head": head,
        "rows": rows,
        "alt": alt,
        "legend": "",
    }
