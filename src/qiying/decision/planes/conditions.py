"""Conditions as blocks: each threshold of a column compared once, each set of values put together from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qiying.decision.logic.formula import Atom
from qiying.decision.logic.sets import Cut, ValueSet
from qiying.decision.logic.terms import Term
from qiying.decision.policy.book import PolicyBook

from .columns import Columns, Whole, Words, pack
from .cuts import cut_planes, missing_words
from .result import ALL, Block


@dataclass(frozen=True)
class Recipe:
    """A condition is the exclusive or of its cuts' planes, turned round when `inverted`."""

    number: int
    cuts: tuple[Cut, ...]
    inverted: bool


@dataclass(frozen=True)
class TermPlan:
    """One term with the cuts to compare and the conditions on it."""

    term: Term
    recipes: tuple[Recipe, ...]


class ConditionBlocks:
    """Computes the blocks of a book's conditions; keeps its own memory between calls of one size."""

    def __init__(self, book: PolicyBook) -> None:
        grouped: dict[str, list[tuple[int, Atom]]] = {}
        for number, atom in enumerate(book.atoms):
            grouped.setdefault(atom.term.key, []).append((number, atom))
        self.count = len(book.atoms)
        self.plans = tuple(
            TermPlan(atoms[0][1].term, tuple(recipe(number, atom) for number, atom in atoms))
            for atoms in grouped.values()
        )
        self._memory = np.empty((0, 2, 0), np.uint64)

    def compute(self, columns: Columns, needed: Iterable[int] | None = None) -> dict[int, Block]:
        """The blocks of the needed conditions (all when None), valid until the next call."""
        wanted = set(range(self.count) if needed is None else needed)
        if self._memory.shape != (self.count, 2, columns.words):
            self._memory = np.empty((self.count, 2, columns.words), np.uint64)
        found: dict[int, Block] = {}
        for plan in self.plans:
            recipes = [one for one in plan.recipes if one.number in wanted]
            if not recipes:
                continue
            if missing_words(plan.term, columns)[1]:
                nothing = np.zeros((2, columns.words), np.uint64)
                nothing[1] = ALL
                found.update((one.number, nothing) for one in recipes)
                continue
            cuts = tuple(sorted({cut for one in recipes for cut in one.cuts}))
            if plan.term.kind == "text" and len(cuts) > TABLE_FROM:
                found.update(self._listed_texts(plan.term, recipes, columns))
                continue
            planes, known = cut_planes(plan.term, cuts, columns)
            unknown = None if known is None else ~known
            for one in recipes:
                block = self._memory[one.number]
                _fill(block, one, planes, known, unknown)
                found[one.number] = block
        return found

    def _listed_texts(self, term: Term, recipes: list[Recipe], columns: Columns) -> dict[int, Block]:
        """Sets of texts by a membership table, eight sets in one look-up."""
        column = columns.columns[term.top[0][0]]
        known, found = column.valid, {}
        unknown = None if known is None else ~known
        for start in range(0, len(recipes), 8):
            group = recipes[start : start + 8]
            looked = look_up(membership(group, column.texts), column.values)
            flags = np.empty_like(looked)
            for bit, one in enumerate(group):
                np.bitwise_and(looked, np.uint8(1 << bit), out=flags)
                block = self._memory[one.number]
                plain = Recipe(one.number, (_ONE,), False)
                _fill(block, plain, {_ONE: pack(flags)}, known, unknown)
                found[one.number] = block
        return found


TABLE_FROM = 12
"""Distinct cuts of a text column from which look-ups beat comparisons."""
_ONE = Cut("", 0)


def membership(recipes: list[Recipe], texts: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """For each text a byte whose bits say which of up to eight sets it belongs to."""
    table = np.zeros(len(texts), np.uint8)
    for bit, one in enumerate(recipes):
        values = ValueSet(one.inverted, one.cuts)
        table |= np.array([text in values for text in texts], np.uint8) << bit
    return table


def look_up(table: npt.NDArray[np.uint8], codes: Whole) -> npt.NDArray[np.uint8]:
    """table[codes]; bytes.translate is the fastest way for one-byte codes."""
    if codes.dtype == np.uint8:
        padded = table.tobytes().ljust(256, b"\0")
        return np.frombuffer(codes.tobytes().translate(padded), np.uint8)
    return table[codes]


def recipe(number: int, atom: Atom) -> Recipe:
    """How to put the condition together; the ends of a number's domain need no comparison."""
    domain, values = atom.term.domain, atom.values
    if atom.term.kind == "text" or len(domain.cuts) > 2:
        return Recipe(number, values.cuts, values.starts)
    cuts, inverted = list(values.cuts), values.starts
    if not domain.starts and cuts and domain.cuts and cuts[0] == domain.cuts[0]:
        cuts.pop(0)
        inverted = True
    if cuts and domain.cuts and cuts[-1] == domain.cuts[-1] and len(domain.cuts) > domain.starts ^ 1:
        cuts.pop()
    return Recipe(number, tuple(cuts), inverted)


def _fill(
    block: Block, one: Recipe, planes: dict[Cut, Words], known: Words | None, unknown: Words | None
) -> None:
    """Certain = inside and known; possible = inside or unknown."""
    certain, possible = block[0], block[1]
    if not one.cuts:
        inside: Words = possible
        inside[:] = ALL if one.inverted else np.uint64(0)
    elif len(one.cuts) == 1:
        inside = planes[one.cuts[0]]
    else:
        inside = np.bitwise_xor(planes[one.cuts[0]], planes[one.cuts[1]], out=possible)
        for cut in one.cuts[2:]:
            np.bitwise_xor(inside, planes[cut], out=inside)
    if one.inverted and one.cuts:
        inside = np.invert(inside, out=possible)
    if known is None or unknown is None:
        np.copyto(certain, inside)
        np.copyto(possible, inside)
        return
    np.bitwise_and(inside, known, out=certain)
    np.bitwise_or(inside, unknown, out=possible)
