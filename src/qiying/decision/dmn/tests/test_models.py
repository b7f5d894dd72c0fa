"""Models: requirements, boxed expressions, item types, knowledge models, services, and files that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from qiying.decision.checks import check_file
from qiying.decision.dmn import DmnError, evaluate_decision, invoke_service, read_model
from qiying.decision.feel import to_feel

from .helpers import HEAD, answer, decision, given, literal, model_of


def test_a_decision_sees_what_it_requires_and_nothing_else() -> None:
    body = (
        given("x", "number")
        + decision("twice", literal("x * 2"), requires=("i_x",))
        + decision("plus", literal("twice + 1"), requires=("d_twice",))
        + decision("blind", literal("twice + 1"))
    )
    assert answer(body, "plus", x=4) == 9
    assert answer(body, "blind", x=4) is None


def test_decisions_that_require_each_other_end_in_null() -> None:
    body = decision("a", literal("b + 1"), requires=("d_b",)) + decision(
        "b", literal("a + 1"), requires=("d_a",)
    )
    assert answer(body, "a") is None


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (
            '<context><contextEntry><variable name="half price"/>' + literal("10 / 2") + "</contextEntry>"
            "<contextEntry>" + literal("half price + 1") + "</contextEntry></context>",
            6,
        ),
        ("<list>" + literal("1") + literal('"a"') + "</list>", [1, "a"]),
        (
            '<relation><column name="名称"/><column name="n"/><row>'
            + literal('"甲"')
            + literal("1")
            + "</row></relation>",
            [{"名称": "甲", "n": 1}],
        ),
        (
            "<conditional><if>" + literal("1 > 2") + "</if><then>" + literal("1") + "</then><else>"
            + literal("2") + "</else></conditional>",
            2,
        ),
        ("<filter><in>" + literal("[1,2,3]") + "</in><match>" + literal("item > 1") + "</match></filter>", [2, 3]),
        (
            '<for iteratorVariable="the row"><in>' + literal("[1,2]") + "</in><return>" + literal("the row * 2")
            + "</return></for>",
            [2, 4],
        ),
        (
            '<some iteratorVariable="r"><in>' + literal("[1,2]") + "</in><satisfies>" + literal("r > 1")
            + "</satisfies></some>",
            True,
        ),
        (
            '<every iteratorVariable="r"><in>' + literal("[1,2]") + "</in><satisfies>" + literal("r > 1")
            + "</satisfies></every>",
            False,
        ),
        (
            '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n"/>'
            + literal("n + 1") + "</functionDefinition></contextEntry><contextEntry>" + literal("f(2)")
            + "</contextEntry></context>",
            3,
        ),
    ],
)  # fmt: skip
def test_boxed_expressions_mean_what_their_text_means(logic: str, expected: object) -> None:
    assert answer(decision("d", logic), "d") == expected


def test_a_knowledge_model_is_invoked_by_name_and_by_text() -> None:
    knowledge = (
        '<businessKnowledgeModel name="补贴 额" id="b_k"><variable name="补贴 额"/><encapsulatedLogic>'
        '<formalParameter name="投入" typeRef="number"/>' + literal("投入 * 0.1") + "</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )
    by_name = (
        "<invocation>"
        + literal("补贴 额")
        + '<binding><parameter name="投入"/>'
        + literal("50")
        + "</binding></invocation>"
    )
    body = (
        knowledge
        + decision("one", by_name, requires=("b_k",))
        + decision("two", literal("补贴 额(70)"), requires=("b_k",))
        + decision("wrong", literal('补贴 额("x")'), requires=("b_k",))
    )
    assert answer(body, "one") == 5
    assert answer(body, "two") == 7
    assert answer(body, "wrong") is None


TYPES = (
    '<itemDefinition name="tList" isCollection="true"><typeRef>tSize</typeRef></itemDefinition>'
    '<itemDefinition name="tSize"><typeRef>string</typeRef><allowedValues><text>"大","中","小"</text></allowedValues>'
    "</itemDefinition>"
    '<itemDefinition name="tFirm"><itemComponent name="the size"><typeRef>tSize</typeRef></itemComponent>'
    '<itemComponent name="n"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)


def test_values_are_converted_to_their_item_types() -> None:
    body = (
        TYPES
        + given("f", "tFirm")
        + decision("d", literal("f.the size"), type_ref="tSize", requires=("i_f",))
    )
    assert answer(body, "d", f={"the size": "大", "n": 1}) == "大"
    assert answer(body, "d", f={"the size": "巨", "n": 1}) is None
    assert answer(body, "d", f={"the size": "大", "n": "x"}) is None
    assert answer(body, "d", f={"n": 1}) is None


def test_a_list_of_one_serves_as_its_item_and_a_date_as_its_midnight() -> None:
    assert answer(decision("d", literal("[5]"), type_ref="number"), "d") == 5
    assert answer(TYPES + decision("d", literal('"大"'), type_ref="tList"), "d") is None
    assert answer(TYPES + decision("d", literal('["大", "中"]'), type_ref="tList"), "d") == ["大", "中"]
    moment = decision("d", literal('@"2025-01-02"'), type_ref="dateTime")
    assert answer(moment, "d") == "2025-01-02T00:00:00Z"


def test_a_service_takes_its_inputs_from_the_caller() -> None:
    body = (
        decision("in", literal('"own"'), type_ref="string")
        + decision("out", literal('"got " + in'), requires=("d_in",))
        + '<decisionService name="s" id="s"><variable name="s"/><outputDecision href="#d_out"/>'
        '<inputDecision href="#d_in"/></decisionService>'
    )
    assert invoke_service(model_of(body), "s", {"in": "given"}).value == "got given"
    assert invoke_service(model_of(body), "s", {"in": to_feel(3)}).value is None


def test_external_functions_are_read_but_never_run() -> None:
    logic = (
        '<context><contextEntry><variable name="f"/><functionDefinition kind="Java">' + literal('{class: "x"}')
        + "</functionDefinition></contextEntry><contextEntry>" + literal("f()") + "</contextEntry></context>"
    )  # fmt: skip
    assert answer(decision("d", logic), "d") is None


@pytest.mark.parametrize(
    "data",
    [
        b"<definitions",
        b"<html/>",
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><definitions>&b;</definitions>',
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions name="&x;"/>',
    ],
)
def test_files_that_are_broken_or_mean_harm_are_refused(data: bytes) -> None:
    with pytest.raises(DmnError):
        read_model(data)


def test_deeply_nested_models_do_not_hurt() -> None:
    logic = "<list>" * 200 + literal("1") + "</list>" * 200
    model = model_of(decision("d", logic))
    evaluate_decision(model, "d", {})


def test_a_mistake_is_found_at_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.dmn"
    text = "<literalExpression><text>1 &lt; 2 and\n   3 &gt;= = 4</text></literalExpression>"
    path.write_text(f"{HEAD}\n{decision('d', text)}</definitions>", encoding="utf-8")
    (problem,) = check_file(path)
    assert (problem.line, problem.column) == (3, 6)
    assert "“d”" in problem.message


def test_a_missing_requirement_and_an_empty_decision_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "gap.dmn"
    path.write_text(f"{HEAD}{decision('d', '', requires=('i_none',))}</definitions>", encoding="utf-8")
    assert {problem.code for problem in check_file(path)} == {"dmn.requires", "dmn.logic"}


def test_a_cell_that_does_not_fit_its_column_is_reported_in_the_file(tmp_path: Path) -> None:
    rows = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>\n"
        for cell in ('"大"', '"巨"', "&gt; 3", "-")
    )
    table = (
        f'<decisionTable>\n<input><inputExpression typeRef="tSize"><text>s</text></inputExpression></input>\n'
        f'<output name="y"/>\n{rows}</decisionTable>'
    )
    path = tmp_path / "cells.dmn"
    body = TYPES + given("s", "tSize") + decision("y", table, requires=("i_s",))
    path.write_text(f"{HEAD}\n{body}</definitions>", encoding="utf-8")
    first_row = path.read_text(encoding="utf-8").split("\n").index('<output name="y"/>') + 2
    found = {(problem.line, problem.code) for problem in check_file(path)}
    assert found == {(first_row + 1, "never.true"), (first_row + 2, "type.compare")}
