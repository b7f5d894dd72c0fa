"""Innovation score and sci-tech index over many enterprises at once: decision tables, weights by stage, intervals.

Each indicator is a decision table of bands (`tables.yaml`), evaluated by the planes engine: which band certainly holds
and which may. What is missing leaves several bands possible, so an indicator earns an interval and so does the sum.
All arithmetic is in whole hundredths of a point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.capabilities.innovation.rules.tables import Measured, Scheme, Weights, WeightSet, tables
from qiying.decision.indicators import standard_registry
from qiying.decision.planes import Columns
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.planes.result import unpack
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Column, Document, Output, Policy, Row, Table

Ints = npt.NDArray[np.int64]
STAGE = "发展阶段"
_STAGE_TABLE = "stage"


# --- the book --------------------------------------------------------------------------


def _policy(code: str, columns: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], str]]) -> Policy:
    made = tuple(Row(when, (then,)) for when, then in rows)
    table = Table("F", tuple(Column(c) for c in columns), (Output("占比", "points"),), made)
    return Policy(code, code, Document(""), "", "申报", table)


@cache
def score_book(on: date) -> PolicyBook:
    """Return every indicator's bands and the stage as tables of the decision engine; made once a process and day."""
    told = tables()
    policies = [
        _policy(
            one.code, (one.reads,), [((cell,), str(share)) for cell, share in one.bands.items()] + [(("-",), "0")]
        )
        for one in told.indicators.values()
    ]  # fmt: skip
    rows = [(tuple(row["when"]), str(place)) for place, row in enumerate(told.told["stage_rows"])]
    policies.append(_policy(_STAGE_TABLE, tuple(told.told["stage_reads"]), rows))
    return PolicyBook.of(policies, standard_registry(), on)


def names_read(on: date) -> tuple[str, ...]:
    """Return the facts a run needs."""
    return (*sorted({name for term in score_book(on).terms for name in term.names}), STAGE)


# --- over many enterprises -------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """Enterprises in row order: shares of each indicator, stages, and the intervals in hundredths of a point."""

    low: Mapping[str, Ints]  # by indicator: the share that is certain, in per cent
    high: Mapping[str, Ints]  # the share that is possible
    stage: Ints  # place in `stages`, -1 where it is not known
    totals: Mapping[str, tuple[Ints, Ints]]  # by scheme

    def settled(self, scheme: str) -> Ints:
        """Return how many of a scheme's indicators are settled."""
        codes = tables().schemes[scheme].codes
        return sum((self.low[c] == self.high[c] for c in codes), np.zeros(len(self.stage), np.int64))


def scored(columns: Columns, weights: WeightSet, on: date) -> Scored:
    """Score every row of some columns."""
    book = score_book(on)
    engine = PlaneEngine(book)
    low: dict[str, Ints] = {}
    high: dict[str, Ints] = {}
    for numbered in book.policies[:-1]:
        ends = _ends(engine, numbered, columns)
        low[numbered.compiled.id], high[numbered.compiled.id] = ends
    stage = _stages(engine, book.policies[-1], columns)
    totals = {scheme: _total(scheme, low, high, stage, weights) for scheme in tables().schemes}
    return Scored(low, high, stage, totals)


def _ends(engine: PlaneEngine, numbered: Any, columns: Columns) -> tuple[Ints, Ints]:
    """Return the fewest and most per cent each row may have: over every band that may be the first that holds."""
    found = engine.evaluate([row.masks for row in numbered.rows], columns)
    low, high = np.full(columns.rows, 100, np.int64), np.zeros(columns.rows, np.int64)
    for place, row in enumerate(numbered.rows):
        share = int(row_of(numbered, row.number).then[0])
        here = unpack(found.words[place, 1], columns.rows)
        low[here] = np.minimum(low[here], share)
        high[here] = np.maximum(high[here], share)
    return low, high


def row_of(numbered: Any, number: int) -> Row:
    row: Row = numbered.compiled.policy.table.rows[number - 1]
    return row


