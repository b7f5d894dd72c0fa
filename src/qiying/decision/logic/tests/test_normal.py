"""The exact normal form against the possible-worlds reference."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.decision.logic.formula import FALSE, TRUE, atom, conj, disj, neg
from qiying.decision.logic.normal import normalise
from qiying.decision.logic.sets import compare, discrete, points, starting_with

from .worlds import SIZE, TERMS, formulas, holds, in_worlds, kleene, partial_facts, value_sets

A, B, C, _ = TERMS


@settings(max_examples=250, deadline=None)
@given(formulas, partial_facts)
def test_the_normal_form_agrees_with_every_possible_world(formula, known):
    assert kleene(normalise(formula), known) == in_worlds(formula, known)


def test_every_formula_of_two_conditions_on_a_small_domain_agrees_exhaustively():
    sets = [compare(op, v) for op in ("=", "<", ">=") for v in (1, 2)]
    literals = [atom(t, s) for t in (A, B) for s in sets]
    facts = [
        {k: v for k, v in (("a", a), ("b", b)) if v is not None}
        for a, b in product([None, *range(SIZE)], repeat=2)
    ]
    for left, right in product(literals, repeat=2):
        for formula in (conj(left, right), disj(left, right), conj(left, neg(right)), disj(neg(left), right)):
            normal = normalise(formula)
            for known in facts:
                assert kleene(normal, known) == in_worlds(formula, known, names="abcd")


def test_a_condition_and_its_opposite_are_decided_without_the_fact():
    big, small = atom(A, compare(">=", 2)), atom(A, compare("<", 2))
    assert disj(big, small) == TRUE
    assert conj(big, small) == FALSE


def test_tiers_that_cover_the_domain_agree_whatever_the_missing_value():
    tiers = disj(
        conj(atom(A, compare("<", 2)), atom(B, compare(">=", 3))),
        conj(atom(A, compare(">=", 2)), atom(B, compare(">=", 2))),
    )
    assert kleene(normalise(tiers), {"b": 3}) == "true"
    assert kleene(normalise(tiers), {"b": 2}) == "unknown"
    assert kleene(normalise(tiers), {"b": 1}) == "false"


@settings(max_examples=150, deadline=None)
@given(value_sets, value_sets, st.integers(0, SIZE - 1))
def test_set_algebra_is_pointwise(first, second, value):
    assert (value in (first & second)) == (value in first and value in second)
    assert (value in (first | second)) == (value in first or value in second)
    assert (value in ~first) == (value not in first)
    assert (value in (first - second)) == (value in first and value not in second)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.fractions(-3, 3, max_denominator=4),
    st.integers(-4, 4),
)
def test_whole_number_terms_round_their_thresholds_outwards(operator, threshold, value):
    found = compare(operator, threshold)
    assert (value in discrete(found)) == (value in found)


def test_prefixes_and_listed_texts_are_sets_too():
    industry = starting_with("C3") | points(["I65", "A01"])
    assert [code in industry for code in ("C35", "C3", "C2", "C4", "I65", "I651", "A01")] == [
        True, True, False, False, True, False, True,
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(formulas, st.fixed_dictionaries({name: st.integers(0, SIZE - 1) for name in "abcd"}))
def test_negation_is_the_opposite_in_every_complete_world(formula, world):
    assert holds(neg(formula), world) is not holds(formula, world)
