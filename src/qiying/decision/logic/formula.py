"""Formulas over terms in negation normal form; conditions on one term are merged as they are built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .sets import ValueSet
from .terms import Term


@dataclass(frozen=True, slots=True)
class Atom:
    """`term in values`; never empty and never the whole domain."""

    term: Term
    values: ValueSet


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no parts: true."""

    parts: frozenset[Formula]


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds; no parts: false."""

    parts: frozenset[Formula]


Formula = Atom | All | Any
TRUE: Formula = All(frozenset())
FALSE: Formula = Any(frozenset())


def atom(term: Term, values: ValueSet) -> Formula:
    """`term in values`, decided at once when no value or every value of the domain belongs."""
    values = term.restrict(values)
    if values.is_empty:
        return FALSE
    return TRUE if values == term.domain else Atom(term, values)


def conj(*parts: Formula) -> Formula:
    """All of the parts."""
    return _join(parts, All, Any)


def disj(*parts: Formula) -> Formula:
    """At least one of the parts."""
    return _join(parts, Any, All)


def neg(formula: Formula) -> Formula:
    """The opposite, pushed down to the values."""
    if isinstance(formula, Atom):
        return atom(formula.term, ~formula.values)
    if isinstance(formula, All):
        return disj(*(neg(part) for part in formula.parts))
    return conj(*(neg(part) for part in formula.parts))


def _join(parts: Iterable[Formula], same: type[All] | type[Any], other: type[All] | type[Any]) -> Formula:
    merged: dict[str, Atom] = {}
    rest: set[Formula] = set()
    decided = other(frozenset())
    for part in _flatten(parts, same):
        if part == decided:
            return decided
        if not isinstance(part, Atom):
            rest.add(part)
            continue
        known = merged.get(part.term.key)
        if known is not None:
            both = known.values & part.values if same is All else known.values | part.values
            joined = atom(part.term, both)
            if joined == decided:
                return decided
            if not isinstance(joined, Atom):  # pragma: no cover - the other constant cannot arise here
                continue
            part = joined
        merged[part.term.key] = part
    found = rest | set(merged.values())
    return next(iter(found)) if len(found) == 1 else same(frozenset(found))


def _flatten(parts: Iterable[Formula], same: type[All] | type[Any]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, same):
            yield from part.parts
        else:
            yield part


def atoms(formula: Formula) -> Iterator[Atom]:
    """Every condition in the formula, repeats included."""
    if isinstance(formula, Atom):
        yield formula
    else:
        for part in formula.parts:
            yield from atoms(part)


def terms(formula: Formula) -> dict[str, Term]:
    """The terms the formula reads, by key."""
    return {found.term.key: found.term for found in atoms(formula)}
