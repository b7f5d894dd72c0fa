"""The shipped policies: their worked examples, the marking of their numbers, their DMN twins."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qiying.decision.dmn.engine import evaluate_decision
from qiying.decision.dmn.reader import read_model
from qiying.decision.feel.temporal import FeelDate
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.amounts import fen
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import compile_policy
from qiying.decision.policy.dmn_xml import from_dmn, to_dmn
from qiying.decision.policy.load import load_policies
from qiying.decision.policy.plain import policy_yaml
from qiying.decision.scalar import ScalarEngine, as_dict, explain

FOLDER = Path(__file__).parents[5] / "policies"
POLICIES: dict[str, Any] = {policy.id: policy for policy in load_policies([FOLDER])}
DAY = date(2026, 6, 30)
each_policy = pytest.mark.parametrize("key", POLICIES)
REGISTRY = standard_registry()


def texts_of(policy):
    """Every FEEL text."""
    yield from (one.when for one in (*policy.requires, *policy.excludes))
    for table in (policy.table, *(policy.score.parts if policy.score else ())):
        yield from (column.expression for column in table.inputs)
        for row in table.rows:
            yield from (*row.when, *row.then)


def numbers_of(policy):
    """Every number in the FEEL texts; digits inside quotes and names are none."""
    for text in texts_of(policy):
        for found in re.findall(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w\"])", re.sub(r'"[^"]*"', "", text)):
            yield Decimal(found).normalize()
        yield from (Decimal(days) for days in re.findall(r'@"P(\d+)D"', text))


def test_there_are_at_least_25_national_policies_and_10_named_samples():
    national = [p for p in POLICIES.values() if Path(p.file).parent.name == "national"]
    samples = [p for p in POLICIES.values() if Path(p.file).parent.name == "patterns"]
    assert len(national) >= 25
    assert len(samples) >= 10
    assert all(p.sample and "样例" in p.name for p in samples)
    assert not any(p.sample for p in national)


@each_policy
def test_the_worked_examples_come_out(key):
    policy = POLICIES[key]
    assert len(policy.examples) >= 2
    for example in policy.examples:
        day = example.as_of or (DAY if policy.in_force(DAY) else policy.valid_to)
        engine = ScalarEngine(PolicyBook.of([policy], REGISTRY, day))
        facts = dict(example.facts)
        assert not REGISTRY.refused(facts)
        answer = as_dict(explain(engine, REGISTRY.stored(facts))[0], engine)
        assert answer["outcome"] == example.outcome, example
        assert example.row is None or answer["row"] == example.row, example
        assert not example.amount_yuan or answer["amount_yuan"] == example.amount_yuan, example
        if example.points:
            score = engine.book.compiled[0].score
            assert score is not None
            parts = score.contributions(REGISTRY.stored(facts))
            assert {sum(p.low for p in parts), sum(p.high for p in parts)} == {Decimal(example.points)}


@each_policy
def test_every_number_of_a_national_policy_is_marked_with_source_and_confidence(key):
    policy = POLICIES[key]
    if policy.sample:
        return
    marked = {Decimal(figure.value).normalize() for figure in policy.figures}
    trivial = {Decimal(0)}
    dates = {date.fromisoformat(d) for t in texts_of(policy) for d in re.findall(r'@"(\d{4}-\d\d-\d\d)"', t)}
    assert set(numbers_of(policy)) - trivial <= marked
    assert dates <= {policy.valid_from, policy.valid_to}
    assert all(row.source for row in policy.table.rows)


@each_policy
def test_the_dmn_twin_and_the_written_file_are_equal_to_the_policy(key):
    policy = POLICIES[key]
    assert from_dmn(to_dmn(policy, REGISTRY)) == policy
    assert policy_yaml(policy)


@each_policy
def test_checking_finds_nothing_wrong(key):
    compiled = compile_policy(POLICIES[key], REGISTRY, DAY)
    assert compiled.findings == ()
    assert compiled.indicators


def test_a_cell_edited_in_a_dmn_tool_changes_the_policy():
    policy = POLICIES["cn-cit-small-micro"]
    edited = to_dmn(policy, REGISTRY).replace(b"&lt;= 3000000</text>", b"&lt;= 5000000</text>")
    assert from_dmn(edited).table.rows[0].when == ("<= 5000000",)


def test_a_model_of_another_maker_becomes_a_policy_with_defaults():
    text = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="外来" id="foreign" namespace="urn:x">
    <decision name="金额" id="d"><decisionTable id="t" hitPolicy="FIRST">
      <input id="i"><inputExpression><text>职工人数</text></inputExpression></input>
      <output id="o" name="金额" typeRef="number"/>
      <rule id="r1"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>100</text></outputEntry></rule>
      <rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""
    policy = from_dmn(text.encode())
    engine = ScalarEngine(PolicyBook.of([policy], REGISTRY, DAY))
    assert [as_dict(explain(engine, REGISTRY.stored({"职工人数": n}))[0], engine)["amount_yuan"] for n in (9, 10)] == [
        "10.00", "100.00",
    ]  # fmt: skip


def feel_value(one, stored):
    """A stored fact as a FEEL value."""
    shown = one.shown(stored)
    return FeelDate(shown.year, shown.month, shown.day) if isinstance(shown, date) else shown


@each_policy
def test_a_dmn_engine_running_the_twin_comes_to_the_same_result(key):
    policy = POLICIES[key]
    model = read_model(to_dmn(policy, REGISTRY))
    for example in policy.examples:
        day = example.as_of or (DAY if policy.in_force(DAY) else policy.valid_to)
        compiled = compile_policy(policy, REGISTRY, day)
        stored = REGISTRY.stored(dict(example.facts))
        if set(compiled.indicators) - set(stored) or not compiled.in_force:
            continue  # DMN knows no missing facts and no validity
        inputs = {name: feel_value(REGISTRY[name], value) for name, value in stored.items()}
        inputs["评估日"] = FeelDate(day.year, day.month, day.day)
        found = evaluate_decision(model, policy.name, inputs).value
        if isinstance(found, dict):
            found = found[policy.table.outputs[0].name]
        assert (found is not None) == (example.outcome == "eligible"), (example, found)
        if example.amount_yuan and policy.caps is None:
            assert fen(Fraction(found)) == int(Decimal(example.amount_yuan) * 100)
