"""The scalar engine against brute force: possible worlds, hit policies, missing sets, near misses."""

import random
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from qiying.decision.batch.tests.random_policies import REGISTRY, random_book, random_facts
from qiying.decision.logic.amounts import evaluate, fen
from qiying.decision.logic.formula import terms
from qiying.decision.scalar import ScalarEngine, explain, near_misses, questions

SMALL: dict[str, Any] = {"甲": range(10), "乙": range(10), "行业": "ABCD", "名单": (0, 1)}


def small_book(seed, sums=False):
    """Random policies over indicators with small domains; with `sums` those that compare two indicators too."""
    book = random_book(seed, 14)
    kept = [
        c for c in book.compiled
        if set(c.indicators) <= set(SMALL)
        and (any(not t.is_indicator for t in terms(c.formula).values()) == sums)
    ]  # fmt: skip
    return type(book)(kept, REGISTRY, book.as_of)


def full_outcomes(engine, stored):
    return [verdict.outcome for verdict in engine.evaluate(stored)]


@pytest.mark.parametrize("seed", range(8))
def test_outcomes_are_what_every_completion_of_the_facts_says(seed):
    engine, rng = ScalarEngine(small_book(seed)), random.Random(seed)
    for _ in range(12):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items() if rng.random() < 0.6}
        worlds = [dict(zip(SMALL, values, strict=True)) for values in product(
            *([known[n]] if n in known else list(v) for n, v in SMALL.items())
        )]  # fmt: skip
        seen = [set(one) for one in zip(*(full_outcomes(engine, w) for w in worlds), strict=True)]
        said = full_outcomes(engine, known)
        for outcome, results in zip(said, seen, strict=True):
            assert outcome == (results.pop() if len(results) == 1 else "unknown")


@pytest.mark.parametrize("seed", range(5))
def test_missing_sets_are_exactly_the_smallest_that_can_make_it_certain(seed):
    engine, rng = ScalarEngine(small_book(seed)), random.Random(seed)
    for _ in range(8):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items() if rng.random() < 0.5}
        absent = [n for n in SMALL if n not in known]
        for index, verdict in enumerate(engine.evaluate(known)):
            if verdict.outcome != "unknown":
                assert verdict.missing == ()
                continue
            found: list[tuple[str, ...]] = []
            for size in range(1, len(absent) + 1):
                for names in combinations(absent, size):
                    if any(set(smaller) <= set(names) for smaller in found):
                        continue
                    if any(
                        full_outcomes(engine, {**known, **dict(zip(names, values, strict=True))})[index]
                        == "eligible"
                        for values in product(*(SMALL[n] for n in names))
                    ):
                        found.append(names)
            assert {frozenset(s) for s in verdict.missing} == {frozenset(s) for s in found}


def test_a_comparison_of_two_indicators_is_never_decided_wrongly():
    decided = 0
    for seed in range(12):
        engine, rng = ScalarEngine(small_book(seed, sums=True)), random.Random(seed)
        for _ in range(4):
            known = {n: rng.choice(list(v)) for n, v in SMALL.items() if rng.random() < 0.7}
            said = full_outcomes(engine, known)
            for values in product(*([known[n]] if n in known else list(v) for n, v in SMALL.items())):
                world = full_outcomes(engine, dict(zip(SMALL, values, strict=True)))
                decided += sum(a != "unknown" for a in said)
                assert all(a in ("unknown", b) for a, b in zip(said, world, strict=True))
    assert decided > 30


