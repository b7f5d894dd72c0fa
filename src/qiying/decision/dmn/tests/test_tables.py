"""Decision tables: hit policies, outputs, defaults, aggregation, against a plain reading of the specification."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given as with_examples
from hypothesis import settings
from hypothesis import strategies as st

from .helpers import answer, decision, given


def table(
    rules: list[tuple[str, str]], policy: str, *, values: str = "", default: str = "", aggregation: str = ""
) -> str:
    """A table over x with one output."""
    rows = "".join(
        f"<rule><inputEntry><text><![CDATA[{test}]]></text></inputEntry>"
        f"<outputEntry><text><![CDATA[{output}]]></text></outputEntry></rule>"
        for test, output in rules
    )
    order = f"<outputValues><text><![CDATA[{values}]]></text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    kind = f' aggregation="{aggregation}"' if aggregation else ""
    logic = (
        f'<decisionTable hitPolicy="{policy}"{kind}><input><inputExpression typeRef="number"><text>x</text>'
        f'</inputExpression></input><output name="y">{order}{fallback}</output>{rows}</decisionTable>'
    )
    return given("x", "number") + decision("y", logic, requires=("i_x",))


LAYERS = [("> 0", "10"), ("> 5", "20"), ("> 8", "20"), ("< 0", "30")]


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 3, 10),
        ("UNIQUE", 6, None),
        ("ANY", 6, None),
        ("FIRST", 9, 10),
        ("RULE ORDER", 9, [10, 20, 20]),
        ("COLLECT", 9, [10, 20, 20]),
        ("UNIQUE", 0, None),
        ("COLLECT", 0, None),
    ],
)
def test_a_hit_policy_joins_the_rows_that_hit(policy: str, x: int, expected: object) -> None:
    assert answer(table(LAYERS, policy), "y", x=x) == expected


def test_any_gives_the_common_result() -> None:
    assert answer(table([("> 0", "1"), ("> 5", "1")], "ANY"), "y", x=6) == 1


def test_priority_and_output_order_follow_the_list_of_outputs() -> None:
    assert answer(table(LAYERS, "PRIORITY", values="20, 10, 30"), "y", x=9) == 20
    assert answer(table(LAYERS, "OUTPUT ORDER", values="20, 10, 30"), "y", x=9) == [20, 20, 10]


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 50), ("MIN", 10), ("MAX", 20), ("COUNT", 3)])
def test_collect_sums_counts_and_picks(aggregation: str, expected: int) -> None:
    assert answer(table(LAYERS, "COLLECT", aggregation=aggregation), "y", x=9) == expected


def test_no_hit_and_no_default_is_null_under_every_aggregation() -> None:
    assert answer(table(LAYERS, "COLLECT", aggregation="COUNT"), "y", x=0) is None
    assert answer(table(LAYERS, "COLLECT", aggregation="SUM"), "y", x=0) is None


def test_the_default_output_stands_in_when_nothing_hits() -> None:
    assert answer(table(LAYERS, "UNIQUE", default="99"), "y", x=0) == 99


def test_several_outputs_make_a_context() -> None:
    logic = (
        "<decisionTable><input><inputExpression><text>x</text></inputExpression></input>"
        '<output name="档"/><output name="金 额" typeRef="number"/>'
        '<rule><inputEntry><text>[1..5)</text></inputEntry><outputEntry><text>"甲"</text></outputEntry>'
        "<outputEntry><text>x * 100</text></outputEntry></rule></decisionTable>"
    )
    body = given("x", "number") + decision("y", logic, requires=("i_x",))
    assert answer(body, "y", x=2) == {"档": "甲", "金 额": 200}


def test_a_cell_that_cannot_be_read_never_hits() -> None:
    assert answer(table([("> > 3", "1"), ("-", "2")], "FIRST"), "y", x=4) == 2


_bounds = st.integers(0, 6)
_rows = st.lists(st.tuples(_bounds, _bounds, st.integers(1, 4)), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@with_examples(_rows, _bounds, st.sampled_from(["UNIQUE", "FIRST", "RULE ORDER", "SUM", "MAX"]))
def test_tables_agree_with_a_plain_loop(rows: list[tuple[int, int, int]], x: int, policy: str) -> None:
    rules = [(f"[{min(a, b)}..{max(a, b)}]", str(out)) for a, b, out in rows]
    hits = [out for a, b, out in rows if min(a, b) <= x <= max(a, b)]
    expected: object = None
    if hits:
        expected = {
            "UNIQUE": hits[0] if len(hits) == 1 else None,
            "FIRST": hits[0],
            "RULE ORDER": hits,
            "SUM": sum(hits),
            "MAX": max(hits),
        }[policy]
    aggregation = policy if policy in ("SUM", "MAX") else ""
    body = table(rules, "COLLECT" if aggregation else policy, aggregation=aggregation)
    assert answer(body, "y", x=Decimal(x)) == expected
