"""The numbers page as data: headline, five figures, charts, lists; every number with its cases and definition."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from qiying.cockpit import drawing, sentences
from qiying.cockpit.figure_cards import COMING, Card, cards
from qiying.cockpit.months import month_words
from qiying.cockpit.reading import Numbers
from qiying.cockpit.stuck import stuck_sentence
from qiying.cockpit.sums import PROCEDURE, Sums, mean_of, median_of
from qiying.kernel.cases.faces.names import field_labels
from qiying.kernel.figures.definitions import rate_of
from qiying.ui import charts

ENOUGH_UNITS, ENOUGH_VERDICTS = 5, 10
VERDICTS = ("verdict_solved", "verdict_partly", "verdict_not_solved")
LEVELS_WORDS = {"": "还没定级"}


def board_context(n: Numbers, today: date, target: float) -> dict[str, Any]:
    """Return what the page shows."""
    w = n.wanted
    month = month_words(w.month, today)
    compared = month_words(w.compared, today) if w.compared else ""
    dots, below, span = unit_chart(n, month)
    on_time = n.main.rate("on_time", month=w.month)
    before = n.main.rate("on_time", month=w.compared) if w.compared else None
    shown: list[Card] = cards(n, month, compared)
    return {
        "headline": sentences.headline(
            who=_who(n),
            month=month,
            compared=compared,
            received=n.main.count(n.coming, month=w.month),
            on_time=on_time,
            before=before,
            below=below,
            overdue=n.open["overdue"],
        ),
        "month_words": month,
        "compared_words": compared,
        "is_current": w.month == today.replace(day=1),
        "cards": shown,
        "line": drawing.line(n.year, n.months, today, target),
        "channels": channel_chart(n, month, compared),
        "categories": category_chart(n, month, compared),
        "units": dots,
        "unit_span": span,
        "days": day_chart(n, month),
        **lists(n, compared),
    }


def lists(n: Numbers, compared: str) -> dict[str, Any]:
    """Return the board's lists: what is stuck, what was said and marked, rates, kinds, levels."""
    w = n.wanted
    return {
        "stuck": n.stuck,
        "overdue": n.open["overdue"],
        "overdue_url": w.cases_url(now="overdue"),
        "stuck_sentence": stuck_sentence(n.stuck, n.open["overdue"]),
        "verdicts": verdict_rows(n, compared),
        "ratings": rating_rows(n),
        "rates": rate_rows(n, compared),
        "kinds": kind_rows(n),
        "levels": level_rows(n),
        "imported": imported(n),
        "restated": restated(n),
        "league_url": f"{reverse('cockpit:league')}?{w.query()}",
        "definitions_url": reverse("cockpit:definitions"),
    }


def _who(n: Numbers) -> str:
    if n.is_whole:
        return ""
    return n.names.unit(n.wanted.unit) if n.wanted.unit else "本单位"


def unit_chart(n: Numbers, month: str) -> tuple[charts.Chart | None, int, str]:
    """Return units with error ranges: of the month where it carries enough verdicts, else of the last year."""
    if not n.scope.is_district or not n.units.rows:
        return None, 0, ""
    of_month = n.units.by("month").get(n.wanted.month, Sums([], n.units.group_by))
    enough = [u for u, s in of_month.by("unit_id").items() if s.count(*VERDICTS) >= ENOUGH_VERDICTS]
    chosen, span = (of_month, month) if len(enough) >= ENOUGH_UNITS else (n.units, f"到{month}的 12 个月")
    order = sorted(n.names.units, key=lambda u: list(n.names.units).index(u))
    chart, below = drawing.units(
        chosen.by("unit_id"),
        labels=n.names.units,
        urls={u: f"{reverse('cockpit:numbers')}?{n.wanted.query(unit=u)}" for u in n.names.units},
        whole=chosen.rate("solved"),
        title="各单位：企业说解决了的占多少",
        part_label="解决 / 有评价",
        note=span,
        order=order,
    )
    return (chart if chart["rows"] else None), below, span


def channel_chart(n: Numbers, month: str, compared: str) -> charts.Chart:
    """Return how enterprises found us."""
    now, before = _pair(n.channels, n, "channel_code", n.coming)
    labels = {c: n.names.channel(c) for c in {*now, *(before or {})}}
    urls = {c: n.wanted.cases_url(n.coming, channel=c) for c in labels}
    data = drawing.Bars(now, before, labels, urls)
    note = f"{month} {sum(now.values()):,} 件"
    return drawing.bars("企业从哪里找到我们", data, compared=compared, note=note)


def category_chart(n: Numbers, month: str, compared: str) -> charts.Chart:
    """Return what it was about; a category is given at acceptance."""
    measure = "accepted" if n.is_whole else "assigned"
    now, before = _pair(n.categories, n, "category", measure)
    labels = {c: n.names.category(c) for c in {*now, *(before or {})}}
    urls = {c: n.wanted.cases_url(measure, category=c) for c in labels if c}
    data = drawing.Bars(now, before, labels, {"": "", **urls})
    note = f"{month}{COMING[measure]} {sum(now.values()):,} 件"
    return drawing.bars("说的是什么事", data, compared=compared, note=note)


def _pair(sums: Sums, n: Numbers, name: str, measure: str) -> tuple[dict[Any, int], dict[Any, int] | None]:
    apart = sums.by(name)
    w = n.wanted
    now = {k: s.count(measure, month=w.month) for k, s in apart.items()}
    if w.compared is None:
        return {k: v for k, v in now.items() if v}, None
    return now, {k: s.count(measure, month=w.compared) for k, s in apart.items()}


