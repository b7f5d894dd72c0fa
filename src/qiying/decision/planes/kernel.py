"""The planes kernel in numpy: uint64[2, words] per condition, row 0 certain, row 1 possible."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from qiying.decision.policy.book import Masks, PolicyBook

from .columns import Columns
from .conditions import ConditionBlocks
from .result import ALL, Block, Planes, bits, mask_tail

CHUNK_ROWS = 1 << 18
"""Rows evaluated at a time, so that planes of one chunk stay in cache; a multiple of 64."""

Steps = tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]
"""A normal form ready to run: components of conjunctions, each with its mask and its condition numbers."""


class PlaneEngine:
    """Evaluates a book over columns. Thresholds, conditions and shared conjunctions are computed once each."""

    def __init__(self, book: PolicyBook, chunk_rows: int = CHUNK_ROWS) -> None:
        self.book = book
        self.chunk_rows = chunk_rows
        self.conditions = ConditionBlocks(book)

    @cached_property
    def _policy_steps(self) -> list[Steps]:
        return [steps(one.masks) for one in self.book.policies]

    def run(self, columns: Columns, out: Block | None = None) -> Planes:
        """All policies over all rows; `out`, of shape [policies, 2, words], is written when given."""
        return self._evaluate(self._policy_steps, columns, out)

    def evaluate(self, wanted: list[Masks], columns: Columns, out: Block | None = None) -> Planes:
        """Normal forms in this book's masks (policies or single rows) over all rows."""
        return self._evaluate([steps(one) for one in wanted], columns, out)

    def _evaluate(self, wanted: list[Steps], columns: Columns, out: Block | None) -> Planes:
        if out is None:
            out = np.empty((len(wanted), 2, columns.words), np.uint64)
        uses: dict[int, int] = {}
        needed: set[int] = set()
        for one in wanted:
            for component in one:
                for mask, numbers in component:
                    uses[mask] = uses.get(mask, 0) + 1
                    needed.update(numbers)
        shared = {mask for mask, count in uses.items() if count > 1}
        for start in range(0, columns.rows, self.chunk_rows):
            stop = min(start + self.chunk_rows, columns.rows)
            whole = stop - start == columns.rows
            part = columns if whole else columns.slice(start, stop)
            blocks = self.conditions.compute(part, needed)
            _Run(blocks, shared).all(wanted, out if whole else out[:, :, start // 64 : (stop + 63) // 64])
        mask_tail(out, columns.rows)
        return Planes(out, columns.rows)


class _Run:
    """One chunk: conjunctions used more than once are kept."""

    def __init__(self, blocks: dict[int, Block], shared: set[int]) -> None:
        self.blocks = blocks
        self.shared = shared
        self.kept: dict[int, Block] = {}

    def all(self, wanted: list[Steps], out: Block) -> None:
        """Every normal form into its place."""
        scratch = np.empty((2, 2, out.shape[2]), np.uint64)
        for index, one in enumerate(wanted):
            self._normal(one, out[index], scratch)

    def _normal(self, one: Steps, out: Block, scratch: Block) -> None:
        if not one:
            out[:] = ALL
            return
        for position, component in enumerate(one):
            if not component:
                out[:] = 0
                return
            target = out if position == 0 else scratch[0]
            self._component(component, target, scratch[1])
            if position:
                np.bitwise_and(out, target, out=out)

    def _component(
        self, component: tuple[tuple[int, tuple[int, ...]], ...], target: Block, other: Block
    ) -> None:
        first = True
        for mask, numbers in component:
            if len(numbers) == 1:
                found = self.blocks[numbers[0]]
            elif mask in self.shared:
                kept = self.kept.get(mask)
                if kept is None:
                    kept = self.kept[mask] = self._product(numbers, np.empty_like(target))
                found = kept
            elif len(component) == 1:
                self._product(numbers, target)
                return
            else:
                found = self._product(numbers, other)
            if first:
                np.copyto(target, found)
                first = False
            else:
                np.bitwise_or(target, found, out=target)

    def _product(self, numbers: tuple[int, ...], target: Block) -> Block:
        blocks = self.blocks
        np.bitwise_and(blocks[numbers[0]], blocks[numbers[1]], out=target)
        for number in numbers[2:]:
            np.bitwise_and(target, blocks[number], out=target)
        return target


def steps(masks: Masks) -> Steps:
    """A normal form in masks, ready to run."""
    return tuple(tuple((mask, bits(mask)) for mask in component) for component in masks)
