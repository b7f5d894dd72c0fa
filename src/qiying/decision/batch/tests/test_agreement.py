"""Planes, tables and amounts agree with the scalar engine, pair by pair."""

import random

import pyarrow as pa
import pytest

from qiying.decision.batch import Matcher
from qiying.decision.batch.table import result_table
from qiying.decision.planes import Columns
from qiying.decision.scalar import History, ScalarEngine, explain
from qiying.decision.scalar.amounts import yuan

from .random_policies import REGISTRY, random_book, random_facts


@pytest.mark.parametrize("seed", range(6))
def test_every_pair_is_the_same_in_the_table_and_in_the_scalar_explanation(seed):
    book, rng = random_book(seed), random.Random(seed)
    facts = [random_facts(rng) for _ in range(150)]
    columns = Columns.from_facts(facts, REGISTRY)
    table = result_table(Matcher(book, columns), pa.array([str(i) for i in range(len(facts))]))
    found = {(row["enterprise"], row["policy"]): row for row in table.to_pylist()}
    engine = ScalarEngine(book)
    for number, one in enumerate(facts):
        for answer in explain(engine, REGISTRY.stored(one), nearest=False):
            row = found.pop((str(number), answer.policy), None)
            assert (row["outcome"] if row else "not_eligible") == answer.outcome
            if row and answer.outcome == "eligible":
                paid = answer.payment
                assert row["row"] == answer.row
                assert row["amount_fen"] == (paid.amount if paid else None), (one, answer)
                assert row["superseded_by"] == (answer.superseded_by or None)
                assert row["group_open"] == answer.group_open
            if row and answer.outcome == "unknown":
                assert [tuple(names) for names in row["missing"]] == list(answer.missing)
    assert not found


def random_history(rng, book, rows):
    """Earlier grants of some enterprises, by policy and row."""
    return {
        one.id: {
            row: History({2026: rng.choice([0, 10000]), 2025: 500})
            for row in range(rows)
            if rng.random() < 0.3
        }
        for one in book.compiled
    }


@pytest.mark.parametrize("seed", range(3))
def test_what_was_granted_before_counts_in_batches_as_it_does_for_one(seed):
    book, rng = random_book(seed), random.Random(seed)
    facts = [random_facts(rng) for _ in range(80)]
    history = random_history(rng, book, len(facts))
    matcher = Matcher(book, Columns.from_facts(facts, REGISTRY), history=history)
    table = result_table(matcher, pa.array([str(i) for i in range(len(facts))]))
    found = {(row["enterprise"], row["policy"]): row for row in table.to_pylist()}
    engine = ScalarEngine(book)
    for number, one in enumerate(facts):
        past = {policy: rows[number] for policy, rows in history.items() if number in rows}
        for answer in explain(engine, REGISTRY.stored(one), past, nearest=False):
            row = found.pop((str(number), answer.policy), None)
            assert (row["outcome"] if row else "not_eligible") == answer.outcome
            if row and answer.outcome == "eligible":
                assert row["amount_fen"] == (answer.payment.amount if answer.payment else None)
                assert row["superseded_by"] == (answer.superseded_by or None)
    assert not found


def test_one_edited_policy_and_one_edited_enterprise_give_what_a_fresh_run_gives():
    book, rng = random_book(3), random.Random(3)
    facts = [random_facts(rng) for _ in range(200)]
    matcher = Matcher(book, Columns.from_facts(facts, REGISTRY))
    edited = (
        random_book(99)
        .compiled[0]
        .policy.__class__(**{**random_book(99).compiled[0].policy.__dict__, "id": "p4"})
    )
    matcher.policy_changed(edited)
    facts[77] = {"甲": 3, "乙": 5, "营收": 1000, "研发": 50, "行业": "A", "名单": True}
    matcher.enterprise_changed(77, facts[77])
    fresh = Matcher(book.replaced(edited), Columns.from_facts(facts, REGISTRY))
    assert (matcher.planes.words == fresh.planes.words).all()
    assert matcher.paid(4).fen.tolist() == fresh.paid(4).fen.tolist()


def test_amounts_are_written_in_yuan_with_two_decimals():
    assert [yuan(x) for x in (0, 5, 12345, -199)] == ["0.00", "0.05", "123.45", "-1.99"]
