"""The charts of the numbers, each with a sentence that says what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qiying.capabilities.policies.declared_measures import REFUSALS, WAYS
from qiying.capabilities.policies.rules.figures import DAY_GROUPS, day_words, mean, median, wan
from qiying.capabilities.policies.selectors.numbers import Figures, Row
from qiying.ui import charts
from qiying.ui.humanize import money_words, percent_words

Address = Callable[..., str]
"""Returns the address of the rows behind a figure, empty where they may not be seen."""
MOST_BARS = 10


def month_chart(f: Figures, upto: int) -> charts.Chart:
    """Return what arrived month by month, what came back below it."""
    months = f.months[:upto]
    series: list[charts.Series] = [{"name": "到账", "values": [wan(m.gross_fen) for m in months]}]
    if any(m.bounced_fen or m.clawed_fen for m in months):
        back: charts.Series = {
            "name": "退汇追回",
            "values": [wan(-m.bounced_fen - m.clawed_fen) for m in months],
        }
        series.append(back)
    return charts.line_chart(
        title="每个月兑现了多少",
        note="万元，钱算在到账的那个月",
        points=[f"{m.no}月" for m in months],
        series=series,
        unit=" 万元",
        denominators=[m.paid for m in months],
        denominator_label="到账件数",
        sentence=_month_sentence(f, upto),
    )


def _month_sentence(f: Figures, upto: int) -> str:
    months = [m for m in f.months[:upto] if m.gross_fen]
    if not months:
        return "这段时间里还没有钱到账。"
    most = max(months, key=lambda m: m.gross_fen)
    back = sum(m.bounced_fen + m.clawed_fen for m in f.months)
    text = f"{most.no}月最多，到账 {money_words(most.gross_fen)}"
    if most is not months[-1]:
        text += f"；最近一次有钱到账是{months[-1].no}月，{money_words(months[-1].gross_fen)}"
    return text + (f"。退汇和追回 {money_words(back)}，算在退回来的月份，不改以前的数。" if back else "。")


def day_chart(f: Figures, url: Address) -> charts.Chart:
    """Return how many workdays it took from application to money."""
    bars: list[charts.Bar] = []
    for low, high in DAY_GROUPS:
        count = sum(n for days, n in f.days.items() if days >= low and (high is None or days <= high))
        bars.append({"label": day_words(low, high), "value": count, "url": url("timed", low=low, high=high)})
    whole = sum(f.days.values())
    return charts.bar_chart(
        title="从申报到到账几个工作日",
        note="申报当天是 0，按工作日算",
        bars=bars,
        total=whole or None,
        sentence=_day_sentence(f, whole),
    )


def _day_sentence(f: Figures, whole: int) -> str:
    average, middle = mean(f.days), median(f.days)
    if average is None or middle is None:
        return "还没有到账或兑现的，看不出快慢。"
    within = sum(n for days, n in f.days.items() if days <= 20)
    text = (
        f"平均 {average:.1f} 个工作日，一半在 {middle:g} 个以内；{percent_words(within, whole)} 在 20 个以内"
    )
    return f"{text}，最久的一件 {max(f.days)} 个。"


def way_chart(f: Figures, url: Address) -> charts.Chart:
    """Return by which way money came."""
    n = f.total.n
    counts = {
        "automatic": n["automatic"],
        "instant": n["instant"],
        "applied": n["applied_way"],
        "counter": n["counter"],
    }
    figure = {"applied": "by_application"}
    bars: list[charts.Bar] = [
        {
            "label": WAYS[w],
            "value": c,
            "url": url(figure.get(w, w)),
            "emphasis": w in ("automatic", "instant"),
        }
        for w, c in counts.items()
    ]
    whole = n["paid"]
    sentence = (
        f"{percent_words(f.total.without, whole)} 不用申报或一次确认就到账（{f.total.without:,} / {whole:,} 件）。"
        if whole
        else "还没有到账的。"
    )
    return charts.bar_chart(
        title="怎么拿到的", note=f"到账的 {whole:,} 件", bars=bars, total=whole or None, sentence=sentence
    )


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


def reason_chart(f: Figures, url: Address) -> charts.Chart:
    """Return why applications were refused."""
    bars: list[charts.Bar] = [
        {"label": REFUSALS.get(kind, kind), "value": count, "url": url("refused", reason=kind)}
        for kind, count in f.reasons.items()
    ]
    refused, decided = f.total.n["refused"], f.total.n["decided"]
    sentence = f"出结果的 {decided:,} 件里 {percent_words(refused, decided)} 不予兑现"
    if bars:
        sentence += f"，最多的原因是{bars[0]['label']}"
    return charts.bar_chart(
        title="为什么没给",
        note=f"不予兑现 {refused:,} 件",
        bars=bars,
        total=refused or None,
        sentence=sentence + "。",
    )


def money_chart(title: str, rows: Sequence[Row], url: Callable[[Row], str], what: str) -> charts.Chart:
    """Return net money by a group, the largest first; the smallest are one last bar."""
    shown, rest = rows[:MOST_BARS], rows[MOST_BARS:]
    bars: list[charts.Bar] = [{"label": r.label, "value": wan(r.net_fen), "url": url(r)} for r in shown]
    if rest:
        bars.append({"label": f"其余 {len(rest)} 个", "value": wan(sum(r.net_fen for r in rest)), "url": ""})
    whole = sum(r.net_fen for r in rows)
    sentence = ""
    if whole > 0 and rows:
        top = rows[0]
        sentence = (
            f"最多的是{top.label}，{money_words(top.net_fen)}，占 {percent_words(top.net_fen, whole)}，"
        )
        sentence += f"{top.n['enterprises']:,} 家企业拿到。"
    return charts.bar_chart(title=title, note=f"万元，{what}", bars=bars, unit=" 万", sentence=sentence)


def burn_chart(f: Figures, upto: int) -> charts.Chart:
    """Return how much of the year's money was given and paid by the end of each month."""
    given, spent, used, months = 0, 0, 0, f.months[:upto]
    given_line: list[float | None] = []
    paid_line: list[float | None] = []
    for m in months:
        given += m.given_fen
        spent += m.spent_fen
        used += m.committed_fen
        given_line.append(wan(given))
        paid_line.append(wan(spent))
    whole = f.budget
    sentence = "这一年还没有下达资金。"
    if whole.appropriated:
        sentence = f"下达 {money_words(whole.appropriated)}，已支付 {percent_words(whole.paid, whole.appropriated)}，"
        sentence += f"核定待付 {money_words(whole.committed)}，在审预留 {money_words(whole.reserved)}，"
        sentence += f"还能用 {money_words(whole.available)}。"
    return charts.line_chart(
        title="资金用了多少",
        note=f"万元，{f.wanted.year} 年预算，到每月底累计",
        points=[f"{m.no}月" for m in months],
        series=[{"name": "下达", "values": given_line}, {"name": "支付", "values": paid_line}],
        unit=" 万元",
        low=0,
        sentence=sentence,
    )


def all_charts(f: Figures, upto: int, url: Address) -> dict[str, Any]:
    """Return every chart of the page by its name."""
    return {
        "months": month_chart(f, upto),
        "days": day_chart(f, url),
        "ways": way_chart(f, url),
        "reach": reach_chart(f),
        "reasons": reason_chart(f, url) if f.reasons else None,
        "burn": burn_chart(f, upto),
        "towns": money_chart(
            "各镇街的企业拿到多少", f.towns, lambda r: url("money", town=r.key or "none"), "按企业现在的镇街"
        ),
        "sizes": money_chart(
            "哪些规模的企业拿到", f.sizes, lambda r: url("money", size=r.key or "none"), "按企业现在的规模"
        ),
        "departments": money_chart(
            "各主办部门兑现多少", f.departments, lambda r: url("money", department=r.key), "按政策的主办部门"
        ),
    }
