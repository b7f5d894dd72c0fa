"""Where a column passes a threshold: for each cut of a term, the rows that lie behind it."""

from __future__ import annotations

from bisect import bisect_left
from math import lcm

import numpy as np
import numpy.typing as npt

from qiying.decision.logic.sets import Cut
from qiying.decision.logic.terms import INT64_MAX, Coefficients, Term

from .columns import Column, Columns, Words, pack


def missing_words(term: Term, columns: Columns) -> tuple[Words | None, bool]:
    """Rows where every indicator of the term is known (None: all rows), and whether any is absent altogether."""
    known: Words | None = None
    for name in term.names:
        if name not in columns.columns:
            return None, True
        valid = columns.columns[name].valid
        if valid is not None:
            known = valid if known is None else known & valid
    return known, False


def cut_planes(term: Term, cuts: tuple[Cut, ...], columns: Columns) -> tuple[dict[Cut, Words], Words | None]:
    """For each cut the rows behind it, and the rows where the term is known (None: all); spare bits are 0."""
    known, _ = missing_words(term, columns)
    flags = np.empty(
        columns.rows, np.bool_
    )  # one buffer for all comparisons: fresh large ones cost page faults
    found = {}
    if term.over:
        return _ratio_planes(term, cuts, columns, known, flags)
    if term.kind == "text":
        column = columns.columns[term.top[0][0]]
        for cut in cuts:
            found[cut] = _ranks_behind(cut, column, flags)
        return found, known
    values = weighted(term.top, columns)
    for cut in cuts:
        np.greater_equal(values, threshold_of(int(cut.value), values.dtype), out=flags)
        found[cut] = pack(flags)
    return found, known


def _ranks_behind(cut: Cut, column: Column, flags: npt.NDArray[np.bool_]) -> Words:
    rank = rank_behind(cut, column)
    if rank > np.iinfo(column.values.dtype).max:
        flags[:] = False
    else:
        np.greater_equal(column.values, column.values.dtype.type(rank), out=flags)
    return pack(flags)


def rank_behind(cut: Cut, column: Column) -> int:
    """The first rank behind the cut."""
    index = bisect_left(column.texts, cut.value)
    if cut.after and index < len(column.texts) and column.texts[index] == cut.value:
        index += 1
    return index


def threshold_of(threshold: int, kind: np.dtype[np.signedinteger]) -> np.signedinteger:
    """The threshold in the column's own type; columns never reach the type's largest value."""
    limits = np.iinfo(kind)
    return kind.type(min(max(threshold, limits.min), limits.max))


def weighted(coefficients: Coefficients, columns: Columns) -> npt.NDArray[np.signedinteger]:
    """The weighted sum of columns; the one column itself where there is nothing to add."""
    if len(coefficients) == 1 and coefficients[0][1] == 1:
        return columns.columns[coefficients[0][0]].values
    total = np.zeros(columns.rows, np.int64)
    for name, factor in coefficients:
        total += columns.columns[name].values.astype(np.int64) * factor
    return total


def _ratio_planes(
    term: Term, cuts: tuple[Cut, ...], columns: Columns, known: Words | None, flags: npt.NDArray[np.bool_]
) -> tuple[dict[Cut, Words], Words]:
    """Thresholds of a quotient by cross-multiplication: top * denominator against over * numerator, exactly."""
    top = weighted(term.top, columns).astype(np.int64, copy=False)
    over = weighted(term.over, columns).astype(np.int64, copy=False)
    positive = pack(over > 0)
    known = positive if known is None else known & positive
    common = lcm(*(cut.value.denominator for cut in cuts))
    if common * term.top_bounds.magnitude > INT64_MAX:
        common = 0
    shared = top * common if common else top
    right = np.empty(columns.rows, np.int64)
    found = {}
    for cut in cuts:
        numerator, denominator = cut.value.numerator, cut.value.denominator
        if common and common // denominator * abs(numerator) * term.over_bounds.magnitude <= INT64_MAX:
            left = shared
            np.multiply(over, common // denominator * numerator, out=right)
        else:
            left = top * denominator
            np.multiply(over, numerator, out=right)
        (np.greater if cut.after else np.greater_equal)(left, right, out=flags)
        found[cut] = pack(flags)
    return found, known
