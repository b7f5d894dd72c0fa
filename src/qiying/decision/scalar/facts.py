"""Which conditions hold for one enterprise, as two bit masks: certainly, possibly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from qiying.decision.logic.formula import Atom
from qiying.decision.logic.sets import Cut
from qiying.decision.logic.terms import Term

Stored = Mapping[str, int | str]
Lookup = Callable[[Stored], int]
TEXTS_REMEMBERED = 5000


def term_lookup(term: Term, atoms: list[tuple[int, Atom]]) -> tuple[Lookup, int]:
    """A function from facts to the mask of the term's conditions that hold (-1: unknown), and the mask of all."""
    cuts = sorted({cut for _, atom in atoms for cut in atom.values.cuts})
    masks = [0] * (len(cuts) + 1)
    for number, atom in atoms:
        inside = atom.values.starts
        own = set(atom.values.cuts)
        for index in range(len(masks)):
            if index and cuts[index - 1] in own:
                inside = not inside
            if inside:
                masks[index] |= 1 << number
    every = sum(1 << number for number, _ in atoms)
    if term.kind == "text":
        return _text_lookup(term.top[0][0], cuts, masks), every
    if term.over:
        return _ratio_lookup(term, cuts, masks), every
    edges = [int(cut.value) for cut in cuts]
    if term.is_indicator:
        return _column_lookup(term.top[0][0], edges, masks), every
    return _sum_lookup(term, edges, masks), every


def _column_lookup(name: str, edges: list[int], masks: list[int]) -> Lookup:
    def look(stored: Stored, name: str = name, edges: Any = edges, masks: Any = masks) -> int:
        value = stored.get(name)
        return -1 if value is None else masks[bisect_right(edges, value)]

    return look


def _sum_lookup(term: Term, edges: list[int], masks: list[int]) -> Lookup:
    top = term.top

    def look(stored: Stored) -> int:
        total = 0
        for name, factor in top:
            value = stored.get(name)
            if value is None:
                return -1
            total += factor * value  # type: ignore[operator]
        return masks[bisect_right(edges, total)]

    return look


def _ratio_lookup(term: Term, cuts: list[Cut], masks: list[int]) -> Lookup:
    steps = [(cut.value.numerator, cut.value.denominator, cut.after) for cut in cuts]
    top, over = term.top, term.over

    def total(coefficients: tuple[tuple[str, int], ...], stored: Stored) -> int | None:
        found = 0
        for name, factor in coefficients:
            value = stored.get(name)
            if value is None:
                return None
            found += factor * value  # type: ignore[operator]
        return found

    def look(stored: Stored) -> int:
        above, below = total(top, stored), total(over, stored)
        if above is None or below is None or below <= 0:
            return -1
        index = 0
        for numerator, denominator, after in steps:
            left, right = above * denominator, below * numerator
            if left < right or (after and left == right):
                break
            index += 1
        return masks[index]

    return look


def _text_lookup(name: str, cuts: list[Cut], masks: list[int]) -> Lookup:
    known: dict[str, int] = {}

    def look(stored: Stored) -> int:
        value = stored.get(name)
        if value is None:
            return -1
        text = str(value)
        found = known.get(text)
        if found is None:
            found = masks[bisect_right(cuts, (text, 0))]
            if len(known) < TEXTS_REMEMBERED:
                known[text] = found
        return found

    return look
