"""Sentences of the board, written from the data; where the data do not carry one, there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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


def count_than_words(now: int, before: int | None, label: str, unit: str = "件") -> str:
    """Return "9月 668 件，多 34 件"."""
    if before is None:
        return ""
    change = "一样多" if now == before else f"{'多' if now > before else '少'} {abs(now - before):,} {unit}"
    return f"{label} {before:,} {unit}，{change}"


def headline(
    *,
    who: str,
    month: str,
    compared: str,
    received: int,
    on_time: Rate,
    before: Rate | None,
    below: int,
    overdue: int,
) -> str:
    """Return what is true of the month in one sentence: how fast, how well, what is stuck."""
    if not received and not on_time.denominator:
        start = f"{who}{month}还没有来件，也没有答复"
    else:
        start = f"{who}{_speed(month, compared, on_time, before)}"
    quality = f"{few(below)}家单位解决得不够".strip() if below else ""
    stuck = f"{overdue:,} 件超期" if overdue else "没有超期的件"
    return "；".join([start, "，".join(p for p in (quality, stuck) if p)])


def _speed(month: str, compared: str, on_time: Rate, before: Rate | None) -> str:
    if on_time.value is None:
        return f"{month}还没有答复"
    known = before is not None and min(on_time.denominator, before.denominator) >= ENOUGH
    change = points(on_time, before) if before is not None and known else None
    if change is None:
        return f"{month}按时答复 {on_time.words()}"
    if change >= NOTABLE:
        return f"{month}答得比{compared}及时了"
    if change <= -NOTABLE:
        return f"{month}答得没有{compared}及时"
    return f"{month}答得和{compared}差不多"


def year_sentence(points_: Sequence[str], on_time: Sequence[Rate], solved: Sequence[Rate]) -> str:
    """Say how both lines moved between the first and last month that have data."""
    ends = [_ends(points_, line) for line in (on_time, solved)]
    names = ("按时答复", "企业说解决了")
    known = [(n, e) for n, e in zip(names, ends, strict=True) if e is not None]
    if not known:
        return "不到 5 件的月份不画，免得一两件就上下跳。"
    parts = [f"{name}从{e[0]}的 {e[1].percent()} 到{e[2]}的 {e[3].percent()}" for name, e in known]
    text = "，".join(parts)
    if ends[0] is not None and ends[1] is not None:
        fast, well = points(ends[0][3], ends[0][1]), points(ends[1][3], ends[1][1])
        if fast is not None and well is not None and fast >= 2 * NOTABLE and fast >= 2 * max(well, 0):
            text += "：快了不少，解决得还跟不上"
    return text + "。"


def _ends(labels: Sequence[str], line: Sequence[Rate]) -> tuple[str, Rate, str, Rate] | None:
    known = [(w, r) for w, r in zip(labels, line, strict=True) if r.value is not None]
    return (*known[0], *known[-1]) if len(known) > 1 else None


def bars_sentence(bars: Sequence[Mapping[str, Any]], total: int, what: str = "") -> str:
    """Say which bar is longest and which grew most."""
    if not total or not bars:
        return ""
    top = max(bars, key=lambda b: b["value"])
    text = f"{what}最多的是{top['label']}，{top['value']:,} 件，占 {top['value'] / total * 100:.1f}%"
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


def days_sentence(histogram: Mapping[int, int], mean: float | None, median: float | None) -> str:
    """Say how long answers took, and how many took longer than ten workdays."""
    count = sum(histogram.values())
    if mean is None or median is None or not count:
        return ""
    within = sum(v for k, v in histogram.items() if k <= 3)
    long = sum(v for k, v in histogram.items() if k > 10)
    text = f"{count:,} 次答复，{within / count * 100:.1f}% 在 3 个工作日以内"
    return text + (f"；超过 10 个工作日的有 {long:,} 次。" if long else "，没有超过 10 个工作日的。")
