"""The fast engine (extra `fast`): the same planes as the numpy kernel, word for word, from compiled loops."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.decision.logic.sets import Cut
from qiying.decision.logic.terms import INT64_MAX, Term
from qiying.decision.policy.book import Masks, PolicyBook

from . import compiled
from .columns import Columns, Words
from .conditions import TABLE_FROM, ConditionBlocks, Recipe, TermPlan, membership
from .cuts import missing_words, rank_behind, threshold_of, weighted
from .result import ALL, Block, Planes, bits, mask_tail

PIECE_WORDS = 256
"""Words per piece (16,384 enterprises): smaller ones cost more in calls than the cache gives back."""
Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Lists:
    """Several lists in one array: list i is items[at[i]:at[i + 1]]."""

    at: Index
    items: Index

    @classmethod
    def of(cls, lists: list[list[int]]) -> _Lists:
        """The lists packed."""
        at = np.cumsum([0, *map(len, lists)]).astype(np.int64)
        return cls(at, np.array([item for one in lists for item in one], np.int64))


@dataclass(frozen=True)
class _Program:
    """Normal forms as lists of lists: wholes of components of conjunctions of conditions."""

    conjs: _Lists
    parts: _Lists
    wholes: _Lists


def _program(wanted: list[Masks]) -> _Program:
    conjs: dict[int, int] = {}
    parts: dict[tuple[int, ...], int] = {}
    wholes = []
    for masks in wanted:
        whole = []
        for component in masks:
            key = tuple(conjs.setdefault(mask, len(conjs)) for mask in component)
            whole.append(parts.setdefault(key, len(parts)))
        wholes.append(whole)
    return _Program(
        _Lists.of([list(bits(mask)) for mask in conjs]),
        _Lists.of([list(p) for p in parts]),
        _Lists.of(wholes),
    )


class FastEngine:
    """Evaluates a book over columns with compiled loops on `threads` threads (all cores when None)."""

    def __init__(self, book: PolicyBook, threads: int | None = None) -> None:
        self.book = book
        self.threads = threads or os.cpu_count() or 1
        self.conditions = ConditionBlocks(book)
        self._programs: dict[tuple[Masks, ...], _Program] = {}
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None
        self._cuts = np.empty((0, 0), np.uint64)

    def run(self, columns: Columns, out: Block | None = None) -> Planes:
        """All policies over all rows; `out`, of shape [policies, 2, words], is written when given."""
        return self.evaluate([one.masks for one in self.book.policies], columns, out)

    def evaluate(self, wanted: list[Masks], columns: Columns, out: Block | None = None) -> Planes:
        """Normal forms in this book's masks over all rows."""
        key = tuple(wanted)
        if key not in self._programs:
            self._programs[key] = _program(wanted)
        program = self._programs[key]
        if out is None:
            out = np.empty((len(wanted), 2, columns.words), np.uint64)
        layout = _Layout(self, columns)
        self._each(layout.jobs)
        arguments = (
            layout.cuts, layout.known, layout.atom_cuts.at, layout.atom_cuts.items, layout.turned, layout.term_of,
            program.conjs.at, program.conjs.items, program.parts.at, program.parts.items, program.wholes.at,
            program.wholes.items,
        )  # fmt: skip
        share = -(-columns.words // (self.threads * PIECE_WORDS)) * PIECE_WORDS or PIECE_WORDS
        spans = [(first, min(first + share, columns.words)) for first in range(0, columns.words, share)]
        self._each([partial(compiled.run_pieces, *arguments, *span, PIECE_WORDS, out) for span in spans])
        mask_tail(out, columns.rows)
        return Planes(out, columns.rows)

    def _each(self, jobs: list[Callable[[], Any]]) -> None:
        """Run all jobs, on the threads when there are several."""
        if self._pool is None:
            for job in jobs:
                job()
        else:
            for _ in self._pool.map(lambda job: job(), jobs):
                pass

    def cut_memory(self, count: int, words: int) -> Block:
        """Memory for the cuts' planes, kept between calls."""
        if self._cuts.shape != (count, words):
            self._cuts = np.empty((count, words), np.uint64)
        return self._cuts


class _Layout:
    """Where each cut's plane stands, which conditions use it, and the jobs that fill the planes."""

    def __init__(self, engine: FastEngine, columns: Columns) -> None:
        self.columns = columns
        self.jobs: list[Callable[[], Any]] = []
        plans = engine.conditions.plans
        self.known = np.empty((len(plans), columns.words), np.uint64)
        self.turned = np.zeros(engine.conditions.count, np.uint64)
        self.term_of = np.zeros(engine.conditions.count, np.int64)
        lists: list[list[int]] = [[] for _ in range(engine.conditions.count)]
        slots = [self._slots(plan) for plan in plans]
        self.cuts = engine.cut_memory(max(1, sum(slots)), columns.words)
        base = 0
        for index, (plan, count) in enumerate(zip(plans, slots, strict=True)):
            for one in plan.recipes:
                self.term_of[one.number] = index
            self._term(index, plan, base, lists)
            base += count
        self.atom_cuts = _Lists.of(lists)

    def _is_table(self, plan: TermPlan) -> bool:
        return plan.term.kind == "text" and len(_cuts(plan)) > TABLE_FROM

    def _slots(self, plan: TermPlan) -> int:
        if missing_words(plan.term, self.columns)[1]:
            return 0
        return len(plan.recipes) if self._is_table(plan) else len(_cuts(plan))

    def _term(self, index: int, plan: TermPlan, base: int, lists: list[list[int]]) -> None:
        known, absent = missing_words(plan.term, self.columns)
        self.known[index] = 0 if absent else ALL if known is None else known
        if absent:
            return
        if self._is_table(plan):
            self._table(plan, base, lists)
            return
        cuts = _cuts(plan)
        place = {cut: base + number for number, cut in enumerate(cuts)}
        for one in plan.recipes:
            lists[one.number] = [place[cut] for cut in one.cuts]
            self.turned[one.number] = ALL if one.inverted else 0
        target = self.cuts[base : base + len(cuts)]
        if plan.term.over:
            self._ratio(index, plan.term, cuts, target)
        elif cuts:
            self._compare(plan.term, cuts, target)

    def _compare(self, term: Term, cuts: tuple[Cut, ...], target: Block) -> None:
        if term.kind == "text":
            column = self.columns.columns[term.top[0][0]]
            values: Any = column.values
            found = [rank_behind(cut, column) for cut in cuts]
            if max(found) > np.iinfo(values.dtype).max:
                values = values.astype(np.int64)
        else:
            values = weighted(term.top, self.columns)
            found = [int(threshold_of(int(cut.value), values.dtype)) for cut in cuts]
        thresholds = np.array(found, values.dtype)
        self.jobs.append(lambda: compiled.compare_words(values, thresholds, target))

    def _ratio(self, index: int, term: Term, cuts: tuple[Cut, ...], target: Block) -> None:
        """strict: top*d > over*n is top*d >= over*n + 1 for whole numbers; the bound leaves room for the 1."""
        top = weighted(term.top, self.columns).astype(np.int64, copy=False)
        over = weighted(term.over, self.columns).astype(np.int64, copy=False)
        above = np.array([cut.value.denominator for cut in cuts], np.int64)
        below = np.array([cut.value.numerator for cut in cuts], np.int64)
        more = np.array([cut.after for cut in cuts], np.int64)
        assert term.over_bounds.magnitude * max(abs(below), default=0) < INT64_MAX
        positive = np.empty(self.columns.words, np.uint64)

        def job() -> None:
            compiled.ratio_words(top, over, below, above, more, target, positive)
            self.known[index] &= positive

        self.jobs.append(job)

    def _table(self, plan: TermPlan, base: int, lists: list[list[int]]) -> None:
        column = self.columns.columns[plan.term.top[0][0]]
        for number, one in enumerate(plan.recipes):
            lists[one.number] = [base + number]
        for start in range(0, len(plan.recipes), 8):
            group: list[Recipe] = list(plan.recipes[start : start + 8])
            table = membership(group, column.texts)
            target = self.cuts[base + start : base + start + len(group)]
            self.jobs.append(partial(compiled.member_words, column.values, table, len(group), target))


def _cuts(plan: TermPlan) -> tuple[Cut, ...]:
    return tuple(sorted({cut for one in plan.recipes for cut in one.cuts}))


def counts(planes: Planes) -> npt.NDArray[np.int64]:
    """Per policy: eligible, unknown, not eligible."""
    found = np.empty(len(planes.words) * 2, np.int64)
    compiled.count_words(planes.words.reshape(len(found), -1), found)
    certain, possible = found[::2], found[1::2]
    return np.stack([certain, possible - certain, planes.rows - possible], axis=1)


def eligible_pairs(planes: Planes, sizes: Index | None = None) -> tuple[Index, npt.NDArray[np.int32]]:
    """All eligible pairs: where each policy's rows start (one more than policies), and the row numbers.

    `sizes` are the policies' eligible counts, when they are already known.
    """
    certain: Words = planes.words[:, 0]
    if sizes is None:
        sizes = counts(planes)[:, 0]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = np.empty(int(starts[-1]), np.int32)
    half = int(np.searchsorted(starts, starts[-1] // 2))
    spans = [(0, half), (half, len(certain))]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda s: compiled.list_all(certain[s[0] : s[1]], starts[s[0] : s[1]], rows), spans))
    return starts, rows
