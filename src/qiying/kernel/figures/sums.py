"""Sums of a page's figures in memory: by measure and any dimension, and rates with their denominators."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from qiying.kernel.figures.definitions import RateOf, Term, rate_of, term
from qiying.kernel.figures.selectors import FigureRow
from qiying.statutes.service_rating import Rate

When = date | Collection[date] | None
"""A month, several, or all that were read."""


class Sums:
    """Rows of one question; every reading is a sum of them, so parts always add up to the whole."""

    def __init__(self, rows: Iterable[FigureRow], group_by: Sequence[str], procedure: str = "") -> None:
        self.group_by = tuple(group_by)
        self.procedure = procedure
        self.rows = list(rows)
        self._measure = self.group_by.index("measure")
        self._by_measure: dict[str, list[FigureRow]] = {}
        for row in self.rows:
            self._by_measure.setdefault(row.key[self._measure], []).append(row)

    def count(self, *measures: str | Term, month: When = None, **where: Any) -> int:
        """Return the sum of measures or narrowed histograms, of one month if given."""
        return sum(r.value for r in self._matching(measures, month, where))

    def late(self, *measures: str, month: When) -> int:
        """Return how much of a month was re-stated or came in after it."""
        return sum(r.late for r in self._matching(measures, month, {}))

    def rate(self, code: str, *, month: When = None, **where: Any) -> Rate:
        """Return a declared rate with its denominator."""
        return self.rate_of(rate_of(self.procedure, code), month=month, **where)

    def rate_of(self, rate: RateOf, *, month: When = None, **where: Any) -> Rate:
        """Return a rate; a part larger than its whole (an act of another month) is cut to the whole."""
        whole = self.count(*rate.whole, month=month, **where)
        part = self.count(*rate.part, month=month, **where)
        return Rate(max(min(part, whole), 0), max(whole, 0))

    def histogram(self, measure: str, *, month: When = None) -> dict[int, int]:
        """Return a histogram's buckets in order, empty ones left out."""
        at = self.group_by.index("bucket")
        found: dict[int, int] = {}
        for row in self._matching((measure,), month, {}):
            found[row.key[at]] = found.get(row.key[at], 0) + row.value
        return {k: v for k, v in sorted(found.items()) if v}

    def values(self, name: str) -> list[Any]:
        """Return the values of a dimension that occur."""
        at = self.group_by.index(name)
        return sorted({r.key[at] for r in self.rows}, key=lambda v: (v is None, v))

    def by(self, name: str) -> dict[Any, Sums]:
        """Return the rows apart by a dimension."""
        at = self.group_by.index(name)
        parts: dict[Any, list[FigureRow]] = {}
        for row in self.rows:
            parts.setdefault(row.key[at], []).append(row)
        return {value: Sums(rows, self.group_by, self.procedure) for value, rows in parts.items()}

    def _matching(
        self, measures: Sequence[str | Term], month: When, where: dict[str, Any]
    ) -> Iterable[FigureRow]:
        wanted = [(self.group_by.index(k), v) for k, v in where.items()]
        months = None if month is None else {month} if isinstance(month, date) else set(month)
        at = self.group_by.index("month") if months is not None else 0
        bucket = self.group_by.index("bucket") if "bucket" in self.group_by else None
        for given in measures:
            one = term(given)
            for row in self._by_measure.get(one.measure, ()):
                key = row.key
                if months is not None and key[at] not in months:
                    continue
                if wanted and any(key[i] != v for i, v in wanted):
                    continue
                if bucket is None or one.holds(key[bucket]):
                    yield row


def mean_of(histogram: Mapping[int, int]) -> float | None:
    """Return the mean of a histogram, None when it is empty."""
    count = sum(histogram.values())
    return sum(k * v for k, v in histogram.items()) / count if count else None


def median_of(histogram: Mapping[int, int]) -> float | None:
    """Return the median of a histogram: the middle one, or the mean of the two in the middle."""
    count = sum(histogram.values())
    if not count:
        return None
    low, high = _nth(histogram, (count - 1) // 2), _nth(histogram, count // 2)
    return (low + high) / 2


def _nth(histogram: Mapping[int, int], index: int) -> int:
    seen = 0
    for bucket, count in sorted(histogram.items()):
        seen += count
        if index < seen:
            return bucket
    raise IndexError(index)
