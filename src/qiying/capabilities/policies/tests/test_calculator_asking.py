"""Which question comes next: never one whose answer no longer matters, and few of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from qiying.capabilities.policies.selectors.asking import best_question, questions_left
from qiying.capabilities.policies.selectors.calculating import decided, nearly, standings, summed
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.capabilities.policies.tests.shelves import readable, shelf_of
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.load import read_policy

FLAGS = ("是高新技术企业", "注册地在本区", "建立党组织", "已上市")
AMOUNTS = (0, 1_000_000, 5_000_000, 9_000_000)
VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(FLAGS, ("是", "否")),
    "营业收入": tuple(str(a) for a in AMOUNTS),
    "职工人数": ("0", "10", "30", "60"),
}
HEAD = """
id: {id}
name: 样例{id}
document: {{number: 样例〔2026〕1号}}
department: 科技局
delivery: 申报
"""


def text_of(number: int, requires: list[str], tiers: list[tuple[str, int]], group: str) -> str:
    lines = [HEAD.format(id=f"sample-{number}")]
    if requires:
        lines.append("requires:")
        lines += [f"  - {{when: '{when}'}}" for when in requires]
    if group:
        lines.append(f"group: {{name: {group}}}")
    lines += ["table:", "  hit: F", "  inputs: [营业收入]", "  rows:"]
    lines += [f'    - {{when: ["{cell}"], then: "{amount}"}}' for cell, amount in tiers]
    return "\n".join(lines) + "\n"


CONDITIONS = st.sampled_from(
    [
        *FLAGS,
        *(f"not({flag})" for flag in FLAGS),
        "职工人数 >= 20",
        "职工人数 < 50",
        "是高新技术企业 or 已上市",
        "(是高新技术企业 and 职工人数 >= 20) or (not(是高新技术企业) and 建立党组织)",
        "营业收入 >= 5000000 or 建立党组织",
    ]
)
TIERS = st.sampled_from(
    [
        [("-", 100)],
        [(">= 5000000", 300), (">= 1000000", 100)],
        [(">= 1000000", 100), ("-", 50)],
        [(">= 5000000", 100), ("-", 100)],
    ]
)
POLICY = st.tuples(st.lists(CONDITIONS, max_size=2, unique=True), TIERS, st.sampled_from(["", "", "一组"]))
BOOKS = st.lists(POLICY, min_size=1, max_size=3)
ANSWERS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})


def book(policies: list[tuple[list[str], list[tuple[str, int]], str]]) -> Shelf:
    try:
        return shelf_of([read_policy(text_of(n, *one)) for n, one in enumerate(policies, 1)])
    except FileError:
        reject()  # conditions nobody can meet are refused when a policy is written


def outcome(shelf: Shelf, facts: dict[str, str]) -> object:
    """What somebody with all these facts gets: the sum, and which policies."""
    found = standings(shelf, shelf.registry.stored(facts))
    return sorted((s.one.code, s.outcome, s.fen) for s in found if not s.superseded_by), summed(found).fen


@given(BOOKS, ANSWERS)
def test_a_question_is_asked_only_when_its_answer_can_still_change_the_result(policies, answers):
    shelf = book(policies)
    facts: dict[str, str] = {}
    for _ in range(len(VALUES) + 1):
        stored = shelf.registry.stored(facts)
        ask = best_question(shelf, stored, standings(shelf, stored))
        if ask is None:
            break
        name = ask.indicator.name
        assert name not in facts
        rest = [n for n in VALUES if n not in facts and n != name]
        assert any(
            len(
                {
                    str(outcome(shelf, {**facts, **dict(zip(rest, filling, strict=True)), name: v}))
                    for v in VALUES[name]
                }
            )
            > 1
            for filling in product(*(VALUES[n] for n in rest))
        ), (name, facts)
        facts[name] = answers[name]
    # With no question left, the result is what the full answers give.
    stored = shelf.registry.stored(facts)
    found = standings(shelf, stored)
    assert decided(found) == len(shelf.published)
    assert summed(found).fen == outcome(shelf, answers)[1]  # type: ignore[index]


@given(BOOKS, st.sets(st.sampled_from(sorted(VALUES))))
def test_what_was_skipped_is_never_asked_again_and_the_run_ends(policies, skipped):
    shelf = book(policies)
    left = set(skipped)
    for _ in range(len(VALUES) + 1):
        ask = best_question(shelf, {}, standings(shelf, {}), left)
        if ask is None:
            return
        assert ask.indicator.name not in left
        left.add(ask.indicator.name)
    raise AssertionError("the calculator does not end")


def test_a_question_says_how_many_policies_hang_on_it_and_how_much_money():
    shelf = book([(["是高新技术企业"], [("-", 100)], ""), (["是高新技术企业", "已上市"], [("-", 300)], "")])
    ask = best_question(shelf, {}, standings(shelf, {}))
    assert ask is not None
    assert ask.indicator.name == "是高新技术企业"
    assert [p.code for p in ask.decides] == ["sample-1"]
    assert (len(ask.helps), ask.most_fen) == (2, 40_000)


def test_of_a_group_the_lower_policy_is_not_asked_for_once_the_higher_is_certain():
    shelf = book([([], [("-", 300)], "一组"), (["已上市"], [("-", 100)], "一组")])
    found = standings(shelf, {})
    assert best_question(shelf, {}, found) is None
    assert summed(found).fen == 30_000


def test_an_amount_is_asked_for_after_the_outcomes():
    shelf = book([([], [(">= 5000000", 300), ("-", 50)], "")])
    ask = best_question(shelf, {}, standings(shelf, {}))
    assert ask is not None
    assert (ask.indicator.name, ask.for_amount) == ("营业收入", True)


def test_nearly_met_is_one_number_in_reach():
    shelf = book([(["职工人数 >= 20"], [("-", 100)], ""), ([], [(">= 5000000", 300)], "")])
    stored = shelf.registry.stored({"职工人数": "17", "营业收入": "1000000"})
    near = nearly(shelf, stored, standings(shelf, stored))
    assert [m.standing.one.code for m in near] == ["sample-1"]
    assert "再增加3人" in near[0].words
    assert near[0].percent == 85


@pytest.mark.parametrize("count", [60])
def test_the_sample_policies_end_after_fewer_questions_than_they_have_facts(count):
    shelf = shelf_of(readable(count))
    facts: dict[str, int | str] = {}
    asked = 0
    while (ask := best_question(shelf, facts, standings(shelf, facts))) is not None and asked < 100:
        one = ask.indicator
        value = {"boolean": "否", "text": one.values[0] if one.values else "C3562", "date": "2019-05-01"}
        stored = one.stored(value.get(one.type, one.low or 0))
        facts[one.name] = stored if stored is not None else 1
        asked += 1
    assert asked < len(shelf.book.indicators) * 0.7
    assert decided(standings(shelf, facts)) == count
    assert questions_left(shelf, facts, standings(shelf, facts)) == []
