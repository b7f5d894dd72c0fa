"""Overlaps and gaps of tables, against every combination of facts; effects against two plain matches."""

import random
from datetime import date
from itertools import product
from typing import Any

import pytest

from qiying.decision.batch.tests.random_policies import REGISTRY, random_book, random_facts
from qiying.decision.logic.amounts import truth
from qiying.decision.logic.formula import conj, disj, neg, terms
from qiying.decision.logic.normal import normalise
from qiying.decision.planes import Columns
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Clause
from qiying.decision.scalar import ScalarEngine
from qiying.decision.simulate import analyse, simulate
from qiying.decision.simulate.effect import edited

SMALL: dict[str, Any] = {"甲": range(10), "乙": range(10), "行业": "ABCD", "名单": (0, 1)}
WORLDS: list[dict[str, Any]] = [dict(zip(SMALL, values, strict=True)) for values in product(*SMALL.values())]


@pytest.mark.parametrize("seed", range(3))
def test_overlaps_and_gaps_are_found_exactly_when_some_enterprise_shows_them(seed):
    for one in random_book(seed, 10).compiled:
        if not set(one.indicators) <= set(SMALL) or any(
            not t.is_indicator for t in terms(one.formula).values()
        ):
            continue  # sums of indicators are judged as values of their own: their overlaps may be too many
        found = analyse(one)
        base = conj(*(clause.formula for clause in one.clauses))
        normals = [normalise(conj(base, row.matches)) for row in one.rows]
        hits = [[truth(n, world)[0] for n in normals] for world in WORLDS[::3]]
        for overlap in found.overlaps:
            both = normalise(
                conj(base, one.rows[overlap.first - 1].matches, one.rows[overlap.second - 1].matches)
            )
            assert any(truth(both, world)[0] for world in WORLDS)
        shown = {(o.first, o.second) for o in found.overlaps}
        for hit in hits:
            for second, first in product(range(len(hit)), repeat=2):
                if first < second and hit[first] and hit[second]:
                    assert (first + 1, second + 1) in shown
        gap = normalise(conj(base, neg(disj(*(row.matches for row in one.rows)))))
        assert bool(found.gaps) == any(truth(gap, world)[0] for world in WORLDS)


def test_an_effect_is_the_difference_of_two_plain_evaluations():
    book, rng = random_book(11), random.Random(11)
    facts = [random_facts(rng) for _ in range(300)]
    columns = Columns.from_facts(facts, REGISTRY)
    before = book.compiled[0].policy
    after = before.__class__(**{**before.__dict__, "requires": (*before.requires, Clause("乙 >= 4"))})
    effect = simulate(book, before, after, columns, ("行业",))

    def eligible(policy):
        engine = ScalarEngine(PolicyBook.of([policy], REGISTRY, date(2026, 6, 30)))
        return {
            i for i, one in enumerate(facts) if engine.evaluate(REGISTRY.stored(one))[0].outcome == "eligible"
        }

    old, new = eligible(before), eligible(after)
    assert (effect.gain, effect.lose) == (len(new - old), len(old - new))
    assert sum(lose for _, lose, _ in effect.by["行业"].values()) == effect.lose
    assert sum(fen for _, _, fen in effect.by["行业"].values()) == effect.after.fen - effect.before.fen


def test_a_number_is_replaced_wherever_it_stands_and_nowhere_inside_others():
    policy = random_book(1).compiled[0].policy
    policy = policy.__class__(
        **{**policy.__dict__, "requires": (Clause("营收 > 100 and 研发 > 1000 and 甲 > 10"),)}
    )
    assert edited(policy, {"100": "250"}).requires[0].when == "营收 > 250 and 研发 > 1000 and 甲 > 10"
