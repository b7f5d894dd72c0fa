"""A page of numbers as data: headline, cards, panels; every number with its cases and its definition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from qiying.cockpit import drawing, sentences
from qiying.cockpit.addresses import definition_url, page_url
from qiying.cockpit.figure_cards import came_label, cards
from qiying.cockpit.reading import Numbers
from qiying.cockpit.stuck import stuck_sentence
from qiying.kernel.cases.faces.names import field_labels
from qiying.kernel.figures.boards import Panel, Share, Shares
from qiying.kernel.figures.definitions import measure_of, rate_of
from qiying.kernel.figures.sums import Sums, mean_of, median_of
from qiying.ui import charts
from qiying.ui.humanize import percent_words

ENOUGH_UNITS, ENOUGH_COUNTED = 5, 10
NARROW = 4


def board_context(n: Numbers, today: date, target: float) -> dict[str, Any]:
    """Return what the page shows."""
    period = n.asked.period.words(today)
    compared = n.asked.compared.words(today) if n.asked.compared else ""
    dots, below, span = unit_chart(n, period)
    first = n.board.lines[0] if n.board.lines else ""
    line = (
        drawing.line(n.year, n.board.lines, n.months, today, target, n.board.lines_title) if first else None
    )
    return {
        "headline": n.extra.headline
        or sentences.headline(
            n.board,
            who=_who(n),
            period=period,
            compared=compared,
            came=n.main.count(n.coming, month=n.now),
            rate=n.main.rate(first, month=n.now) if first else None,
            before=n.main.rate(first, month=n.before) if first and n.before else None,
            below=below,
            overdue=n.open["overdue"],
        ),
        "period_words": period,
        "compared_words": compared,
        "is_current": n.asked.period.holds(today),
        "cards": cards(n, compared),
        "unit_span": span,
        "panels": panels(n, period, compared, line, dots),
        "empty": n.extra.empty,
        "imported": imported(n),
        "restated": restated(n),
    }


def panels(
    n: Numbers, period: str, compared: str, line: charts.Chart | None, dots: charts.Chart | None
) -> list[Panel]:
    """Return the parts of the page in order; those with nothing to show are left out."""
    channels = channel_chart(n, period, compared)
    found = [
        *n.extra.first,
        _drawn("line", line, 8 if channels else 12),
        _drawn("channels", channels, 4 if line else 12),
        _drawn("units", dots, 6),
        _stuck(n, 6 if dots else 12),
        _drawn("categories", category_chart(n, period, compared), 6),
        _drawn("days", day_chart(n, period), 6),
        *(_shared(n, s, period) for s in n.board.shares),
        _kinds(n),
        _levels(n),
        _rates(n, period, compared),
        *n.extra.more,
    ]
    return _rows_filled([p for p in found if p is not None])


def _rows_filled(found: list[Panel]) -> list[Panel]:
    """Widen the last of the narrow panels where three to a row would leave a gap."""
    narrow = [p.code for p in found if p.width == NARROW and p.code not in ("channels", "reach")]
    wide = set(narrow[-4:] if len(narrow) % 3 == 1 else narrow[-2:] if len(narrow) % 3 == 2 else [])
    return [replace(p, width=6) if p.code in wide else p for p in found]


def _drawn(code: str, chart: charts.Chart | None, width: int) -> Panel | None:
    return None if chart is None else Panel(code, chart["title"], chart=chart, width=width)


def _who(n: Numbers) -> str:
    if n.is_whole:
        return ""
    return n.names.unit(n.asked.unit) if n.asked.unit else "本单位"


def unit_chart(
    n: Numbers, period: str, code: str = "", *, is_year: bool | None = None
) -> tuple[charts.Chart | None, int, str]:
    """Return units with error ranges: of the period where it carries enough, else of the last twelve months."""
    if not n.scope.is_district or not n.units.rows:
        return None, 0, ""
    code = code or next(iter(n.board.unit_rates))
    rate = rate_of(n.board.procedure, code)
    of_period = Sums([r for r in n.units.rows if r.key[2] in n.now], n.units.group_by, n.board.procedure)
    if is_year is None:
        counted = [s.count(*rate.whole) for s in of_period.by("unit_id").values()]
        is_year = sum(c >= ENOUGH_COUNTED for c in counted) < ENOUGH_UNITS
    of_year = Sums([r for r in n.units.rows if r.key[2] in n.months], n.units.group_by, n.board.procedure)
    chosen, span = (of_year, f"到{period}的 12 个月") if is_year else (of_period, period)
    chart, below = drawing.units(
        chosen.by("unit_id"),
        labels=n.names.units,
        urls=lambda u: page_url(n.asked, unit=u),
        whole=chosen.rate(code),
        rate=code,
        part_label=n.board.unit_rates[code],
        note=span,
        order=list(n.names.units),
    )
    return (chart if chart["rows"] else None), below, span


def channel_chart(n: Numbers, period: str, compared: str) -> charts.Chart | None:
    """Return how enterprises found us; None for a procedure that nothing reaches through channels."""
    now, before = _pair(n.channels, n, "channel_code", n.coming)
    if not any(k for k in {*now, *(before or {})}):
        return None
    labels = {c: n.names.channel(c) for c in {*now, *(before or {})}}
    urls = {c: n.url(n.coming, channel=c) for c in labels}
    note = f"{period}{came_label(n)} {sum(now.values()):,} 件"
    return drawing.bars(
        "企业从哪里找到我们", drawing.Bars(now, before, labels, urls), compared=compared, note=note
    )


def category_chart(n: Numbers, period: str, compared: str) -> charts.Chart | None:
    """Return what it was about; where a category is given later than the case comes in, the note says so."""
    measure = n.board.coming(at_unit=not n.is_whole, with_category=True)
    now, before = _pair(n.categories, n, "category", measure)
    if not any(k for k in {*now, *(before or {})}):
        return None
    labels = {c: n.names.category(c) for c in {*now, *(before or {})}}
    urls = {c: n.url(measure, category=c) if c else "" for c in labels}
    whole, label = sum(now.values()), measure_of(n.board.procedure, measure).label
    note = f"{period}{label} {whole:,} 件"
    came = n.main.count(n.coming, month=n.now)
    if n.coming != measure and came != whole:
        note += f"，{came_label(n)} {came:,} 件；{n.board.category_label}到{label}才定"
    return drawing.bars(
        n.board.category_title, drawing.Bars(now, before, labels, urls), compared=compared, note=note
    )


def _pair(sums: Sums, n: Numbers, name: str, measure: str) -> tuple[dict[Any, int], dict[Any, int] | None]:
    apart = sums.by(name)
    now = {k: s.count(measure, month=n.now) for k, s in apart.items()}
    if n.before is None:
        return {k: v for k, v in now.items() if v}, None
    return now, {k: s.count(measure, month=n.before) for k, s in apart.items()}


def day_chart(n: Numbers, period: str) -> charts.Chart | None:
    """Return how long it took; None where nothing was counted."""
    how = n.board.days
    found = n.main.histogram(how.measure, month=n.now) if how else {}
    if how is None or not found:
        return None

    def url(low: int, high: int | None) -> str:
        return n.url(how.measure, at_least=low, at_most="" if high is None else high)

    return drawing.days(found, how, url, f"{period}，{how.note}")


def _shared(n: Numbers, s: Shares, period: str) -> Panel | None:
    whole = n.main.count(*s.whole, month=n.now)
    lines = [_share_line(n, line, whole, s.unit) for line in s.lines]
    if not s.is_chart:
        return Panel(s.code, s.title, shares=lines, note=s.note or period, width=NARROW)
    bars: list[charts.Bar] = [
        {"label": r["label"], "value": r["n"], "url": r["url"]} for r in lines if r["n"]
    ]
    if not bars:
        return None
    rest = whole - sum(b["value"] for b in bars)
    bars += [{"label": "其他", "value": rest, "url": ""}] if rest > 0 else []
    bars.sort(key=lambda b: -b["value"])
    sentence = sentences.bars_sentence(bars, whole)
    note = f"{period} {whole:,} {s.unit}"
    chart = charts.bar_chart(title=s.title, bars=bars, total=whole or None, note=note, sentence=sentence)
    return Panel(s.code, s.title, chart=chart, width=NARROW)


def _share_line(n: Numbers, line: Share, whole: int, unit: str) -> dict[str, Any]:
    if line.live:
        count, url = n.open[line.live], n.url(now=line.live)
    else:
        count = max(n.main.count(*line.terms, month=n.now) - n.main.count(*line.less, month=n.now), 0)
        url = "" if line.less else _terms_url(n, line)
    return share_row(line.label, count, whole, url, unit=unit, aside=line.aside, is_part=line.is_part)


def _terms_url(n: Numbers, line: Share) -> str:
    one = line.terms[0]
    narrow = {"at_least": one.at_least, "at_most": one.at_most}
    return n.url(*(t.measure for t in line.terms), **{k: v for k, v in narrow.items() if v is not None})


def share_row(
    label: str,
    part: int,
    whole: int,
    url: str = "",
    *,
    unit: str = "件",
    aside: str = "",
    is_part: bool = False,
) -> dict[str, Any]:
    """Return a line of a list of shares."""
    share = aside or percent_words(part, whole)
    return {
        "label": label,
        "n": part,
        "value": f"{part:,} {unit}",
        "share": share,
        "url": url,
        "is_part": is_part,
    }


def _rates(n: Numbers, period: str, compared: str) -> Panel | None:
    """Return the rates, each with its denominator, its cases and its definition."""
    rows = []
    for code in n.board.rates:
        rate, declared = n.main.rate(code, month=n.now), rate_of(n.board.procedure, code)
        before = n.main.rate(code, month=n.before) if n.before else None
        rows.append(
            {
                "label": declared.label,
                "value": rate.percent(),
                "of": f"{rate.numerator:,} / {rate.denominator:,}",
                "than": sentences.than_words(rate, before, compared) if rate.denominator else "",
                "url": n.url(*(t.measure for t in declared.whole)),
                "definition_url": definition_url(n.board, f"rate-{code}"),
            }
        )
    return (
        Panel("rates", n.board.rates_title, shares=rows, note="每个率都带分子和分母", in_book=False)
        if rows
        else None
    )


def _kinds(n: Numbers) -> Panel | None:
    """Return what came in by kind, which is counted apart where only some kinds are judged."""
    found = {k: n.main.count(n.coming, month=n.now, kind=k) for k in n.main.values("kind")}
    whole = sum(found.values())
    rows = [share_row(n.names.kind(k), v, whole, n.url(n.coming, kind=k)) for k, v in found.items() if v]
    rows.sort(key=lambda r: -r["n"])
    return (
        Panel("kinds", "来的是哪一种", shares=rows, note=n.asked.period.own_word, width=NARROW)
        if rows
        else None
    )


def _levels(n: Numbers) -> Panel | None:
    """Return what came in by its present level, and how much of it is still open."""
    labels = {**field_labels(n.board.procedure, "level"), "": "还没定级"}
    order = list(labels)
    if not any(r["level"] for r in n.levels):
        return None
    rows = [
        share_row(labels.get(r["level"], r["level"]), r["n"], 0, aside=f"还在办 {r['still_open']:,} 件")
        for r in sorted(n.levels, key=lambda r: order.index(r["level"]) if r["level"] in order else 99)
    ]
    return Panel(
        "levels", "按级别", shares=rows, foot=f"{n.asked.period.own_word}收的件，按现在定的级别。", width=4
    )


def _stuck(n: Numbers, width: int) -> Panel:
    late, shown = n.open["overdue"], len(n.stuck)
    note = f"超期 {late:,} 件" + (f"，先列最久的 {shown} 件" if late > shown else "") if late else ""
    rows = [{**vars(s)} for s in n.stuck]
    return Panel(
        "stuck",
        "卡住的件",
        shares=rows,
        note=note,
        foot=stuck_sentence(n.stuck, late),
        width=width,
        in_book=False,
    )


def imported(n: Numbers) -> dict[str, Any] | None:
    """Return what was imported as finished history, shown apart because nobody judged it."""
    found = n.main.histogram(n.board.imported, month=n.now) if n.board.imported else {}
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
    """Tell whether past kinds or categories were changed by later corrections."""
    apart = [*n.categories.by("category").values(), *n.main.by("kind").values()]
    coming = {m for m in (n.board.came, n.board.came_at_unit, n.board.came_with_category) if m}
    return any(s.late(*coming, month=n.now) for s in apart)
