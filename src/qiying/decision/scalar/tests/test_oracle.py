"""The scalar engine against brute force: possible worlds, hit policies, missing sets, near misses."""

import random
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from qiying.decision.batch.tests.random_policies import AS_OF, REGISTRY, random_book, random_facts
from qiying.decision.feel import evaluate as evaluate_feel
from qiying.decision.feel import parse_expression
from qiying.decision.indicators.located import FileError
from qiying.decision.logic.amounts import evaluate, fen
from qiying.decision.logic.formula import terms
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.model import Clause, Document, Output, Policy, Row, Table
from qiying.decision.scalar import ScalarEngine, explain, near_misses, questions

SMALL: dict[str, Any] = {"甲": range(10), "乙": range(10), "行业": "ABCD", "名单": (0, 1)}


def small_book(seed):
    """Random policies over indicators with small domains, each indicator judged by itself."""
    book = random_book(seed, 14)
    kept = [
        c for c in book.compiled
        if set(c.indicators) <= set(SMALL) and all(t.is_indicator for t in terms(c.formula).values())
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


SUMS = (
    "甲 + 乙 >= 13",
    "甲 - 乙 >= 4",
    "甲 + 2 * 乙 <= 9",
    "甲 != 乙",
    "甲 > 乙",
    "甲 + 乙 < 15",
    "2 * 甲 - 3 * 乙 > 5",
)
PLAIN = ("甲 >= 3", "乙 < 5", "甲 <= 7", '行业 = "A"', 'not(行业 in ("A", "D"))', "名单", "乙 != 2")


def sum_book(seed, more=SUMS, count=8):
    """Policies that compare sums and differences of two indicators, mixed with plain conditions."""
    rng = random.Random(seed)
    found: list[Any] = []
    while len(found) < count:
        clauses = [
            " or ".join({rng.choice(SUMS), *rng.sample(PLAIN, rng.randint(0, 1))}),
            *rng.sample((*more, *PLAIN), rng.randint(0, 2)),
        ]
        policy = Policy(
            id=f"s{len(found)}", name="和", document=Document("样例"), department="样例", delivery="申报",
            table=Table("F", (), (Output("金额"),), (Row((), ("1",)),)), requires=tuple(map(Clause, clauses)),
        )  # fmt: skip
        try:
            found.append(compile_policy(policy, REGISTRY, AS_OF))
        except FileError:  # nobody could meet it
            continue
    return PolicyBook(found, REGISTRY, AS_OF)


def one_sum_book(seed):
    """At most one condition of a policy compares indicators with each other."""
    return sum_book(seed, more=())


def interpreted(policy, world):
    """A complete case by the FEEL interpreter, which shares nothing with the normal form but the parser."""
    facts = {**world, "名单": bool(world["名单"])}
    return all(
        evaluate_feel(parse_expression(one.when, list(SMALL)), facts).value is True for one in policy.requires
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_comparison_of_two_indicators_is_never_decided_wrongly(seed):
    book, rng = sum_book(seed), random.Random(seed)
    engine, decided = ScalarEngine(book), 0
    for _ in range(4):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items() if rng.random() < 0.8}
        worlds = [dict(zip(SMALL, values, strict=True)) for values in product(
            *([known[n]] if n in known else list(v) for n, v in SMALL.items())
        )]  # fmt: skip
        for index, outcome in enumerate(full_outcomes(engine, known)):
            met = {
                interpreted(book.compiled[index].policy, world) for world in worlds[:: len(worlds) // 40 + 1]
            }
            decided += outcome != "unknown"
            assert outcome == "unknown" or met == {outcome == "eligible"}
            if len(known) == len(SMALL):
                assert outcome != "unknown"
    assert decided


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


def smallest_changes(engine, index, known, sizes):
    """By brute force over every value: for one or two indicators the smallest total change that meets the policy."""
    found: dict[frozenset[str], Fraction] = {}
    for names in [(n,) for n in SMALL] + list(combinations(SMALL, 2)):
        if any(smaller <= set(names) for smaller in found):
            continue
        met: list[Fraction] = []
        for values in product(*([v for v in SMALL[n] if v != known[n]] for n in names)):
            size = sum((sizes(known[n], v) for n, v in zip(names, values, strict=True)), Fraction(0))
            if (not met or size < min(met)) and (
                full_outcomes(engine, {**known, **dict(zip(names, values, strict=True))})[index] == "eligible"
            ):
                met.append(size)
        if met:
            found[frozenset(names)] = min(met)
    return found


def relative(before, after):
    """The size of a change."""
    return Fraction(1) if isinstance(before, str) else Fraction(abs(after - before), max(1, before))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [small_book, one_sum_book])
def test_the_nearest_changes_of_one_or_two_indicators_are_the_smallest_there_are(seed, make):
    engine, rng = ScalarEngine(make(seed)), random.Random(seed)
    for _ in range(3):
        known = {n: rng.choice(list(v)) for n, v in SMALL.items()}
        for index, verdict in enumerate(engine.evaluate(known)):
            if verdict.outcome != "not_eligible":
                continue
            misses = near_misses(engine, index, known, limit=99)
            found = {
                frozenset(c.indicator for c in m.changes): sum((c.size for c in m.changes), Fraction(0))
                for m in misses
            }
            assert found == smallest_changes(engine, index, known, relative)
            for miss in misses:
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
