"""The reference: what holds in every completion of the missing facts, by trying every one."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from qiying.decision.logic.formula import All, Atom, Formula, atom, conj, disj, neg
from qiying.decision.logic.normal import Normal
from qiying.decision.logic.sets import Cut, ValueSet, between
from qiying.decision.logic.terms import Bounds, Term

SIZE = 4
TERMS = tuple(
    Term(name, "integer", ((name, 1),), (), between(0, SIZE - 1), Bounds(0, SIZE - 1)) for name in "abcd"
)


def holds(formula: Formula, world: dict[str, int]) -> bool:
    """Two-valued truth in one world."""
    if isinstance(formula, Atom):
        return world[formula.term.key] in formula.values
    results = [holds(part, world) for part in formula.parts]
    return all(results) if isinstance(formula, All) else any(results)


def in_worlds(formula: Formula, known: dict[str, int], size: int = SIZE, names: str = "abcd") -> str:
    """true, false or unknown over every completion."""
    options = [[known[name]] if name in known else range(size) for name in names]
    found = {holds(formula, dict(zip(names, values, strict=True))) for values in product(*options)}
    return "unknown" if len(found) == 2 else "true" if found == {True} else "false"


def kleene(normal: Normal, known: dict[str, int]) -> str:
    """Kleene's evaluation of the normal form, as planes and scalar do it."""
    certain = possible = True
    for component in normal.components:
        sure = [all(a.term.key in known and known[a.term.key] in a.values for a in one) for one in component]
        open_ = [
            all(a.term.key not in known or known[a.term.key] in a.values for a in one) for one in component
        ]
        certain &= any(sure)
        possible &= any(open_)
    return "true" if certain else "unknown" if possible else "false"


value_sets = st.builds(
    lambda starts, cuts: ValueSet(starts, tuple(Cut(c, 0) for c in sorted(cuts))),
    st.booleans(),
    st.sets(st.integers(0, SIZE), max_size=3),
)
formulas = st.recursive(
    st.builds(atom, st.sampled_from(TERMS), value_sets),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda x: conj(*x)),
        st.lists(inner, min_size=1, max_size=3).map(lambda x: disj(*x)),
        inner.map(neg),
    ),
    max_leaves=12,
)
partial_facts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, SIZE - 1))
