"""The planes kernel in numpy: uint64[2, words] per condition, row 0 certain, row 1 possible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..logic.formula import Atom
from ..logic.sets import Cut
from ..logic.terms import Term
from ..policy.book import Masks, PolicyBook
from .columns import Columns, Words
from .cuts import cut_planes, missing_words

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
CHUNK_ROWS = 1 << 18
"""Rows evaluated at a time, so that planes of one chunk stay in cache; a multiple of 64."""

Block = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Planes:
    """Results: `words[p, 0]` enterprises certainly eligible for policy p, `words[p, 1]` possibly; tails are 0."""

    words: Block
    rows: int

    def eligible(self, policy: int) -> Words:
        """Rows certainly eligible."""
        return self.words[policy, 0]

    def unknown(self, policy: int) -> Words:
        """Rows that may or may not be."""
        return self.words[policy, 1] & ~self.words[policy, 0]

    def counts(self) -> npt.NDArray[np.int64]:
        """Per policy: eligible, unknown, not eligible."""
        ones = np.bitwise_count(self.words).sum(axis=2, dtype=np.int64)
        return np.stack([ones[:, 0], ones[:, 1] - ones[:, 0], self.rows - ones[:, 1]], axis=1)

    def listed(self, policy: int, unknown: bool = False) -> npt.NDArray[np.int64]:
        """Row numbers of one policy's eligible (or unknown) enterprises."""
        return unpack(self.unknown(policy) if unknown else self.eligible(policy), self.rows)


def unpack(words: Words, rows: int) -> npt.NDArray[np.int64]:
    """Row numbers of the bits that are set."""
    return np.flatnonzero(np.unpackbits(words.view(np.uint8), count=rows, bitorder="little"))


@dataclass(frozen=True)
class TermPlan:
    """One term with its cuts and the conditions on it, by number."""

    term: Term
    cuts: tuple[Cut, ...]
    atoms: tuple[tuple[int, Atom], ...]


