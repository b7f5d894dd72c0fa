"""The charts of money and reach, each with a sentence that says what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from qiying.capabilities.policies.selectors.numbers import Figures, Row
from qiying.ui import charts
from qiying.ui.humanize import money_words, percent_words

MOST_BARS = 10


def wan(fen: int) -> float:
    """Return fen as 万元 to one digit, as charts draw it."""
    return round(fen / 1_000_000, 1)


def month_chart(f: Figures) -> charts.Chart:
    """Return what arrived month by month, what came back below it."""
    series: list[charts.Series] = [{"name": "到账", "values": [wan(m.n["gross_fen"]) for m in f.months]}]
    back = [m.n["bounced_fen"] + m.n["clawed_fen"] for m in f.months]
    if any(back):
        series.append({"name": "退汇追回", "values": [wan(-fen) for fen in back]})
    return charts.line_chart(
        title="每个月兑现了多少",
        note="万元，钱算在到账的那个月",
        points=[f"{m.no}月" for m in f.months],
        series=series,
        unit=" 万元",
        denominators=[m.n["paid"] for m in f.months],
        denominator_label="到账次数",
        sentence=_month_sentence(f, sum(back)),
    )


def _month_sentence(f: Figures, back: int) -> str:
    months = [m for m in f.months if m.n["gross_fen"]]
    if not months:
        return "这段时间里还没有钱到账。"
    most, last = max(months, key=lambda m: m.n["gross_fen"]), months[-1]
    text = f"{most.no}月最多，到账 {money_words(most.n['gross_fen'])}"
    if most is not last:
        text += f"；最近一次有钱到账是{last.no}月，{money_words(last.n['gross_fen'])}"
    return text + (f"。退汇和追回 {money_words(back)}，算在退回来的月份，不改以前的数。" if back else "。")


def reach_chart(f: Figures) -> charts.Chart:
    """Return the way from eligible to paid, of policies in force."""
    r = f.reached
    steps = [
        ("现在符合", r.matched),
        ("推送过", r.pushed),
        ("看过", r.seen),
        ("申请过", r.applied),
        ("兑现过", r.paid),
    ]
    bars: list[charts.Bar] = [{"label": label, "value": count, "url": "#by-policy"} for label, count in steps]
    sentence = "还没有匹配过，跑一次匹配就有。"
    if r.matched:
        sentence = (
            f"现在符合的 {r.matched:,} 家次里，相当于 {percent_words(min(r.seen, r.matched), r.matched)} 看过"
        )
        sentence += f"；申请过 {r.applied:,} 家次，兑现过 {r.paid:,} 家次。"
    return charts.bar_chart(
        title="从符合到兑现", note="在用的政策，一家企业对一项算一次", bars=bars, sentence=sentence
    )


def money_chart(title: str, rows: Sequence[Row], url: Callable[[Row], str], what: str) -> charts.Chart:
    """Return net money by a group, the largest first; the smallest are one last bar."""
    shown, rest = rows[:MOST_BARS], rows[MOST_BARS:]
    bars: list[charts.Bar] = [{"label": r.label, "value": wan(r.net_fen), "url": url(r)} for r in shown]
    if rest:
        bars.append({"label": f"其他 {len(rest)} 个", "value": wan(sum(r.net_fen for r in rest)), "url": ""})
    whole = sum(r.net_fen for r in rows)
    sentence = "这段时间还没有钱到账。"
    if whole > 0 and rows:
        top = rows[0]
        sentence = (
            f"最多的是{top.label}，{money_words(top.net_fen)}，占 {percent_words(top.net_fen, whole)}，"
        )
        sentence += f"{top.n['enterprises']:,} 家企业拿到。"
    return charts.bar_chart(title=title, note=f"万元，{what}", bars=bars, unit=" 万", sentence=sentence)


def burn_chart(f: Figures) -> charts.Chart:
    """Return how much of the year's money was given and paid by the end of each month."""
    whole, year = f.budget, f.wanted.period.first.year
    sentence = "这一年还没有下达资金。"
    if whole.appropriated_fen:
        paid = percent_words(whole.paid_fen, whole.appropriated_fen)
        sentence = f"下达 {money_words(whole.appropriated_fen)}，已支付 {paid}，"
        sentence += (
            f"核定待付 {money_words(whole.committed_fen)}，在审预留 {money_words(whole.reserved_fen)}，"
        )
        sentence += f"还能用 {money_words(whole.available_fen)}。"
    return charts.line_chart(
        title="资金用了多少",
        note=f"万元，{year} 年预算，到每月底累计",
        points=[f"{m.no}月" for m in f.months],
        series=[
            {"name": "下达", "values": [wan(fen) for fen in accumulate(m.given_fen for m in f.months)]},
            {"name": "支付", "values": [wan(fen) for fen in accumulate(m.spent_fen for m in f.months)]},
        ],
        unit=" 万元",
        low=0,
        sentence=sentence,
    )
