"""Printing a tree and reading it again gives the same tree."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.decision.feel import parse_expression, parse_unary_tests, unparse
from qiying.decision.feel import syntax as s

NAMES = ("a", "b c", "x-y", "营业收入", "研发 费用", "date of birth")
_names = st.sampled_from(NAMES)
_texts = st.text(max_size=6)
_types = st.recursive(
    st.sampled_from(("number", "string", "date and time", "boolean", "list")).map(s.TypeName),
    lambda inner: st.one_of(
        inner.map(lambda one: s.TypeName("list", (one,))),
        inner.map(lambda one: s.TypeName("context", fields=(("a", one),))),
        st.tuples(inner, inner).map(lambda two: s.TypeName("function", (two[0],), result=two[1])),
    ),
    max_leaves=3,
)
_numbers = st.decimals(-(10**12), 10**12, places=3).map(lambda n: s.NumberLiteral(Decimal(n)))
_leaves = st.one_of(
    _numbers,
    _names.map(s.Name),
    _texts.map(s.StringLiteral),
    st.booleans().map(s.BooleanLiteral),
    st.just(s.NullLiteral()),
    st.sampled_from(("2025-01-01", "P1Y", "10:00:00")).map(s.AtLiteral),
)


def _grow(inner: st.SearchStrategy[s.Expr]) -> st.SearchStrategy[s.Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    source = st.builds(s.Iteration, st.sampled_from(("i", "row x")), inner, st.none() | inner)
    sources = st.lists(source, min_size=1, max_size=2).map(tuple)
    entry = st.builds(s.ContextEntry, st.sampled_from(("k", "key two")), inner)
    return st.one_of(
        st.builds(s.Arithmetic, st.sampled_from(("+", "-", "*", "/", "**")), inner, inner),
        st.builds(s.Comparison, st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), inner, inner),
        several.map(s.And),
        several.map(s.Or),
        inner.map(s.Negate),
        st.builds(s.Between, inner, inner, inner),
        st.builds(s.In, inner, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(s.InstanceOf, inner, _types),
        st.builds(s.Interval, inner, inner, st.booleans(), st.booleans()),
        st.builds(s.CompareTest, st.sampled_from((">", "<=", "=")), inner),
        st.builds(s.If, inner, inner, inner),
        st.builds(s.For, sources, inner),
        st.builds(s.Quantified, st.sampled_from(("some", "every")), sources, inner),
        st.lists(inner, max_size=3).map(lambda items: s.ListLiteral(tuple(items))),
        st.lists(entry, max_size=2).map(lambda entries: s.ContextLiteral(tuple(entries))),
        st.builds(s.Path, inner, st.sampled_from(("year", "time offset"))),
        st.builds(s.Filter, inner, inner),
        st.builds(s.Call, _names.map(s.Name), st.lists(inner, max_size=2).map(tuple)),
        inner.map(lambda one: s.Call(s.Name("f"), (one,), ("start position",))),
        st.builds(
            s.FunctionLiteral, st.just((s.Parameter("p"), s.Parameter("q", s.TypeName("number")))), inner
        ),
    )


expressions = st.recursive(_leaves, _grow, max_leaves=12)


def _readable(node: s.Expr) -> s.Expr:
    """The tree itself, once: printing may not lose or add anything."""
    return parse_expression(unparse(node), NAMES)


@settings(max_examples=200, deadline=None)
@given(expressions)
def test_printed_expressions_read_back_as_the_same_tree(node: s.Expr) -> None:
    assert _readable(node) == node


@settings(max_examples=80, deadline=None)
@given(st.lists(expressions, min_size=1, max_size=3), st.booleans())
def test_printed_cells_read_back_as_the_same_tests(nodes: list[s.Expr], negated: bool) -> None:
    tests = s.UnaryTests(tuple(nodes), negated)
    assert parse_unary_tests(unparse(tests), NAMES) == tests