class PlaneEngine:
    """Evaluates a book over columns. Thresholds, conditions and conjunctions are computed once each."""

    def __init__(self, book: PolicyBook, chunk_rows: int = CHUNK_ROWS) -> None:
        self.book = book
        self.chunk_rows = chunk_rows

    @cached_property
    def plans(self) -> tuple[TermPlan, ...]:
        """Terms with their cuts; the ends of a term's domain need no comparison."""
        grouped: dict[str, list[tuple[int, Atom]]] = {}
        for number, atom in enumerate(self.book.atoms):
            grouped.setdefault(atom.term.key, []).append((number, atom))
        found = []
        for atoms in grouped.values():
            term = atoms[0][1].term
            cuts = {cut for _, atom in atoms for cut in inner_cuts(atom)}
            found.append(TermPlan(term, tuple(sorted(cuts)), tuple(atoms)))
        return tuple(found)

    @cached_property
    def conjunctions(self) -> dict[int, tuple[int, ...]]:
        """Distinct conjunctions used by policies: mask to condition numbers."""
        masks = {m for one in self.book.policies for component in one.masks for m in component}
        return {mask: bits(mask) for mask in masks}

    def run(self, columns: Columns) -> Planes:
        """All policies over all rows."""
        return self.evaluate([one.masks for one in self.book.policies], columns)

    def evaluate(self, wanted: list[Masks], columns: Columns) -> Planes:
        """Normal forms in this book's masks (policies or single rows) over all rows."""
        out = np.empty((len(wanted), 2, columns.words), np.uint64)
        for start in range(0, columns.rows, self.chunk_rows):
            stop = min(start + self.chunk_rows, columns.rows)
            part = columns if stop - start == columns.rows else columns.slice(start, stop)
            self._chunk(wanted, part, out[:, :, start // 64 : (stop + 63) // 64])
        mask_tail(out, columns.rows)
        return Planes(out, columns.rows)

    def _chunk(self, wanted: list[Masks], columns: Columns, out: Block) -> None:
        blocks = self.condition_blocks(columns)
        done: dict[int, Block] = {}
        scratch = np.empty((2, columns.words), np.uint64)
        uses: dict[int, int] = {}
        for masks in wanted:
            for component in masks:
                for mask in component:
                    uses[mask] = uses.get(mask, 0) + 1
        for index, masks in enumerate(wanted):
            combine(masks, blocks, done, uses, out[index], scratch)

    def condition_blocks(self, columns: Columns) -> dict[int, Block]:
        """Every condition's block by number."""
        found: dict[int, Block] = {}
        for plan in self.plans:
            if missing_words(plan.term, columns)[1]:
                nothing = np.zeros((2, columns.words), np.uint64)
                nothing[1] = ALL
                found.update((number, nothing) for number, _ in plan.atoms)
                continue
            planes, known = cut_planes(plan.term, plan.cuts, columns)
            unknown = None if known is None else ~known
            for number, atom in plan.atoms:
                found[number] = condition_block(atom, planes, known, unknown, columns.words)
        return found


def bits(mask: int) -> tuple[int, ...]:
    """Numbers of the bits that are set."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def inner_cuts(atom: Atom) -> tuple[Cut, ...]:
    """The atom's cuts without the ends of the term's domain, which every known value passes or never reaches."""
    ends = set(atom.term.domain.cuts)
    if atom.term.kind == "text" or len(ends) > 2:
        return atom.values.cuts
    return tuple(cut for cut in atom.values.cuts if cut not in ends)


def condition_block(
    atom: Atom, planes: dict[Cut, Words], known: Words | None, unknown: Words | None, words: int
) -> Block:
    """Certain = inside and known; possible = inside or unknown. A set is the exclusive or of its cuts' planes."""
    block = np.empty((2, words), np.uint64)
    inner = inner_cuts(atom)
    first = atom.term.domain.cuts[0] if atom.term.domain.cuts else None
    outside_start = not atom.term.domain.starts and first in atom.values.cuts and first not in inner
    inside = atom.values.starts ^ outside_start
    if not inner:
        block[0] = ALL if inside else np.uint64(0)
    else:
        np.copyto(block[0], planes[inner[0]])
        for cut in inner[1:]:
            np.bitwise_xor(block[0], planes[cut], out=block[0])
        if inside:
            np.invert(block[0], out=block[0])
    if known is None or unknown is None:
        block[1] = block[0]
    else:
        np.bitwise_or(block[0], unknown, out=block[1])
        np.bitwise_and(block[0], known, out=block[0])
    return block


def combine(
    masks: Masks, blocks: dict[int, Block], done: dict[int, Block], uses: dict[int, int], out: Block, scratch: Block
) -> None:
    """One normal form into `out`; conjunctions used more than once are kept in `done`."""
    if not masks:
        out[:] = ALL
        return
    for position, component in enumerate(masks):
        if not component:
            out[:] = 0
            return
        target = out if position == 0 else scratch
        for order, mask in enumerate(component):
            conjunction = _conjunction(mask, blocks, done, uses)
            if order == 0:
                np.copyto(target, conjunction)
            else:
                np.bitwise_or(target, conjunction, out=target)
        if position:
            np.bitwise_and(out, scratch, out=out)


def _conjunction(mask: int, blocks: dict[int, Block], done: dict[int, Block], uses: dict[int, int]) -> Block:
    kept = done.get(mask)
    if kept is not None:
        return kept
    numbers = bits(mask)
    if len(numbers) == 1:
        return blocks[numbers[0]]
    found = np.bitwise_and(blocks[numbers[0]], blocks[numbers[1]])
    for number in numbers[2:]:
        np.bitwise_and(found, blocks[number], out=found)
    if uses.get(mask, 0) > 1:
        done[mask] = found
    return found


def mask_tail(block: Block, rows: int) -> None:
    """Clear the bits behind the last row."""
    if rows % 64 and block.shape[-1]:
        block[..., -1] &= np.uint64((1 << rows % 64) - 1)
