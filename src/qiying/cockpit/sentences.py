"""Sentences of the board, written from the data; where the data do not carry one, there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qiying.kernel.figures.boards import Board
from qiying.kernel.figures.definitions import measure_of, rate_of
from qiying.statutes.service_rating import Rate
from qiying.ui.humanize import points_words

NOTABLE = 1.0
"""Points from which a change is called one."""
ENOUGH = 10
"""Answers in both months from which faster or slower is said at all."""
COUNTS = "零一二三四五六七八九十"


def few(count: int) -> str:
    """Return 三 for 3, up to ten; figures beyond."""
    return COUNTS[count] if 0 < count <= 10 else f" {count:,} "


def share(rate: Rate) -> float | None:
    """Return a rate as a number from 0 to 1."""
    return None if rate.value is None else float(rate.value)


def points(now: Rate, before: Rate) -> float | None:
    """Return the difference in points, None where one of them is not known."""
    a, b = share(now), share(before)
    return None if a is None or b is None else (a - b) * 100


def than_words(now: Rate, before: Rate | None, label: str) -> str:
    """Return "9月 92.6%，升 1.5 点"; words for what is not known."""
    if before is None:
        return ""
    if before.value is None:
        return f"{label}没有数"
    change = points_words(share(now), share(before))
    return f"{label} {before.percent()}" + (f"，{change}" if change else "")


def count_than_words(now: int, before: int | None, label: str) -> str:
    """Return "9月 668 件，多 34 件"."""
    if before is None:
        return ""
    change = "一样多" if now == before else f"{'多' if now > before else '少'} {abs(now - before):,} 件"
    return f"{label} {before:,} 件，{change}"


def headline(
    board: Board,
    *,
    who: str,
    period: str,
    compared: str,
    came: int,
    rate: Rate | None,
    before: Rate | None,
    below: int,
    overdue: int,
) -> str:
    """Return what is true of the period in one sentence: how much or how fast, how well, what is stuck."""
    label = measure_of(board.procedure, board.came).label
    if rate is None or (not rate.denominator and not came):
        start = f"{who}{period}{label} {came:,} 件" if came else f"{who}{period}还没有{label}"
    else:
        start = f"{who}{_pace(board, period, compared, rate, before)}"
    quality = f"{few(below)}{board.unit_short}".strip() if below and board.unit_short else ""
    stuck = f"{overdue:,} 件超期" if overdue else "没有超期的件"
    return "；".join([start, "，".join(p for p in (quality, stuck) if p)])


def _pace(board: Board, period: str, compared: str, rate: Rate, before: Rate | None) -> str:
    label = rate_of(board.procedure, board.lines[0]).label
    if rate.value is None:
        return f"{period}还没有数算{label}"
    known = before is not None and min(rate.denominator, before.denominator) >= ENOUGH
    change = points(rate, before) if before is not None and known else None
    if change is None or not board.pace[0]:
        return f"{period}{label} {rate.words()}"
    better, worse, same = board.pace
    chosen = better if change >= NOTABLE else worse if change <= -NOTABLE else same
    return period + chosen.format(compared)


def year_sentence(points_: Sequence[str], names: Sequence[str], lines: Sequence[Sequence[Rate]]) -> str:
    """Say how the lines moved between the first and last month that have data."""
    ends = [_ends(points_, line) for line in lines]
    known = [(n, e) for n, e in zip(names, ends, strict=True) if e is not None]
    if not known:
        return "不到 5 件的月份不画，免得一两件就上下跳。"
    parts = [f"{name}从{e[0]}的 {e[1].percent()} 到{e[2]}的 {e[3].percent()}" for name, e in known]
    text = "，".join(parts)
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        first, second = points(ends[0][3], ends[0][1]), points(ends[1][3], ends[1][1])
        if first is not None and second is not None and first >= 2 * NOTABLE and first >= 2 * max(second, 0):
            text += f"：{names[0]}升了不少，{names[1]}还跟不上"
    return text + "。"


def _ends(labels: Sequence[str], line: Sequence[Rate]) -> tuple[str, Rate, str, Rate] | None:
    known = [(w, r) for w, r in zip(labels, line, strict=True) if r.value is not None]
    return (*known[0], *known[-1]) if len(known) > 1 else None


def bars_sentence(bars: Sequence[Mapping[str, Any]], total: int) -> str:
    """Say which bar is longest and which grew most."""
    if not total or not bars:
        return "这段时间一件也没有。"
    top = max(bars, key=lambda b: b["value"])
    text = f"最多的是{top['label']}，{top['value']:,} 件，占 {top['value'] / total * 100:.1f}%"
    grown = [b for b in bars if b.get("previous") is not None and b["value"] - b["previous"] >= 3]
    if grown:
        most = max(grown, key=lambda b: b["value"] - b["previous"])
        who = "" if most is top else most["label"]
        text += f"；{who}从 {most['previous']:,} 件到 {most['value']:,} 件，增得{'' if who else '也'}最多"
    return text + "。"


def units_sentence(placed: Mapping[str, Sequence[Mapping[str, Any]]], unseen: int, least: int) -> str:
    """Say who is certainly below, who certainly above, and that the rest cannot be told apart."""
    below, above, same = placed["below"], placed["above"], placed["same"]
    if not (below or above or same):
        return f"还没有一家单位有 {least} 件评价，看不出高低。" if unseen else ""
    parts = []
    if below:
        parts.append(f"{'、'.join(r['label'] for r in below)}确实低于全区")
    if above:
        parts.append(f"{'、'.join(r['label'] for r in above)}确实高于全区")
    if same:
        parts.append("其余的差别在误差之内，不排先后" if parts else "各单位的差别都在误差之内，不排先后")
    if unseen:
        parts.append(f"另有 {unseen} 家不到 {least} 件，没画")
    return "；".join(parts) + "。"


def days_sentence(histogram: Mapping[int, int], noun: str, within: tuple[int, int]) -> str:
    """Say how many took no more than a few workdays, and how many took long."""
    count = sum(histogram.values())
    if not count:
        return "这段时间一件也没有，看不出快慢。"
    short, long = within
    quick = sum(v for k, v in histogram.items() if k <= short)
    slow = sum(v for k, v in histogram.items() if k > long)
    text = f"{count:,} {noun}，{quick / count * 100:.1f}% 在 {short} 个工作日以内"
    return text + (f"；超过 {long} 个工作日的有 {slow:,} 件。" if slow else f"，没有超过 {long} 个工作日的。")