def day_chart(n: Numbers, month: str) -> charts.Chart | None:
    """Return how long answers took; None without answers."""
    found = n.main.histogram("answer_days", month=n.wanted.month)
    if not found:
        return None

    def url(low: int, high: int | None) -> str:
        return n.wanted.cases_url("answer_days", at_least=low, at_most="" if high is None else high)

    note = f"{month}答复，收件当天是 0，按工作日算"
    return drawing.days(found, url, title="几个工作日答复", note=note)


def verdict_rows(n: Numbers, compared: str) -> list[dict[str, Any]]:
    """Return what enterprises said, with those who did not say counted apart, never as content."""
    w = n.wanted
    whole = n.main.count(*VERDICTS, month=w.month)
    words = {"verdict_solved": "解决了", "verdict_partly": "部分解决", "verdict_not_solved": "没解决"}
    rows = [
        _share(label, n.main.count(code, month=w.month), whole, w.cases_url(code))
        for code, label in words.items()
    ]
    told = n.main.count("verdict_by_callback", month=w.month)
    silent = n.main.count("closed_unconfirmed", month=w.month)
    rows.append(_share("其中回访打电话问来的", told, whole, w.cases_url("verdict_by_callback"), is_part=True))
    rows.append(
        {
            "label": "没评价就核销",
            "value": f"{silent:,} 件",
            "share": "不算满意",
            "url": w.cases_url("closed_unconfirmed"),
        }
    )
    waiting = n.open["turn"]
    rows.append(
        {
            "label": "现在等企业评价",
            "value": f"{waiting:,} 件",
            "share": "还没评价",
            "url": w.cases_url(now="turn"),
        }
    )
    return rows


def rating_rows(n: Numbers) -> list[dict[str, Any]]:
    """Return the marks given; those who judged without a mark are not satisfied ones."""
    w = n.wanted
    found = n.main.histogram("satisfaction", month=w.month)
    rated = sum(found.values())
    words = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
    rows = [
        _share(label, found.get(k, 0), rated, w.cases_url("satisfaction", at_least=k, at_most=k))
        for k, label in words.items()
    ]
    unrated = max(n.main.count(*VERDICTS, month=w.month) - rated, 0)
    rows.append({"label": "评价了没打分", "value": f"{unrated:,} 件", "share": "不算进来", "url": ""})
    return rows


def _share(label: str, part: int, whole: int, url: str, *, is_part: bool = False) -> dict[str, Any]:
    share = f"{part / whole * 100:.1f}%" if whole else "—"
    width = round(part / whole * 100) if whole else 0
    return {
        "label": label,
        "value": f"{part:,} 件",
        "share": share,
        "url": url,
        "is_part": is_part,
        "width": width,
    }


def rate_rows(n: Numbers, compared: str) -> list[dict[str, Any]]:
    """Return the rates of 接诉即办 and those beside them, each with its denominator and what it leaves out."""
    w = n.wanted
    rows = []
    for code in ("response", "on_time", "solved", "satisfied", "promise", "returned", "unconfirmed"):
        rate, declared = n.main.rate(code, month=w.month), rate_of(PROCEDURE, code)
        before = n.main.rate(code, month=w.compared) if w.compared else None
        rows.append(
            {
                "label": declared.label,
                "code": code,
                "value": rate.percent(),
                "of": f"{rate.numerator:,} / {rate.denominator:,}",
                "than": sentences.than_words(rate, before, compared) if rate.denominator else "",
                "url": w.cases_url(*[t.measure for t in declared.whole]),
                "definition_url": f"{reverse('cockpit:definitions')}#rate-{code}",
            }
        )
    return rows


def kind_rows(n: Numbers) -> list[dict[str, Any]]:
    """Return what came in by kind; only problems need a verdict, so kinds are counted apart."""
    labels = field_labels(PROCEDURE, "kind")
    month = n.wanted.month
    found = {k: n.main.count(n.coming, month=month, kind=k) for k in n.main.values("kind")}
    whole = sum(found.values())
    rows = [
        _share(labels.get(k, k or "没分类型"), v, whole, n.wanted.cases_url(n.coming, kind=k))
        for k, v in found.items()
        if v
    ]
    return sorted(rows, key=lambda r: -r["width"])


def level_rows(n: Numbers) -> list[dict[str, Any]]:
    """Return what came in by its present level, and how much of it is still open."""
    labels = {**field_labels(PROCEDURE, "level"), **LEVELS_WORDS}
    order = list(labels)
    rows = sorted(n.levels, key=lambda r: order.index(r["level"]) if r["level"] in order else 99)
    return [
        {
            "label": labels.get(r["level"], r["level"]),
            "value": f"{r['n']:,} 件",
            "share": f"还在办 {r['still_open']:,} 件",
        }
        for r in rows
    ]


def imported(n: Numbers) -> dict[str, Any] | None:
    """Return what was imported as finished history, shown apart because nobody judged it."""
    found = n.main.histogram("imported_days", month=n.wanted.month)
    count = sum(found.values())
    if not count:
        return None
    return {
        "count": count,
        "within": [(k, sum(v for d, v in found.items() if d <= k)) for k in (3, 5, 10)],
        "mean": mean_of(found),
        "median": median_of(found),
    }


def restated(n: Numbers) -> bool:
    """Tell whether a past month's kinds or categories were changed by later corrections."""
    month = n.wanted.month
    apart = [*n.categories.by("category").values(), *n.main.by("kind").values()]
    return any(s.late(m, month=month) for s in apart for m in ("received", "answered", "assigned"))
