"""Text written to hurt: it may fail, but quickly, with a typed error or null, and nothing escapes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.decision.feel import Budget, FeelError, evaluate, parse_expression, parse_unary_tests

SMALL = Budget(steps=20_000, seconds=0.5, items=10_000, characters=10_000)
HOSTILE = [
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a|aa)+b")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaa", "a*a*a*a*a*a*a*a*b")',
    'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "((a*)*)*b", "x")',
    'matches("a", "(((a{1000}){1000}){1000})")',
    "{f: function(n) f(n + 1), r: f(0)}.r",
    "{f: function(n) f(n) + f(n), r: f(0)}.r",
    "for i in 1..1000000000 return i",
    "count(for i in 1..9999, j in 1..9999 return 1)",
    "some i in 1..99999 satisfies some j in 1..99999 satisfies false",
    "9 ** 9 ** 9 ** 9",
    "exp(9999999999999)",
    "string length(for i in 1..9999 return partial)",
    "{a: for i in 1..200 return partial, r: a = a}.r",
    '@"P99999999999999999999Y"',
    "sort(for i in 1..9999 return -i, function(x, y) x < y)",
    "modulo(10 ** 6000, 3)",
    "round up(10 ** 6000, 6000)",
    "decimal(1/3, 6176)",
    'range("[range(\\"[1..2]\\")..3]")',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_end_soon(text: str) -> None:
    started = time.process_time()
    evaluate(parse_expression(text), {}, budget=SMALL)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("text", HOSTILE[5:7])
def test_a_spent_budget_is_null_with_its_reason(text: str) -> None:
    result = evaluate(parse_expression(text), {}, budget=SMALL)
    assert result.value is None
    assert any(problem.code.startswith("limit.") for problem in result.errors)


@pytest.mark.parametrize(
    "text", ['__import__("os").system("x")', "().__class__", "x.__class__.__mro__", "dict.keys"]
)
def test_nothing_of_python_can_be_reached(text: str) -> None:
    try:
        tree = parse_expression(text)
    except FeelError:
        return
    assert evaluate(tree, {"x": {}}).value is None


_PIECES = st.sampled_from(
    ["(", ")", "[", "]", "{", "}", "..", ",", ":", ".", "+", "-", "**", "<", ">=", "=", "and", "or", "not", "in",
     "if", "then", "else", "for", "return", "some", "satisfies", "between", "instance", "of", "function", "@",
     '"a"', '"', "1", "1e9", "x", "营业收入", "?", "null", "true", "//", "/*", "\\", "（", "\n", "list", "<", ">"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    messages: list[str] = []
    for parse in (parse_expression, parse_unary_tests):
        try:
            tree = parse(text, ("营业收入",))
        except FeelError as error:
            messages.append(error.problem.message)
            continue
        if parse is parse_expression:
            evaluate(tree, {"营业收入": None}, budget=SMALL)  # type: ignore[arg-type]
    assert all(messages)


def test_backtracking_over_ranges_does_not_explode() -> None:
    started = time.process_time()
    with pytest.raises(FeelError):
        parse_expression("[1.." * 25 + "x[" * 10)
    assert time.process_time() - started < 3