def brute_force(one, stored):
    """Rows and amount of a complete case, straight from the DMN specification's hit policies."""
    from qiying.decision.logic.amounts import truth
    from qiying.decision.logic.normal import normalise

    if not all(truth(normalise(c.formula), stored)[0] for c in one.clauses):
        return None
    hits = [row for row in one.rows if truth(normalise(row.matches), stored)[0]]
    if not hits:
        return None
    table = one.policy.table
    if table.hit == "P":
        hits = sorted(hits, key=lambda r: table.outputs[0].values.index(r.row.then[0]))[:1]
    elif table.hit in "UAF":
        assert table.hit == "F" or len({r.row.then for r in hits}) == 1
        hits = hits[:1]
    amounts = [evaluate(row.amount, stored) for row in hits]
    if None in amounts:
        return tuple(r.number for r in hits), None
    values = [Fraction(fen(a)) for a in amounts if a is not None]
    join: Any = {"max": max, "min": min, "count": lambda v: len(set(v)) * 100}.get(table.aggregate, sum)
    total = join(values)
    return tuple(r.number for r in hits), min(total, 25000) if one.policy.caps else total


@pytest.mark.parametrize("seed", range(8))
def test_rows_and_amounts_follow_the_hit_policies_of_the_specification(seed):
    book, rng = random_book(seed), random.Random(seed)
    engine = ScalarEngine(book)
    for _ in range(40):
        facts = {"甲": 1, "乙": 1, "营收": 7, "研发": 3, "行业": "A", "名单": True, **random_facts(rng)}
        stored = REGISTRY.stored(
            {**facts, "营收": facts["营收"] or 5, "行业": rng.choice("ABCD"), "甲": rng.randint(0, 9)}
        )
        for one, answer in zip(book.compiled, explain(engine, stored, nearest=False), strict=True):
            expected = brute_force(one, stored)
            assert (answer.outcome == "eligible") == (expected is not None)
            if expected is not None:
                assert answer.rows == expected[0]
                assert answer.payment is not None
                assert answer.payment.amount == expected[1]


@pytest.mark.parametrize("seed", range(6))
def test_a_group_pays_only_its_largest_amount(seed):
    book, rng = random_book(seed), random.Random(seed)
    engine = ScalarEngine(book)
    for _ in range(30):
        answers: Any = explain(engine, REGISTRY.stored(random_facts(rng)), nearest=False)
        groups: dict[str, list[Any]] = {}
        for one, answer in zip(book.compiled, answers, strict=True):
            if one.policy.group and answer.outcome == "eligible" and answer.payment.amount is not None:
                groups.setdefault(one.policy.group.name, []).append(answer)
        for members in groups.values():
            best = max(a.payment.amount for a in members)
            taken = [a for a in members if not a.superseded_by]
            assert [a.payment.amount for a in taken] == [best]


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_single_change_is_the_smallest_there_is(seed):
    engine, rng = ScalarEngine(small_book(seed)), random.Random(seed)
    for _ in range(10):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items()}
        for index, verdict in enumerate(engine.evaluate(known)):
            if verdict.outcome != "not_eligible":
                continue
            singles = {}
            for name in ("甲", "乙"):
                gaps = [
                    abs(value - known[name]) for value in SMALL[name]
                    if full_outcomes(engine, {**known, name: value})[index] == "eligible"
                ]  # fmt: skip
                if gaps:
                    singles[name] = min(gaps)
            found: dict[str, Any] = {
                m.changes[0].indicator: abs(int(m.changes[0].after) - int(m.changes[0].before))
                for m in near_misses(engine, index, known, limit=99)
                if len(m.changes) == 1 and m.changes[0].indicator in ("甲", "乙")
            }
            assert found == singles
            for miss in near_misses(engine, index, known, limit=99):
                moved = {**known, **{c.indicator: c.after for c in miss.changes}}
                assert full_outcomes(engine, moved)[index] == "eligible"


@pytest.mark.parametrize("seed", range(4))
def test_what_a_question_promises_to_decide_is_decided_by_every_answer(seed):
    engine, rng = ScalarEngine(small_book(seed)), random.Random(seed)
    for _ in range(8):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items() if rng.random() < 0.5}
        for question in questions(engine, known):
            for value in SMALL[question.indicator]:
                after = {v.policy: v.outcome for v in engine.evaluate({**known, question.indicator: value})}
                assert all(after[policy] != "unknown" for policy in question.decides)
