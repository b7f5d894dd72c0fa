"""“135” and 十百千 as a district set them, with the progress that the data can prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from qiying.cockpit.scope import first_board
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.models.parameters import DatedParameter
from qiying.kernel.cases.parameters import declared_parameters, parameter, parameter_row
from qiying.kernel.figures.definitions import rate_of
from qiying.kernel.figures.periods import period_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.offers import provided
from qiying.statutes.service_rating import Rate
from qiying.statutes.workdays import workdays_between

STEPS = {"1": "assigned_in_1", "3": "answered_in_3", "5": "answered_in_5"}
HARD = "answered_in_5"
VISITS = "visits_made"
"""The named reading by which the capability of visits will tell how many firms were visited in a span."""
BEST = "best_cases_chosen"
"""The named reading of how many best cases a district chose in a year."""


@dataclass(frozen=True)
class Step:
    """One limit of “135”: what it says, and the share that kept it."""

    days: str
    words: str
    label: str
    rate: Rate
    definition: str


@dataclass(frozen=True)
class Goal:
    """One goal of 十百千: `done` is None where no data exist."""

    label: str
    target: int
    done: int | None
    source: str

    @property
    def percent(self) -> int:
        return min(100, round((self.done or 0) / self.target * 100)) if self.target else 0


@dataclass(frozen=True)
class Method:
    """A parameter's name, source, validity, and whether it is a guess to be confirmed."""

    label: str
    source: str
    is_assumption: bool
    valid_from: date | None


def method_of(name: str, district_id: int, today: date) -> Method:
    """Return what is known of a parameter: the row in force, else its declaration."""
    declared = next(p for p in declared_parameters() if p.name == name)
    row: DatedParameter | None = parameter_row(name, district_id=district_id, on=today)
    if row is None:
        return Method(declared.label, declared.source, declared.is_assumption, None)
    return Method(declared.label, row.source, row.is_assumption, row.valid_from)


def steps(district_id: int, today: date) -> list[Step]:
    """Return the steps of “135” over the twelve months to today."""
    value: dict[str, str] = parameter("method.135", district_id=district_id, on=today)
    procedure = first_board().procedure
    this_month = period_of(today)
    months = [this_month.moved(-i).first for i in range(11, -1, -1)]
    measures = {m for code in STEPS.values() for m in rate_of(procedure, code).measures}
    ask = Ask(measures, months, ("measure", "bucket"))
    rows = figures_many(district_id=district_id, procedure=procedure, asks=[ask])[0]
    sums = Sums(rows, ask.group_by, procedure)
    found = []
    for days, words in value.items():
        code = STEPS.get(str(days))
        if code is not None:
            label = rate_of(procedure, code).label
            share = sums.rate(code)
            if code == HARD:
                label, share = (
                    "企业说解决了的复杂件，5 个工作日答复",
                    _hard_in_time(procedure, district_id, months[0], today),
                )
            found.append(Step(str(days), words, label, share, f"rate-{code}"))
    return found


def goals(district_id: int, today: date) -> list[Goal]:
    """Return the goals of 十百千 for this year so far."""
    value: dict[str, Any] = parameter("method.ten_hundred_thousand", district_id=district_id, on=today)
    start = date(today.year, 1, 1)
    done = {
        "ten": _provided(BEST, district_id, start, today),
        "hundred": hard_solved(first_board().procedure, district_id).filter(closed_on__gte=start).count(),
        "thousand": _provided(VISITS, district_id, start, today),
    }
    sources = {
        "ten": "今年从复盘里选出来的最佳案例",
        "hundred": "今年核销的复杂件里，企业说解决了的",
        "thousand": "今年走访过的企业" if done["thousand"] is not None else "还没有走访数据",
    }
    return [Goal(str(v[0]), int(v[1]), done.get(k), sources.get(k, "")) for k, v in value.items()]


def hard_solved(procedure: str, district_id: int) -> QuerySet[Case]:
    """Return the hard cases of which the enterprise said that they are solved."""
    return Case.objects.filter(
        district_id=district_id, procedure=procedure, level="complex", outcome="solved"
    ).order_by()


def _hard_in_time(procedure: str, district_id: int, start: date, today: date) -> Rate:
    """Return how many hard problems solved since `start` were answered within five workdays of receipt."""
    rows = hard_solved(procedure, district_id)
    rows = rows.filter(closed_on__gte=start, closed_on__lte=today, answered_on__isnull=False)
    calendar = calendar_for(district_id)
    part = whole = 0
    for received, answered, n in rows.values_list("received_on", "answered_on").annotate(n=Count("pk")):
        assert answered is not None
        whole += n
        part += n if workdays_between(received, answered, calendar) <= 5 else 0
    return Rate(part, whole)


def _provided(name: str, district_id: int, start: date, today: date) -> int | None:
    """Return what a capability counts from a day to another, None while nothing records it."""
    reading = provided(name)
    return None if reading is None else int(reading(district_id=district_id, first=start, last=today))
