"""What the wall shows, and since when: facts are as fresh as the worker that keeps the house going."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qiying.cockpit.live import Open, open_by_status
from qiying.cockpit.scope import first_board
from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.cases.models import Case, CaseEvent, WorkerBeat
from qiying.kernel.figures.boards import Board
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.periods import Period, period_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.models import District
from qiying.ui.humanize import date_words, weekday_words

STALE = timedelta(minutes=30)
REFRESH_SECONDS = 300


@dataclass(frozen=True)
class Fact:
    """One of the three facts; `bars` are its last twelve months, `trend` says what they show."""

    label: str
    value: str
    unit: str
    of: str
    bars: list[WallBar] = field(default_factory=list)
    trend: tuple[str, ...] = ()


@dataclass(frozen=True)
class WallBar:
    """One month of a fact: where its bar stands in a drawing 240 wide and 60 high."""

    label: str
    x: int
    y: int
    height: int
    is_last: bool


@dataclass(frozen=True)
class Wall:
    """District, headline and facts with their cut-off; stale when nothing was worked off for half an hour."""

    district: str
    day: str
    headline: str
    facts: list[Fact]
    cut_off: datetime
    is_stale: bool


def wall_facts(district_id: int, now: datetime, today: date) -> Wall:
    """Return what the wall shows; six queries."""
    board, cut_off = first_board(), _cut_off(now)
    district = District.objects.only("name").get(pk=district_id)
    received, answered = _today(board, district_id, today)
    open_now = open_by_status(district_id, board.procedure, {}, today)
    facts = [*_rates(board, district_id, today), _late(open_now)]
    return Wall(
        district.name,
        f"{date_words(today, today)}（{weekday_words(today)}）",
        _headline(received, answered),
        facts,
        cut_off,
        now - cut_off > STALE,
    )


def _headline(received: int, answered: int) -> str:
    if not received and not answered:
        return "今天还没有来件"
    came = f"今天来了 {received:,} 件" if received else "今天还没有来件"
    return f"{came}，答复了 {answered:,} 件" if answered else f"{came}，还没答复"


def _cut_off(now: datetime) -> datetime:
    """Return up to when the figures hold: now, unless the worker stopped; then its last beat."""
    beat = WorkerBeat.objects.filter(name="clocks").values_list("ran_at", flat=True).first()
    return now if beat is None or now - beat <= STALE else beat


def _today(board: Board, district_id: int, today: date) -> tuple[int, int]:
    start, month = start_of_day(today), period_of(today).first
    cases = Case.objects.filter(district_id=district_id, procedure=board.procedure)
    done = rate_of(board.procedure, board.lines[0]).whole[0].measure
    facts = FigureDelta.objects.filter(
        district_id=district_id, procedure=board.procedure, month=month, measure=done
    )
    recent = CaseEvent.objects.filter(at__gte=start, case_id__in=facts.values("case_id"))
    counted = set(recent.values_list("case_id", "seq")) & set(facts.values_list("case_id", "event_seq"))
    return cases.filter(received_at__gte=start).count(), len(counted)


def _rates(board: Board, district_id: int, today: date) -> list[Fact]:
    """Return this month's rates over their year, or the last month's while this one has fewer than ten answers."""
    here = period_of(today)
    months = [here.moved(-i).first for i in range(12, -1, -1)]
    measures = {m for code in board.lines for m in rate_of(board.procedure, code).measures}
    ask = Ask(measures, months, ("measure", "month", "bucket"))
    rows = figures_many(district_id=district_id, procedure=board.procedure, asks=[ask])[0]
    sums = Sums(rows, ask.group_by, board.procedure)
    first = rate_of(board.procedure, board.lines[0])
    last = here if sums.count(*first.whole, month=here.first) >= 10 else here.moved(-1)
    words = {c.code: c.of for c in board.cards}
    shown = [m for m in months if m <= last.first][-12:]
    return [_rate(sums, code, shown, words.get(code, "件"), last.words(today)) for code in board.lines[:2]]


def _rate(sums: Sums, code: str, months: list[date], of: str, words: str) -> Fact:
    label, rate = rate_of(sums.procedure, code).label, sums.rate(code, month=months[-1])
    if not rate.denominator:
        return Fact(f"{words}{label}", "—", "", f"还没有{of.removeprefix('件') or '答复'}")
    year = [(m, sums.rate(code, month=m)) for m in months]
    bars = [
        WallBar(f"{m.month}月 {r.percent()}", 4 + 20 * i, 60 - h, h, m == months[-1])
        for i, (m, r) in enumerate(year)
        if r.denominator and (h := max(2, round(60 * r.numerator / r.denominator)))
    ]
    first = next((m, r) for m, r in year if r.denominator)
    start = f"{Period(first[0]).words(months[-1])}是 {first[1].percent()}"
    trend = (start,) if first[0] != months[-1] else ()
    value = rate.percent().removesuffix("%")
    return Fact(f"{words}{label}", value, "%", f"{rate.numerator:,} / {rate.denominator:,} {of}", bars, trend)


def _late(open_now: Open) -> Fact:
    rest = [
        f"{words} {open_now[code]:,}"
        for code, words in (
            ("ontime", "没到期"),
            ("duesoon", "快到期"),
            ("turn", "等企业评价"),
            ("paused", "停表"),
        )
        if open_now[code]
    ]
    of = f"在办 {open_now.total:,} 件"
    return Fact("超期还没答复", f"{open_now['overdue']:,}", "件", of, trend=tuple(rest))
