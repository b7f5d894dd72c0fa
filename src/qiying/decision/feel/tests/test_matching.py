"""Matching: a missing fact makes a test unknown, unless the test is already decided."""

from __future__ import annotations

import pytest

from qiying.decision.feel import MISSING, Mode, evaluate_unary_tests, parse_unary_tests, to_feel

from .helpers import matching, value


@pytest.mark.parametrize(
    "text",
    ["x > 3", "x = 3", "x != 3", "x = null", "x in [1..3]", 'x in ("a", "b")', "x between 1 and 2", "not(x)", "x + 1",
     "x and true", "x or false", "abs(x)", "x.y", "x instance of number", "[x] = [1]", "sum([1, x])",
     "if x then 1 else 2", "some i in x satisfies i", "for i in x return i", "x[1]"],
)  # fmt: skip
def test_what_hangs_on_a_missing_fact_is_unknown(text: str) -> None:
    assert matching(text) is MISSING


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x and false", False), ("x or true", True), ("if x then 1 else 1", 1), ("1 > 2 and x > 3", False),
     ("x in (1, 2) or 3 > 2", True), ("some i in [true] satisfies i or x", True),
     ("all([false, x])", False), ("any([x, true])", True)],
)  # fmt: skip
def test_what_is_decided_without_the_fact_is_known(text: str, expected: object) -> None:
    assert matching(text) == expected


def test_null_is_a_known_absence_and_not_missing() -> None:
    assert matching("x = null", x=None) is True
    assert value("x = null") is True
    assert matching("x > 3", x=None) is None


def test_a_cell_over_a_missing_fact_is_unknown_unless_it_takes_everything() -> None:
    def cell(text: str, found: object) -> object:
        tests = parse_unary_tests(text)
        return evaluate_unary_tests(tests, to_feel(found), {}, mode=Mode.MATCHING).value

    assert cell("> 3", MISSING) is MISSING
    assert cell("not(3)", MISSING) is MISSING
    assert cell("-", MISSING) is True
    assert cell("> 3", 4) is True


def test_missing_refuses_to_be_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError):
        bool(MISSING)
