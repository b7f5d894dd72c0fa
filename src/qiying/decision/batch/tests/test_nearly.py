"""Nearly met, against brute force: every completion of the missing facts, every threshold moved by hand."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from qiying.decision.batch.nearly import is_movable, nearer_book, widened
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.sets import between, compare, points
from qiying.decision.logic.terms import term_value
from qiying.decision.planes import Columns
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.load import load_policies
from qiying.decision.policy.model import Clause, Document, Output, Policy, Row, Table

from .random_policies import AS_OF, REGISTRY, random_book

SHARE = Fraction(1, 5)


def near_enough(one, value, share=SHARE):
    """The condition with its edges moved: does this value of its term meet it?"""
    if value is None:
        return None
    if one.term.kind == "text" or one.term.key == "名单":
        return value in one.values
    least = 1 if not one.term.over and set(one.term.names) <= {"甲", "乙"} else 0
    for low, high in one.values.intervals():
        edge = None if low is None else low.value - max(abs(low.value) * share, least)
        over = low is None or (value > edge if low.after else value >= edge)
        edge = None if high is None else high.value + max(abs(high.value) * share, least)
        under = high is None or (value <= edge if high.after else value < edge)
        if over and under:
            return True
    return False


def certainly(normal, facts, free):
    """The moved conditions hold whatever the missing facts are."""
    names = sorted(free)
    for values in product(*(free[name] for name in names)):
        world = {**facts, **dict(zip(names, values, strict=True))}
        for component in normal.components:
            if not any(all(near_enough(a, term_value(a.term, world)) for a in one) for one in component):
                return False
    return True


@pytest.mark.parametrize("seed", range(5))
def test_the_nearer_book_is_certain_exactly_when_brute_force_is(seed):
    book, rng = random_book(seed), random.Random(seed)
    nearer = nearer_book(book, SHARE)
    facts = []
    for _ in range(60):
        one: dict[str, int | str] = {
            "甲": rng.randint(0, 9), "乙": rng.randint(0, 9), "名单": rng.randint(0, 1), "行业": rng.choice("ABCD"),
            "营收": rng.choice([0, 10000, 100000]), "研发": rng.choice([0, 200, 240, 300, 1600, 4000, 5000, 9000]),
        }  # fmt: skip
        for name in rng.sample(["甲", "乙", "名单", "行业"], rng.randint(0, 2)):
            del one[name]
        facts.append(one)
    shown = [{n: REGISTRY[n].shown(v) for n, v in one.items()} for one in facts]
    planes = PlaneEngine(nearer).run(Columns.from_facts(shown, REGISTRY))
    free = {"甲": range(10), "乙": range(10), "名单": (0, 1), "行业": "ABCD"}
    for policy, compiled in enumerate(book.compiled):
        met = set(planes.listed(policy).tolist())
        for row, known in enumerate(facts):
            open_ = {name: values for name, values in free.items() if name not in known}
            assert (row in met) == certainly(compiled.normal, known, open_), (compiled.id, known)


def test_who_meets_the_exact_book_meets_the_nearer_one():
    book = random_book(7)
    rng = random.Random(7)
    facts = [{"甲": rng.randint(0, 9), "营收": 1000, "研发": rng.randint(0, 200)} for _ in range(200)]
    columns = Columns.from_facts(facts, REGISTRY)
    exact, near = PlaneEngine(book).run(columns), PlaneEngine(nearer_book(book, SHARE)).run(columns)
    assert not (exact.words[:, 0] & ~near.words[:, 0]).any()


def test_edges_move_outwards_by_their_own_size():
    assert widened(compare(">=", 100), SHARE) == compare(">=", 80)
    assert widened(compare("<", 100), SHARE) == compare("<", 120)
    assert widened(between(10, 20), SHARE) == between(8, 24)
    assert widened(points([3]), SHARE, 1) == between(2, 4)
    assert widened(compare(">=", 0), SHARE) == compare(">=", 0)


def test_titles_days_and_places_never_move():
    registry = standard_registry()
    when = '是高新技术企业 and 成立日期 <= date("2020-01-01") and 企业规模 = "小型" and 职工人数 >= 10'
    policy = Policy(
        id="p", name="p", document=Document("样例"), department="样例", delivery="申报",
        table=Table("F", (), (Output("金额"),), (Row((), ("1",)),)), requires=(Clause(when),),
    )  # fmt: skip
    book = PolicyBook.of([policy], registry, AS_OF)
    moved = {a.term.key for a in book.atoms} - {a.term.key for a in nearer_book(book, SHARE).atoms}
    (count,) = [a for a in nearer_book(book, SHARE).atoms if a.term.key == "职工人数"]
    assert not moved
    assert count.values == compare(">=", 8) & count.term.domain
    assert [a.term.key for a in book.atoms if is_movable(a.term, registry)] == ["职工人数"]


def test_the_national_policies_have_a_nearer_form(request):
    place = request.config.rootpath / "policies" / "national"
    book = PolicyBook.of(load_policies([place]), standard_registry(), date(2026, 6, 30))
    nearer = nearer_book(book, SHARE)
    moved = [a for a, b in zip(book.compiled, nearer.compiled, strict=True) if a.normal != b.normal]
    assert len(moved) > 5