def _stages(engine: PlaneEngine, numbered: Any, columns: Columns) -> Ints:
    """Return each row's stage: the science office's word, else what revenue and age say for certain, else -1."""
    stage = np.full(columns.rows, -1, np.int64)
    found = engine.evaluate([row.masks for row in numbered.rows], columns)
    for place, row in enumerate(numbered.rows):
        stage[unpack(found.words[place, 0], columns.rows)] = int(row_of(numbered, row.number).then[0])
    said = columns.columns.get(STAGE)
    if said is not None and said.texts:
        known_stages = {text: place for place, text in enumerate(tables().stages)}
        places = np.array([known_stages.get(text, -1) for text in said.texts], np.int64)
        known = np.arange(columns.rows) if said.valid is None else unpack(said.valid, columns.rows)
        stage[known] = places[said.values[known]]
    return stage


def _total(
    scheme: str, low: Mapping[str, Ints], high: Mapping[str, Ints], stage: Ints, weights: WeightSet
) -> tuple[Ints, Ints]:
    """Return both ends of the sum; where the stage is not known, over every stage."""
    sums = []
    for name in tables().stages:
        points = {c: int(w * 100) for c, w in weights[scheme, name].values.items()}
        # weight in hundredths × per cent: rounded half up once, at the end
        sums.append(
            [
                (sum((side[c] * n for c, n in points.items()), np.zeros(len(stage), np.int64)) + 50) // 100
                for side in (low, high)
            ]
        )
    lows, highs = np.stack([s[0] for s in sums]), np.stack([s[1] for s in sums])
    rows = np.arange(len(stage))
    known = np.maximum(stage, 0)
    is_open = stage < 0
    return (
        np.where(is_open, lows.min(axis=0), lows[known, rows]),
        np.where(is_open, highs.max(axis=0), highs[known, rows]),
    )


# --- one enterprise --------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What one second-level indicator contributes: points from `low` to `high` of `full`."""

    measured: Measured
    low: Decimal
    high: Decimal
    full: Decimal

    @property
    def is_settled(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Breakdown:
    """One enterprise's score or index, part by part; `stage` is empty where it is not known."""

    scheme: Scheme
    stage: str
    low: Decimal
    high: Decimal
    groups: tuple[tuple[str, tuple[Part, ...]], ...]
    weights: Weights

    @property
    def is_settled(self) -> bool:
        return self.low == self.high

    @property
    def words(self) -> str:
        return f"{self.low} 分" if self.is_settled else f"{self.low} 到 {self.high} 分"


def points(hundredths: int) -> Decimal:
    """Return points with two decimals."""
    return Decimal(int(hundredths)).scaleb(-2).quantize(Decimal("0.01"))


def breakdown(stored: Mapping[str, int | str], weights: WeightSet, on: date) -> dict[str, Breakdown]:
    """Return score and index of one enterprise from its stored facts, with each indicator's contribution.

    Where the stage is not known the parts are shown with the weights of the first stage, the total over all.
    """
    registry = standard_registry()
    given: dict[str, object] = {n: registry[n].shown(v) for n, v in stored.items() if n in registry}
    found = scored(Columns.from_facts([given], registry), weights, on)
    place = int(found.stage[0])
    stage = tables().stages[max(place, 0)]
    made = {}
    for scheme in tables().schemes.values():
        own = weights[scheme.code, stage]
        groups = tuple(
            (group, tuple(_part(code, found, own.values[code]) for code in codes))
            for group, codes in scheme.groups.items()
        )
        low, high = (points(int(end[0])) for end in found.totals[scheme.code])
        made[scheme.code] = Breakdown(scheme, stage if place >= 0 else "", low, high, groups, own)
    return made


def _part(code: str, found: Scored, full: Decimal) -> Part:
    low, high = (full * int(side[code][0]) / 100 for side in (found.low, found.high))
    return Part(tables().indicators[code], low.normalize() + 0, high.normalize() + 0, full)
