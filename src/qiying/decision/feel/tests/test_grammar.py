"""The grammar: precedence, names with spaces and operators, places of errors."""

from __future__ import annotations

import pytest

from qiying.decision.feel import FeelLimitError, FeelSyntaxError, parse_expression, parse_unary_tests, unparse
from qiying.decision.feel import syntax as s

from .helpers import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 - 3 - 4", -5),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("- (3) ** 2", 9),
        ("10 / 4 * 2", 5),
        ("1 + 2 = 3 and not(2 > 3)", True),
        ("false and true or true", True),
        ("1 between 0 and 2 and true", True),
        ("[1, 2, 3][item > 1][1]", 2),
        ("{a: {b: 5}}.a.b", 5),
        ("if 1 < 2 then 3 else 4 + 5", 3),
        ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
        (".5 + .5", 1),
        ("1 // a comment\n + /* another */ 2", 3),
        ('"\\u4f01\\u5e94" + "\\t"', "企应\t"),
        ('string length("\\uD83D\\uDC0E")', 1),
    ],
)
def test_operators_bind_as_the_specification_orders_them(text: str, expected: object) -> None:
    assert value(text) == expected


def test_names_hold_spaces_operators_and_chinese_when_they_are_known() -> None:
    known = {"research expense": 6, "a-b": 100, "a": 7, "b": 5, "营业收入": 100, "研发 费用": 8}
    assert value("research  expense + 1", **known) == 7
    assert value("a-b", **known) == 100
    assert value("a - b", **known) == 100
    assert value("(a)-(b)", **known) == 2
    assert value("研发 费用 / 营业收入 >= 0.05", **known) is True


def test_the_longest_known_name_wins() -> None:
    assert value("monthly rate base", **{"monthly rate": 1, "monthly rate base": 2}) == 2


def test_an_unknown_simple_name_still_parses() -> None:
    assert parse_expression("研发费用/营业收入") == s.Arithmetic("/", s.Name("研发费用"), s.Name("营业收入"))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("1 == 2", 1, 3, "="),
        ("a（1）", 1, 2, "半角"),
        ("1 +\n  * 2", 2, 3, "缺一个值"),
        ('"abc', 1, 1, "引号"),
        ("f(1", 1, 4, "收尾"),
        ("if a then b", 1, 12, "else"),
        ("a && b", 1, 3, "and"),
        ("x > 5%", 1, 6, "0.05"),
        ("1 <> 2", 1, 3, "!="),
        ("5 >= = 4", 1, 3, "连在一起"),
        ("[1..", 1, 5, "缺一个值"),
        ("营业 收入 > 3", 1, 4, "多余"),
        ("", 1, 1, "空"),
    ],
)
def test_an_error_names_its_place_and_what_to_write(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse_expression(text)
    problem = caught.value.problem
    assert (problem.line, problem.column) == (line, column)
    assert words in str(problem)


@pytest.mark.parametrize(
    ("text", "low_closed", "high_closed"),
    [("[1..3]", True, True), ("(1..3]", False, True), ("]1..3[", False, False), ("[1..3)", True, False)],
)
def test_brackets_say_whether_the_ends_belong(text: str, low_closed: bool, high_closed: bool) -> None:
    node = parse_expression(text)
    assert isinstance(node, s.Interval)
    assert (node.low_closed, node.high_closed) == (low_closed, high_closed)


def test_an_open_end_is_not_taken_for_a_filter() -> None:
    assert value("x in ]1..3[ and y[2] = 7", x=2, y=[6, 7]) is True
    assert value("[y[1]..y[2]] = [6..7]", y=[6, 7]) is True


@pytest.mark.parametrize(
    "text", ["-", "> 5", "[1..3), 7", 'not("A", "B")', "? > 3 and ? < 9", "null", "<= a + 1"]
)
def test_cells_read_back_as_they_were_written(text: str) -> None:
    assert unparse(parse_unary_tests(text)) == text


def test_not_in_front_of_a_longer_condition_is_a_function() -> None:
    tests = parse_unary_tests("not(? > 3) and true")
    assert not tests.negated
    assert isinstance(tests.tests[0], s.And)


def test_places_span_the_text_of_each_node() -> None:
    text = "甲 + 乙 * 3"
    node = parse_expression(text)
    assert isinstance(node, s.Arithmetic)
    assert text[node.right.span.start : node.right.span.end] == "乙 * 3"


@pytest.mark.parametrize(
    "text", ["(" * 500 + "1" + ")" * 500, "1" + "+1" * 5000, "-" * 3000 + "1", "[" * 9999]
)
def test_deep_or_long_texts_are_refused(text: str) -> None:
    with pytest.raises((FeelLimitError, FeelSyntaxError)):
        parse_expression(text)


def test_a_text_past_the_length_limit_is_refused() -> None:
    with pytest.raises(FeelLimitError, match="字符"):
        parse_expression("1 " * 20_000)
