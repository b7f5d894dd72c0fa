"""What the wall shows, and since when: facts are as fresh as the worker that keeps the house going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qiying.cockpit.live import Open, open_by_status
from qiying.cockpit.months import month_of, month_words, months_later
from qiying.cockpit.sums import PROCEDURE, Sums
from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.cases.models import Case, CaseEvent, WorkerBeat
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.statutes.service_rating import Rate

STALE = timedelta(minutes=30)
REFRESH_SECONDS = 300


@dataclass(frozen=True)
class Fact:
    """One of the three facts."""

    label: str
    value: str
    unit: str
    of: str


@dataclass(frozen=True)
class Wall:
    """Headline and facts with their cut-off; stale when nothing was worked off for half an hour."""

    headline: str
    facts: list[Fact]
    cut_off: datetime
    is_stale: bool


def wall_facts(district_id: int, now: datetime, today: date) -> Wall:
    """Return what the wall shows; five queries."""
    cut_off = _cut_off(now)
    received, answered = _today(district_id, today)
    rates, month = _month_rates(district_id, today)
    open_now = open_by_status(district_id, {}, today)
    words = month_words(month, today)
    facts = [
        _rate(f"{words}按时答复", rates["on_time"], "件"),
        _rate("企业说解决了", rates["solved"], "件有评价"),
        _late(open_now),
    ]
    return Wall(_headline(received, answered), facts, cut_off, now - cut_off > STALE)


def _headline(received: int, answered: int) -> str:
    if not received and not answered:
        return "今天还没有来件"
    came = f"今天来了 {received:,} 件" if received else "今天还没有来件"
    return f"{came}，答复了 {answered:,} 件" if answered else f"{came}，还没答复"


def _cut_off(now: datetime) -> datetime:
    """Return up to when the figures hold: now, unless the worker stopped; then its last beat."""
    beat = WorkerBeat.objects.filter(name="clocks").values_list("ran_at", flat=True).first()
    return now if beat is None or now - beat <= STALE else beat


def _today(district_id: int, today: date) -> tuple[int, int]:
    start = start_of_day(today)
    received = Case.objects.filter(
        district_id=district_id, procedure=PROCEDURE, received_at__gte=start
    ).count()
    facts = FigureDelta.objects.filter(
        district_id=district_id, procedure=PROCEDURE, month=month_of(today), measure="answered"
    )
    keys = facts.values_list("case_id", "event_seq")
    recent = CaseEvent.objects.filter(at__gte=start, case_id__in=facts.values("case_id"))
    done = set(recent.values_list("case_id", "seq")) & set(keys)
    return received, len(done)


def _month_rates(district_id: int, today: date) -> tuple[dict[str, Rate], date]:
    """Return this month's rates, or the last month's while this one has fewer than ten answers."""
    this_month = month_of(today)
    pair = [months_later(this_month, -1), this_month]
    measures = rate_of(PROCEDURE, "on_time").measures | rate_of(PROCEDURE, "solved").measures
    ask = Ask(measures, pair, ("measure", "month"))
    rows = figures_many(district_id=district_id, procedure=PROCEDURE, asks=[ask])[0]
    sums = Sums(rows, ask.group_by)
    month = this_month if sums.count("answered", month=this_month) >= 10 else pair[0]
    return {code: sums.rate(code, month=month) for code in ("on_time", "solved")}, month


def _rate(label: str, rate: Rate, of: str) -> Fact:
    if not rate.denominator:
        return Fact(label, "—", "", f"还没有{of.removeprefix('件') or '答复'}")
    return Fact(
        label, rate.percent().removesuffix("%"), "%", f"{rate.numerator:,} / {rate.denominator:,} {of}"
    )


def _late(open_now: Open) -> Fact:
    return Fact("超期还没答复", f"{open_now['overdue']:,}", "件", f"在办 {open_now.total:,} 件")
