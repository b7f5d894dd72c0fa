"""Sums of a page's figures in memory: by measure and any dimension, and rates with their denominators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from qiying.kernel.figures.definitions import RateOf, Term, rate_of
from qiying.kernel.figures.selectors import FigureRow
from qiying.statutes.service_rating import Rate

PROCEDURE = "service_request"


class Sums:
    """Rows of one question; every reading is a sum of them, so parts always add up to the whole."""

    def __init__(self, rows: Iterable[FigureRow], group_by: Sequence[str]) -> None:
        self.group_by = tuple(group_by)
        self.rows = list(rows)
        self._measure = self.group_by.index("measure")
        self._by_measure: dict[str, list[FigureRow]] = {}
        for row in self.rows:
            self._by_measure.setdefault(row.key[self._measure], []).append(row)

    def count(self, *measures: str | Term, month: date | None = None, **where: Any) -> int:
        """Return the sum of measures or narrowed histograms, of one month if given."""
        return sum(r.value for r, _ in self._matching(measures, month, where))

    def late(self, *measures: str, month: date) -> int:
        """Return how much of a month was re-stated or came in after it."""
        return sum(r.late for r, _ in self._matching(measures, month, {}))

    def rate(self, code: str, *, month: date | None = None, **where: Any) -> Rate:
        """Return a declared rate with its denominator."""
        return self.rate_of(rate_of(PROCEDURE, code), month=month, **where)

    def rate_of(self, rate: RateOf, *, month: date | None = None, **where: Any) -> Rate:
        """Return a rate; a part larger than its whole (an act of another month) is cut to the whole."""
        whole = self.count(*rate.whole, month=month, **where)
        part = self.count(*rate.part, month=month, **where)
        return Rate(max(min(part, whole), 0), max(whole, 0))

    def histogram(self, measure: str, *, month: date | None = None) -> dict[int, int]:
        """Return a histogram's buckets in order, empty ones left out."""
        at = self.group_by.index("bucket")
        found: dict[int, int] = {}
        for row, _ in self._matching((measure,), month, {}):
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
        return {value: Sums(rows, self.group_by) for value, rows in parts.items()}

    def _matching(
        self, measures: Sequence[str | Term], month: date | None, where: dict[str, Any]
    ) -> Iterable[tuple[FigureRow, Term]]:
        wanted = {self.group_by.index(k): v for k, v in where.items()}
        if month is not None:
            wanted[self.group_by.index("month")] = month
        bucket = self.group_by.index("bucket") if "bucket" in self.group_by else None
        for given in measures:
            term = Term(given) if isinstance(given, str) else given
            for row in self._by_measure.get(term.measure, ()):
                if any(row.key[i] != v for i, v in wanted.items()):
                    continue
                if bucket is not None and not term.holds(row.key[bucket]):
                    continue
                yield row, term


def mean_of(histogram: dict[int, int]) -> float | None:
    """Return the mean of a histogram, None when it is empty."""
    count = sum(histogram.values())
    return sum(k * v for k, v in histogram.items()) / count if count else None


def median_of(histogram: dict[int, int]) -> float | None:
    """Return the median of a histogram: the middle one, or the mean of the two in the middle."""
    count = sum(histogram.values())
    if not count:
        return None
    low, high = _nth(histogram, (count - 1) // 2), _nth(histogram, count // 2)
    return (low + high) / 2


def _nth(histogram: dict[int, int], index: int) -> int:
    seen = 0
    for bucket, count in sorted(histogram.items()):
        seen += count
        if index < seen:
            return bucket
    raise IndexError(index)
