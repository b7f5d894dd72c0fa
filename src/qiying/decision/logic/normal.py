"""The exact normal form: independent components, each all its prime implicants.

Evaluating it with Kleene's rules gives what holds in every possible world, not merely what Kleene's rules see:
a conjunction with one merged condition per term is possible exactly when each condition is, and a disjunction of
all prime implicants is certain exactly when one of them is. Components share no term, so they do not interact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .formula import FALSE, TRUE, All, Any, Atom, Formula, conj, terms
from .sets import ValueSet
from .terms import LogicError, Term

LIMIT = 1500
"""Most conjunctions a component may have; a policy beyond it is refused at compile time."""
MOST_WORK = 3_000_000
"""Most comparisons of conjunctions while one component is brought into normal form: some seconds."""

Literals = dict[str, ValueSet]


@dataclass(frozen=True)
class Normal:
    """A formula as components; all must hold, and one conjunction of each suffices. No components: true."""

    components: tuple[tuple[frozenset[Atom], ...], ...]

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Terms by key."""
        return {a.term.key: a.term for c in self.components for one in c for a in one}

    @property
    def is_false(self) -> bool:
        """Holds in no world."""
        return any(not component for component in self.components)

    @property
    def atoms(self) -> set[Atom]:
        """Distinct conditions."""
        return {a for c in self.components for one in c for a in one}


@lru_cache(maxsize=20_000)
def normalise(formula: Formula) -> Normal:
    """The exact normal form, kept: words ask for it with every answer; LogicError when it would exceed LIMIT."""
    if formula == TRUE:
        return Normal(())
    if formula == FALSE:
        return Normal(((),))
    by_key = terms(formula)
    done: list[tuple[frozenset[Atom], ...]] = []
    for group in _independent(formula):
        found = _primes(_product(group), by_key)
        if not found:
            return Normal(((),))
        if {} in found:
            continue
        done.append(tuple(frozenset(Atom(by_key[k], v) for k, v in one.items()) for one in _ordered(found)))
    return Normal(_single_first(done))


def _ordered(found: list[Literals]) -> list[Literals]:
    return sorted(found, key=lambda one: (len(one), sorted((k, str(v)) for k, v in one.items())))


def _single_first(
    components: list[tuple[frozenset[Atom], ...]],
) -> tuple[tuple[frozenset[Atom], ...], ...]:
    """Components of one conjunction joined into one: they are all simply required."""
    core: frozenset[Atom] = frozenset()
    rest = []
    for component in components:
        if len(component) == 1:
            core |= component[0]
        else:
            rest.append(component)
    return (((core,),) if core else ()) + tuple(rest)


def _independent(formula: Formula) -> list[Formula]:
    """The parts of a conjunction, those that share a term joined."""
    if not isinstance(formula, All):
        return [formula]
    groups: list[tuple[set[str], list[Formula]]] = []
    for part in formula.parts:
        keys, members = set(terms(part)), [part]
        apart = []
        for group in groups:
            if group[0] & keys:
                keys |= group[0]
                members += group[1]
            else:
                apart.append(group)
        groups = [*apart, (keys, members)]
    return [conj(*members) for _, members in groups]


def _product(formula: Formula) -> list[Literals]:
    """The formula as a list of conjunctions, without contradictions and without absorbed ones."""
    if isinstance(formula, Atom):
        return [{formula.term.key: formula.values}]
    if isinstance(formula, Any):
        return _absorbed([one for part in formula.parts for one in _product(part)])
    found: list[Literals] = [{}]
    for part in sorted(formula.parts, key=lambda p: 0 if isinstance(p, Atom) else len(p.parts)):
        options = _product(part)
        _check_work(len(found) * len(options))
        found = _absorbed([m for one in found for two in options if (m := _meet(one, two)) is not None])
        _check_size(found)
    return found


TOO_MANY = "条件的组合太多，无法逐一判定；请把表格拆成几张，减少相互重叠的行，或减少评分的项数与档数"


def _check_size(found: list[Literals]) -> None:
    if len(found) > LIMIT:
        raise LogicError(TOO_MANY)


def _check_work(done: int) -> None:
    if done > MOST_WORK:
        raise LogicError(TOO_MANY)


def _meet(first: Literals, second: Literals) -> Literals | None:
    """Both conjunctions together, or None when they contradict each other."""
    found = dict(first)
    for key, values in second.items():
        if key in found:
            values = found[key] & values
            if values.is_empty:
                return None
        found[key] = values
    return found


def _implies(first: Literals, second: Literals) -> bool:
    """Whenever `first` holds, so does `second`."""
    return all(key in first and first[key] <= values for key, values in second.items())


def _absorbed(found: Iterable[Literals]) -> list[Literals]:
    """Without conjunctions that another one covers."""
    kept: list[Literals] = []
    work = 0
    for one in sorted(found, key=len):
        work += len(kept)
        _check_work(work)
        if not any(_implies(one, other) for other in kept):
            kept = [other for other in kept if not _implies(other, one)]
            kept.append(one)
    return kept


def _needs_consensus(found: list[Literals], by_key: dict[str, Term]) -> bool:
    """Some term's conditions together cover its domain, so two conjunctions may agree whatever its value."""
    union: dict[str, ValueSet] = {}
    for one in found:
        for key, values in one.items():
            union[key] = union[key] | values if key in union else values
    return any(values == by_key[key].domain for key, values in union.items())


def _primes(found: list[Literals], by_key: dict[str, Term]) -> list[Literals]:
    """All prime implicants, by repeated consensus; the list itself where it is already exact."""
    if not _needs_consensus(found, by_key):
        return found
    pending = list(found)
    kept: list[Literals] = []
    work = 0
    while pending:
        one = pending.pop()
        work += 4 * len(kept)
        _check_work(work)
        if any(_implies(one, other) for other in kept):
            continue
        kept = [other for other in kept if not _implies(other, one)]
        for other in kept:
            pending += _agreements(one, other, by_key)
        kept.append(one)
        _check_size(kept)
    return kept


def _agreements(first: Literals, second: Literals, by_key: dict[str, Term]) -> list[Literals]:
    """What both conjunctions grant when one shared term may take either's values."""
    found = []
    for key in first.keys() & second.keys():
        wider = first[key] | second[key]
        if wider in (first[key], second[key]):
            continue
        rest = _meet(
            {k: v for k, v in first.items() if k != key}, {k: v for k, v in second.items() if k != key}
        )
        if rest is None:
            continue
        if wider != by_key[key].domain:
            rest[key] = wider
        found.append(rest)
    return found
