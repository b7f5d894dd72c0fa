"""The figures on top of the page, each with denominator, comparison, cases and definition."""

from __future__ import annotations

from qiying.cockpit import sentences
from qiying.cockpit.addresses import definition_url
from qiying.cockpit.reading import Numbers
from qiying.kernel.figures.boards import Card, RateCard
from qiying.kernel.figures.definitions import measure_of, rate_of
from qiying.kernel.figures.sums import mean_of, median_of
from qiying.statutes.service_rating import Rate


def cards(n: Numbers, compared: str) -> list[Card]:
    """Return the capability's own figures or what came in, then rates, what is open now, and days."""
    first = list(n.extra.cards) or [_coming(n, compared)]
    rates = [_rate(n, card, compared) for card in n.board.cards]
    return [*first, *rates, _open(n), *([_days(n, compared)] if n.board.days else [])]


def came_label(n: Numbers) -> str:
    """Return what coming in is called under these filters."""
    return n.board.came_labels.get(n.coming) or measure_of(n.board.procedure, n.coming).label


def _coming(n: Numbers, compared: str) -> Card:
    count = n.main.count(n.coming, month=n.now)
    before = n.main.count(n.coming, month=n.before) if n.before else None
    kind, words = n.board.came_of
    of = measure_of(n.board.procedure, n.coming).sentence
    if not n.is_whole and n.board.came_at_unit:
        of = _of_district(n, count)
    elif words:
        own = n.main.count(n.coming, month=n.now, kind=kind)
        of = words.format(n=f"{own:,}", rest=f"{count - own:,}")
    return Card(
        label=came_label(n),
        value=f"{count:,}",
        unit="件",
        of=of,
        than=sentences.count_than_words(count, before, compared),
        url=n.url(n.coming),
        definition_url=definition_url(n.board, f"measure-{n.coming}"),
    )


def _of_district(n: Numbers, count: int) -> str:
    whole = n.district.count(n.board.came_at_unit, month=n.now)
    label = measure_of(n.board.procedure, n.board.came_at_unit).label
    return f"全区{label} {whole:,} 件，占 {count / whole * 100:.1f}%" if whole else f"全区还没有{label}"


def _rate(n: Numbers, card: RateCard, compared: str) -> Card:
    rate = n.main.rate(card.code, month=n.now)
    before = n.main.rate(card.code, month=n.before) if n.before else None
    declared = rate_of(n.board.procedure, card.code)
    than = sentences.than_words(rate, before, compared) if rate.denominator else ""
    if not n.is_whole:
        whole = n.district.rate(card.code, month=n.now)
        than = "；".join(p for p in (f"全区 {_shown(whole)}", than) if p)
    elif card.beside and (count := n.main.count(card.beside, month=n.now)):
        than = "；".join(p for p in (than, card.words.format(n=f"{count:,}")) if p)
    return Card(
        label=declared.label,
        value=rate.percent().removesuffix("%"),
        unit="%" if rate.denominator else "",
        of=f"{rate.numerator:,} / {rate.denominator:,} {card.of}"
        if rate.denominator
        else f"还没有{card.of.removeprefix('件')}",
        than=than,
        url=n.url(*(t.measure for t in declared.whole)),
        definition_url=definition_url(n.board, f"rate-{card.code}"),
    )


def _shown(rate: Rate) -> str:
    return rate.percent() if rate.denominator else "还没有数"


def _open(n: Numbers) -> Card:
    found = n.open
    parts = [
        f"没到期 {found['ontime']:,}",
        f"快到期 {found['duesoon']:,}",
        f"超期 {found['overdue']:,}",
        f"没有期限 {found['unknown']:,}" if found["unknown"] else "",
    ]
    rest = [
        f"等评价 {found['turn']:,}" if found["turn"] else "",
        f"停表 {found['paused']:,}" if found["paused"] else "",
    ]
    late = found["overdue"]
    return Card(
        label="现在在办",
        value=f"{found.total:,}",
        unit="件",
        of=" · ".join(p for p in parts if p),
        than=" · ".join(p for p in (*rest, f"只数{n.board.label}") if p),
        url=n.url(now="open"),
        definition_url=definition_url(n.board, "live"),
        status_kind="overdue" if late else "",
        status_words=f"超期 {late:,}" if late else "",
    )


def _days(n: Numbers, compared: str) -> Card:
    how = n.board.days
    assert how is not None
    found = n.main.histogram(how.measure, month=n.now)
    mean, median, count = mean_of(found), median_of(found), sum(found.values())
    before = mean_of(n.main.histogram(how.measure, month=n.before)) if n.before else None
    than = f"一半在 {median:g} 个工作日以内" if median is not None else ""
    if mean is not None and before is not None:
        change = round(mean - before, 1)
        words = "一样" if not change else f"{'慢' if change > 0 else '快'} {abs(change):.1f} 天"
        than += f"；{compared}平均 {before:.1f}，{words}"
    return Card(
        label=how.label,
        value="—" if mean is None else f"{mean:.1f}",
        unit="" if mean is None else "个工作日",
        of=f"{count:,} {how.noun}的平均数" if count else f"还没有{how.noun.lstrip('次件')}",
        than=than,
        url=n.url(how.measure),
        definition_url=definition_url(n.board, f"measure-{how.measure}"),
    )
