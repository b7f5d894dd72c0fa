"""差一点 over the whole register: a book whose thresholds lie a little nearer, to be run beside the exact one.

A pair is nearly met when it is not possible under the exact book and certain under the nearer one. Only numbers an
enterprise can change move (money, counts, shares and sums of them); titles, lists, places and days stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from qiying.decision.indicators import Registry
from qiying.decision.logic.formula import TRUE, Atom, Formula, atom, conj, disj
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.logic.sets import EMPTY, Cut, ValueSet
from qiying.decision.logic.terms import LogicError, Term, check_ratio_threshold
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import CompiledPolicy

MOVABLE = ("money", "count", "number")
FINEST = 10_000
"""A moved threshold of a quotient that 64 bits could not hold is rounded to this fraction."""


def nearer_book(book: PolicyBook, share: Fraction) -> PolicyBook:
    """The book with every movable threshold met within `share` of itself, a count also within one.

    A policy without movable thresholds, or whose nearer form is too large, stays as it is: nobody is near it then.
    """
    return PolicyBook(
        [_nearer(one, book.registry, share) for one in book.compiled], book.registry, book.as_of
    )


def _nearer(one: CompiledPolicy, registry: Registry, share: Fraction) -> CompiledPolicy:
    try:
        normal = nearer_normal(one.normal, registry, share)
    except LogicError:
        normal = one.normal
    return replace(one, normal=normal, rows=())


def nearer_normal(normal: Normal, registry: Registry, share: Fraction) -> Normal:
    """The normal form of the widened conditions; LogicError when it grows too large."""
    if normal.is_false:
        return normal
    parts = [
        disj(*(conj(*(_widened(one, registry, share) for one in conjunction)) for conjunction in component))
        for component in normal.components
    ]
    return normalise(conj(*parts) if parts else TRUE)


def is_movable(term: Term, registry: Registry) -> bool:
    """Some number the term reads can be changed; of a quotient the dividend, or else nothing is advised."""
    if term.kind == "text":
        return False
    names = [name for name, _ in term.top] if term.over else list(term.names)
    return any(registry[n].changeable and registry[n].type in MOVABLE for n in names)


def _widened(one: Atom, registry: Registry, share: Fraction) -> Formula:
    if not is_movable(one.term, registry):
        return one
    is_count = not one.term.over and all(registry[n].type == "count" for n in one.term.names)
    wider = widened(one.values, share, 1 if is_count else 0)
    if one.term.over:
        wider = _within_words(one.term, wider)
    return atom(one.term, wider)


@lru_cache(maxsize=16384)
def widened(found: ValueSet, share: Fraction, least: int = 0) -> ValueSet:
    """The set with every edge moved outwards by `share` of its own size, and by `least` at the least."""
    total = EMPTY
    for low, high in found.intervals():
        cuts = []
        if low is not None:
            cuts.append(Cut(low.value - _margin(low, share, least), low.after))
        if high is not None:
            cuts.append(Cut(high.value + _margin(high, share, least), high.after))
        total |= ValueSet(low is None, tuple(cuts))
    return total


def _margin(cut: Cut, share: Fraction, least: int) -> Fraction:
    return max(abs(Fraction(cut.value)) * share, Fraction(least))


def _within_words(term: Term, found: ValueSet) -> ValueSet:
    """The set with thresholds that cross-multiplying can hold; LogicError when there is none."""
    return ValueSet(
        found.starts, tuple(Cut(_held(term, Fraction(cut.value)), cut.after) for cut in found.cuts)
    )


def _held(term: Term, threshold: Fraction) -> Fraction:
    try:
        check_ratio_threshold(term, threshold)
    except LogicError:
        threshold = Fraction(round(threshold * FINEST), FINEST)
        check_ratio_threshold(term, threshold)
    return threshold
