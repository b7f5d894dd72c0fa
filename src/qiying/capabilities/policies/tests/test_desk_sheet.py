"""The sheet an officer edits: shipped policies pass through it unchanged, buttons move rows, cells say what they mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qiying.capabilities.policies.rules.differences import differences
from qiying.capabilities.policies.rules.table_edit import (
    blank_sheet,
    completed,
    path_at,
    plain_of,
    sheet_of,
    sheet_of_post,
    sheet_of_yaml,
    yaml_of,
)
from qiying.capabilities.policies.rules.table_operations import operated
from qiying.capabilities.policies.rules.table_words import read_sheet
from qiying.capabilities.policies.tests.world import AWARD
from qiying.decision.commands.policy_files import shipped_policies
from qiying.decision.indicators import standard_registry
from qiying.decision.policy.load import load_policies, read_policy

REGISTRY, ON = standard_registry(), date(2026, 11, 18)
SHIPPED = load_policies([shipped_policies()])


def fields(value, path=""):
    """A sheet as the fields of a form."""
    if isinstance(value, str):
        yield f"p:{path}", value
    listed = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in listed:
        yield from fields(one, f"{path}.{key}".strip("."))


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda p: p.id)
def test_a_policy_goes_through_the_form_and_comes_out_equal(policy):
    sheet = sheet_of_post(fields(sheet_of(policy)))
    assert replace(read_policy(yaml_of(plain_of(sheet)[0])), file="") == replace(policy, uses=(), file="")


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda p: p.id)
def test_every_cell_of_a_shipped_policy_has_words_and_its_examples_come_out(policy):
    reading = read_sheet(sheet_of(policy), REGISTRY, ON)
    assert [path for path, said in reading.said.items() if said.problem] == []
    assert reading.errors == ()
    assert all(one.is_same for one in reading.examples)
    assert len(reading.rows) == len(policy.table.rows)


def award(**changes):
    sheet = sheet_of_yaml(AWARD)
    for path, value in changes.items():
        target: Any
        target, steps = sheet, path.split("__")
        for step in steps[:-1]:
            target = target[int(step) if step.isdigit() else step]
        target[int(steps[-1]) if steps[-1].isdigit() else steps[-1]] = value
    return sheet


def test_a_mistake_is_told_at_its_cell_with_what_to_write():
    reading = read_sheet(award(table__rows__0__when__0=">= 两千万"), REGISTRY, ON)
    said = reading.said["table.rows.0.when.0"]
    assert "两千万" in said.problem
    assert said.advice
    assert reading.errors[0].path == "table.rows.0.when.0"


def test_a_blank_entry_above_does_not_move_a_problem():
    sheet = operated(award(), "requires_add")
    sheet["requires"].reverse()
    sheet["requires"][1]["when"] = "没有这个"
    assert read_sheet(sheet, REGISTRY, ON).errors[0].path == "requires.1.when"


def test_missing_heads_are_told_at_their_fields():
    paths = {told.path for told in read_sheet(blank_sheet("a", "甲"), REGISTRY, ON).errors}
    assert {"document.number", "department"} <= paths


def test_words_of_a_row_and_of_a_ratio():
    sheet = operated(award(), "col_add", "研发费用 / 营业收入")
    sheet["table"]["rows"][0]["when"][1] = ">= 0.05"
    reading = read_sheet(sheet, REGISTRY, ON)
    assert reading.said["table.rows.0.when.1"].text == "研发费用与营业收入之比不低于5%"
    assert "研发费用" in reading.said["table.inputs.1.expression"].text
    assert "30万元" in reading.rows[0]


def test_buttons():
    sheet = award()
    assert len(operated(sheet, "row_add")["table"]["rows"]) == 3
    assert operated(sheet, "row_down:0")["table"]["rows"][1] == sheet["table"]["rows"][0]
    assert len(operated(sheet, "row_copy:1")["table"]["rows"]) == 3
    wider = operated(sheet, "col_add", "职工人数")
    assert [len(row["when"]) for row in wider["table"]["rows"]] == [2, 2]
    assert operated(operated(wider, "col_left:1"), "col_del:1") == operated(wider, "col_del:0")
    assert operated(sheet, "col_del:0")["table"]["rows"][0]["when"] == []
    for odd in ("", "row_del:99", "row_up:0", "what_add", "row_del:-1", "requires_del:7", "_", "col_right:5"):
        assert operated(sheet, odd) == sheet


def test_a_form_that_makes_no_sense_is_an_empty_sheet():
    odd = [("p:table.rows.99999.when", "x"), ("p:", "y"), ("p:table", "z"), ("p:table.rows.0", "a"),
           ("p:requires.0.when.0", "b"), ("q:id", "c"), ("p:table.rows.0.when.0", "d")]  # fmt: skip
    assert sheet_of_post(odd)["id"] == ""
    assert completed({"table": 3, "requires": "x", "document": []})["table"]["rows"]


def test_places_in_a_file():
    line = next(n for n, text in enumerate(AWARD.splitlines(), 1) if "20000000" in text)
    assert path_at(AWARD, line, AWARD.splitlines()[line - 1].index("20000000")) == "table.rows.0.when.0"
    assert path_at(AWARD, 999, 1) == ""


def test_differences_are_told_with_both_sentences():
    before = read_sheet(award(), REGISTRY, ON)
    changed = award(table__rows__0__when__0=">= 30000000", caps__per_year="500000", valid_to="")
    changed["materials"].append({"name": "承诺书", "note": ""})
    changed = operated(changed, "row_add")
    changed["table"]["rows"][2] |= {"when": ["-"], "then": ["1000"]}
    found = {d.where: d for d in differences(before, read_sheet(changed, REGISTRY, ON))}
    cell = found["第 1 行 营业收入"]
    assert (cell.before, cell.after) == (">= 20000000", ">= 30000000")
    assert (cell.before_says, cell.after_says) == ("营业收入不低于2000万元", "营业收入不低于3000万元")
    assert (found["每家每年最高"].before, found["每家每年最高"].after) == ("30万元", "50万元")
    assert found["失效"].kind == "removed"
    assert found["材料 2"].kind_label == "新增"
    assert "1000元" in found["第 3 行"].after_says
    assert differences(before, before) == []


def test_a_new_column_is_told_once():
    after = read_sheet(operated(award(), "col_add", "职工人数"), REGISTRY, ON)
    found = differences(read_sheet(award(), REGISTRY, ON), after)
    assert next((d.where, d.kind, d.after) for d in found) == ("条件列", "added", "职工人数")


ODD = [
    "(" * 3000,
    "9" * 400,
    '"',
    "[1..",
    "- and",
    "not(",
    "评估日",
    'date("x")',
    "1/0",
    "min()",
    "\x00",
    "为" * 5000,
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("place", ["table.rows.0.when.0", "table.rows.0.then.0", "table.inputs.0.expression",
                                   "requires.0.when", "caps.per_year", "valid_to", "score", "table.hit"])  # fmt: skip
def test_nothing_typed_breaks_the_page(place, text):
    posted = [(n, v) for n, v in fields(award()) if n != f"p:{place}"]
    read_sheet(sheet_of_post([*posted, (f"p:{place}", text)]), REGISTRY, ON)


@pytest.mark.parametrize(
    "given", [{"amount_yuan": "三十万"}, {"facts": "=\n=5"}, {"facts": "没有=1"}, {"row": "x"}]
)
def test_an_odd_example_is_told_not_fatal(given):
    sheet = operated(award(), "examples_add")
    sheet["examples"][0] |= {"facts": "营业收入=6000000\n是高新技术企业=是", "outcome": "eligible"} | given
    reading = read_sheet(sheet, REGISTRY, ON)
    assert reading.errors or not reading.examples[0].is_same
