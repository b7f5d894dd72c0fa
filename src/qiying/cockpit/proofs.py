"""Proof that figures are true: pages against facts, facts against events, facts against independent counts.

Exact: one difference is one problem. Reopened, corrected and re-stated cases included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Answer, Case, CaseEvent, Channel, Supervision, Verdict
from qiying.kernel.cases.rebuild import fold_case
from qiying.kernel.figures.definitions import measures_of, procedures_counted
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.recompute import (
    Sums,
    grain_differences,
    sum_differences,
    sums_current,
    sums_of_deltas,
    sums_of_facts,
)
from qiying.kernel.organisations.offers import provided

Counts = Counter[tuple[int, str, date]]
"""How often, by district, measure and month."""


@dataclass(frozen=True)
class Proof:
    """What was compared and every difference found."""

    sums: int
    cases: int
    problems: tuple[str, ...]


def figures_prove(*, with_events: bool = True) -> Proof:
    """Compare figures as pages read them with a full recompute; call it in one transaction or on a quiet database."""
    facts = sums_of_deltas()
    problems = [f"汇总和明细不一样：{words(d)}" for d in sum_differences(facts, sums_current())]
    problems += grain_differences()
    seen = 0
    if with_events:
        seen, told = _from_events()
        of_cases = sums_of_deltas(of_cases=True)
        problems += [f"明细和办理记录不一样：{words(d)}" for d in sum_differences(told, of_cases)]
    for procedure in procedures_counted():
        problems += [f"明细和表里数出来的不一样：{w}" for w in independent_differences(procedure)]
        own = provided(f"numbers_proof:{procedure}")
        problems += own() if own is not None else []
    return Proof(len(facts), seen, tuple(problems))


def words(difference: tuple[tuple[Any, ...], int, int]) -> str:
    """Return a difference as a line to read."""
    key, told, stored = difference
    return f"{'、'.join(str(k) for k in key if k not in ('', None))} 应为 {told}，是 {stored}"


def _from_events() -> tuple[int, Sums]:
    """Return how many cases were told anew and the sums of the facts their events tell."""
    channels = {c.pk: c for c in Channel.objects.all()}
    found: Sums = Counter()
    seen = 0
    for case in Case.objects.order_by("pk").iterator(chunk_size=500):
        seen += 1
        found.update(sums_of_facts(fold_case(case, channels).figures))
    return seen, Counter({k: v for k, v in found.items() if v})


def independent_differences(procedure: str) -> Iterator[str]:
    """Count measures straight from the tables, by their own dates, and compare them with the facts.

    What is no case, such as a visit, is counted by its capability: `numbers_counted:<procedure>` gives the measures
    it can count, and `Counts`; what no capability counts anew is proved against the roll-ups only.
    """
    own = provided(f"numbers_counted:{procedure}")
    told: Counts = Counter()
    if own is not None:
        declared, told = own()
    else:
        declared = {m.code for m in measures_of(procedure)} & MEASURES
        for count in COUNTERS:
            told.update({k: v for k, v in count(procedure).items() if k[1] in declared})
    rows = FigureDelta.objects.filter(procedure=procedure, measure__in=declared).order_by()
    stored: Counts = Counter()
    for row in rows.values_list("district_id", "measure", "month", "value"):
        stored[row[0], row[1], row[2]] += row[3]
    for key in sorted({*told, *stored}):
        if told[key] != stored[key]:
            yield f"{procedure} {key[1]} {key[2]:%Y-%m} 表里有 {told[key]}，明细是 {stored[key]}"


MEASURES = {
    "received", "answered", "imported_answered", "closed", "reopened",
    "verdict_solved", "verdict_partly", "verdict_not_solved", "reminder", "yellow", "red", "urging", "instruction",
}  # fmt: skip


ENDED = ("written_off", "closed")
"""States whose entering `closed` counts; an appeal that changes nothing closes nothing again."""


def _received(procedure: str) -> Counts:
    rows = Case.objects.filter(procedure=procedure).order_by().values_list("district_id", "opened_at")
    return _by_local_month("received", rows)


def _acts(measure: str, events: Any) -> Counts:
    return _by_local_month(measure, events.order_by().values_list("case__district_id", "at"))


def _closed(procedure: str) -> Counts:
    events = CaseEvent.objects.filter(case__procedure=procedure, to_state__in=ENDED)
    return _acts("closed", events.exclude(from_state__in=(*ENDED, "appealed")))


def _reopened(procedure: str) -> Counts:
    return _acts("reopened", CaseEvent.objects.filter(case__procedure=procedure, action="reopen"))


def _by_local_month(measure: str, rows: Iterable[tuple[int, datetime]]) -> Counts:
    return Counter((district, measure, local_date(at).replace(day=1)) for district, at in rows)


def _by_month(procedure: str, rows: Any, on: str, name: Callable[[dict[str, Any]], str]) -> Counts:
    """Count rows of cases by a local date's month."""
    found: Counts = Counter()
    grouped = rows.filter(case__procedure=procedure).order_by().annotate(month=TruncMonth(on))
    fields = ["case__district_id", "month", *(f for f in ("kind", "value") if hasattr(rows.model, f))]
    for row in grouped.values(*fields).annotate(n=Count("pk")):
        found[row["case__district_id"], name(row), row["month"]] += row["n"]
    return found


def _answers(procedure: str) -> Counts:
    names = {"final": "answered", "imported": "imported_answered"}
    rows = Answer.objects.filter(kind__in=names)
    return _by_month(procedure, rows, "given_on", lambda r: names[r["kind"]])


def _verdicts(procedure: str) -> Counts:
    return _by_month(procedure, Verdict.objects.all(), "given_on", lambda r: f"verdict_{r['value']}")


def _supervisions(procedure: str) -> Counts:
    kinds = ("reminder", "yellow", "red", "urging", "instruction")
    rows = Supervision.objects.filter(kind__in=kinds)
    return _by_month(procedure, rows, "issued_on", lambda r: str(r["kind"]))


COUNTERS = (_received, _closed, _reopened, _answers, _verdicts, _supervisions)
