"""What a run finds of many is what the scalar engine says of each; what it writes is exactly the difference."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.policies.models import MatchState
from qiying.capabilities.policies.services.matching import finding
from qiying.capabilities.policies.services.matching.finding import CODES, STATES, Pairs, find
from qiying.capabilities.policies.services.matching.stored import Standing, differences
from qiying.capabilities.policies.tests.live import live_pairs
from qiying.capabilities.policies.tests.shelves import readable, shelf_of
from qiying.decision.batch.nearly import nearer_book
from qiying.decision.indicators import standard_registry
from qiying.decision.planes import Columns
from qiying.decision.scalar import History, ScalarEngine
from qiying.kernel.enterprises.columns import Register

SHARE = Fraction(1, 5)
REGISTRY = standard_registry()
SHELF = shelf_of(readable(25))
NEARER = ScalarEngine(nearer_book(SHELF.book, SHARE))


def facts_of(rng, share):
    """Stored facts of one enterprise: about `share` of what the policies read, often close to a threshold."""
    edges: dict[str, list[int]] = {}
    for atom in SHELF.book.atoms:
        if atom.term.is_indicator and atom.term.kind == "integer":
            edges.setdefault(atom.term.key, []).extend(int(cut.value) for cut in atom.values.cuts)
    found = {}
    for name in SHELF.book.indicators:
        one = REGISTRY[name]
        if rng.random() > share:
            continue
        if one.is_text:
            found[name] = rng.choice(one.values or ("C3484", "I6510", "F5211"))
        elif one.type == "boolean":
            found[name] = int(rng.random() < 0.8)
        else:
            edge = rng.choice(edges.get(name) or [1_000_000])
            value = int(edge * rng.choice([0.5, 0.85, 1, 1.1, 2])) + rng.choice([-1, 0, 1])
            found[name] = min(max(value, one.bounds.low), one.bounds.high)
    return found


def register_of(facts):
    shown = [{name: REGISTRY[name].shown(value) for name, value in one.items()} for one in facts]
    return Register(np.arange(100, 100 + len(facts)), Columns.from_facts(shown, REGISTRY))


@pytest.mark.parametrize("share", [0.95, 0.6, 0.2])
def test_pairs_are_what_the_scalar_engine_says_one_by_one(share):
    rng = random.Random(int(share * 100))
    facts = [facts_of(rng, share) for _ in range(150)]
    codes = [p.code for p in SHELF.published]
    past = {
        code: {
            row: History({2026: rng.choice([0, 10_000_000, 10**12])})
            for row in range(150)
            if rng.random() < 0.2
        }
        for code in codes
    }
    found = find(SHELF, register_of(facts), past, SHARE)
    table = {}
    for place in range(len(found.pairs)):
        pair = found.pairs.take(place)
        amount = None if pair.amount == finding.NO_AMOUNT else int(pair.amount)
        key = int(pair.enterprise) - 100, int(pair.policy)
        table[key] = (STATES[int(pair.state)], amount, int(pair.tier), found.texts[int(pair.missing)])
    for row, stored in enumerate(facts):
        granted = {code: rows[row] for code, rows in past.items() if row in rows}
        for policy_id, (state, amount, _, missing) in live_pairs(SHELF, stored, granted).items():
            kept = table.pop((row, policy_id))
            assert kept == (state, amount, kept[2], "、".join(missing)), (row, policy_id)
        exact = [v.outcome for v in SHELF.engine.evaluate(stored)]
        nearly = [v.outcome for v in NEARER.evaluate(stored)]
        for index, published in enumerate(SHELF.published):
            compiled = SHELF.book.compiled[index]
            had = compiled.policy.first_time_only and granted.get(published.code, History()).received
            is_near = exact[index] == "not_eligible" and nearly[index] == "eligible" and not had
            assert is_near == (table.pop((row, published.policy_id), ("",))[0] == "near")
    assert not table


def test_counts_are_those_of_the_pairs_and_hidden_ones_are_counted():
    rng = random.Random(5)
    found = find(SHELF, register_of([facts_of(rng, 0.3) for _ in range(200)]), {}, SHARE)
    for published in SHELF.published:
        counted = found.counts[published.policy_id]
        states = found.pairs.state[found.pairs.policy == published.policy_id]
        told = (counted.eligible, counted.near, counted.unknown)
        assert told == tuple(int((states == code).sum()) for code in CODES.values())
    assert sum(c.hidden for c in found.counts.values()) > 0


def test_of_many_unknown_pairs_those_that_lack_one_fact_are_kept(monkeypatch):
    rng = random.Random(9)
    rows = register_of([facts_of(rng, 0.5) for _ in range(80)])
    every = find(SHELF, rows, {}, SHARE)
    monkeypatch.setattr(finding, "MOST_UNKNOWN", 2)
    few = find(SHELF, rows, {}, SHARE)
    unknown = CODES[MatchState.UNKNOWN]
    for enterprise in rows.ids.tolist():
        sizes = {}
        for result in (every, few):
            mine = result.pairs.take(
                (result.pairs.enterprise == enterprise) & (result.pairs.state == unknown)
            )
            sizes[id(result)] = sorted(len(result.texts[n].split("、")) for n in mine.missing.tolist())
        assert sizes[id(few)] == sizes[id(every)][:2]
    for policy_id, counted in every.counts.items():
        kept = few.counts[policy_id]
        assert kept.unknown + kept.hidden == counted.unknown + counted.hidden


MARKS = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 4)), st.sampled_from([5, 9, 13, 6]))


@given(before=MARKS, now=MARKS)
def test_differences_turn_what_stands_into_what_was_found(before, now):
    def arrays(marks):
        rows = sorted((*pair, mark) for pair, mark in marks.items())
        return (
            [np.array(column, np.int64) for column in zip(*rows, strict=True)]
            if rows
            else [np.empty(0, np.int64)] * 3
        )

    stored = Standing(*arrays(before))
    enterprise, policy, mark = arrays(now)
    zeros = np.zeros(len(mark), np.int64)
    pairs = Pairs(enterprise, policy, zeros, zeros, zeros, zeros, mark)
    found = differences(stored, pairs)
    after = dict(before)
    for place in found.gone.tolist():
        del after[int(stored.enterprise[place]), int(stored.policy[place])]
    for place, old in zip(found.changed.tolist(), found.before.tolist(), strict=True):
        assert (pairs.enterprise[place], pairs.policy[place]) == (stored.enterprise[old], stored.policy[old])
        after[int(pairs.enterprise[place]), int(pairs.policy[place])] = int(pairs.mark[place])
    for place in found.new.tolist():
        key = int(pairs.enterprise[place]), int(pairs.policy[place])
        assert key not in after
        after[key] = int(pairs.mark[place])
    assert after == now
    assert len(found) == sum(before.get(k) != now.get(k) for k in {*before, *now})
