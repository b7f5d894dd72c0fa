"""The five figures on top of the board, each with denominator, comparison, cases and definition."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from qiying.cockpit import sentences
from qiying.cockpit.reading import Numbers
from qiying.cockpit.sums import mean_of, median_of
from qiying.statutes.service_rating import Rate

COMING = {"received": "来件", "accepted": "受理", "assigned": "交办来的"}
VERDICTS = ("verdict_solved", "verdict_partly", "verdict_not_solved")


@dataclass(frozen=True)
class Card:
    """One figure as the template shows it; `of` is its denominator in words."""

    label: str
    value: str
    unit: str
    of: str
    than: str
    url: str
    definition_url: str
    status_kind: str = ""
    status_words: str = ""


def cards(n: Numbers, month: str, compared: str) -> list[Card]:
    """Return what came in, on time, solved, open now, and days to the answer."""
    return [
        _coming(n, compared),
        _rate(n, "on_time", "按时答复", "件答复", compared, ("answered",)),
        _rate(n, "solved", "企业说解决了", "件有评价", compared, VERDICTS),
        _open(n),
        _days(n, compared),
    ]


def _definition(anchor: str) -> str:
    return f"{reverse('cockpit:definitions')}#{anchor}"


def _coming(n: Numbers, compared: str) -> Card:
    w = n.wanted
    count = n.main.count(n.coming, month=w.month)
    before = n.main.count(n.coming, month=w.compared) if w.compared else None
    problems = n.main.count(n.coming, month=w.month, kind="problem")
    of = f"其中问题 {problems:,} 件，其余是建议、咨询、线索" if n.is_whole else _of_district(n, count)
    return Card(
        label=COMING[n.coming],
        value=f"{count:,}",
        unit="件",
        of=of,
        than=sentences.count_than_words(count, before, compared),
        url=w.cases_url(n.coming),
        definition_url=_definition(f"measure-{n.coming}"),
    )


def _of_district(n: Numbers, count: int) -> str:
    whole = n.district.count("assigned", month=n.wanted.month)
    return f"全区交办 {whole:,} 件，占 {count / whole * 100:.1f}%" if whole else "全区还没有交办"


def _rate(n: Numbers, code: str, label: str, of: str, compared: str, whole: tuple[str, ...]) -> Card:
    w = n.wanted
    rate = n.main.rate(code, month=w.month)
    before = n.main.rate(code, month=w.compared) if w.compared else None
    than = sentences.than_words(rate, before, compared) if rate.denominator else ""
    if not n.is_whole:
        than = "；".join(p for p in (f"全区 {_shown(n.district.rate(code, month=w.month))}", than) if p)
    elif code == "solved" and (silent := n.main.count("closed_unconfirmed", month=w.month)):
        than = "；".join(p for p in (than, f"{silent:,} 件没评价就核销，不算解决") if p)
    return Card(
        label=label,
        value=rate.percent().removesuffix("%"),
        unit="%" if rate.denominator else "",
        of=f"{rate.numerator:,} / {rate.denominator:,} {of}"
        if rate.denominator
        else f"还没有{of.removeprefix('件')}",
        than=than,
        url=w.cases_url(*whole),
        definition_url=_definition(f"rate-{code}"),
    )


def _shown(rate: Rate) -> str:
    return rate.percent() if rate.denominator else "还没有数"


def _open(n: Numbers) -> Card:
    found = n.open
    parts = [
        f"没到期 {found['ontime']:,}",
        f"快到期 {found['duesoon']:,}",
        f"超期 {found['overdue']:,}",
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
        of=" · ".join(parts),
        than=" · ".join(p for p in rest if p),
        url=n.wanted.cases_url(now="open"),
        definition_url=_definition("live"),
        status_kind="overdue" if late else "",
        status_words=f"超期 {late:,}" if late else "",
    )


def _days(n: Numbers, compared: str) -> Card:
    w = n.wanted
    found = n.main.histogram("answer_days", month=w.month)
    mean, median, count = mean_of(found), median_of(found), sum(found.values())
    before = mean_of(n.main.histogram("answer_days", month=w.compared)) if w.compared else None
    than = f"一半在 {median:g} 个工作日以内" if median is not None else ""
    if mean is not None and before is not None:
        change = round(mean - before, 1)
        words = "一样" if not change else f"{'慢' if change > 0 else '快'} {abs(change):.1f} 天"
        than += f"；{compared}平均 {before:.1f}，{words}"
    return Card(
        label="平均几个工作日答复",
        value="—" if mean is None else f"{mean:.1f}",
        unit="" if mean is None else "个工作日",
        of=f"{count:,} 次答复的平均数" if count else "还没有答复",
        than=than,
        url=w.cases_url("answer_days"),
        definition_url=_definition("measure-answer_days"),
    )
