"""Finds tests that can never hold and tests of a cell that overlap, by looking at bounds per subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from . import syntax as s
from .errors import Problem, Span
from .operators import order, same
from .printer import unparse
from .temporal_text import temporal_from_text
from .values import Value


@dataclass(frozen=True, slots=True)
class Domain:
    """The values a subject may have: one of `allowed` if there are any, within `low` and `high` if given."""

    allowed: tuple[Value, ...] = ()
    low: Value = None
    high: Value = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A set of values: between two ends, each open or closed or absent, or exactly `points`."""

    low: Value = None
    high: Value = None
    low_closed: bool = True
    high_closed: bool = True
    points: tuple[Value, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether no value is in it."""
        if self.points is not None:
            return not self.points
        if self.low is None or self.high is None:
            return False
        side = order(self.low, self.high)
        return side == 1 or (side == 0 and not (self.low_closed and self.high_closed))

    def holds(self, value: Value) -> bool:
        """Whether a value may be in it; true when it cannot be compared."""
        low = order(value, self.low) if self.low is not None else None
        high = order(value, self.high) if self.high is not None else None
        if low == -1 or (low == 0 and not self.low_closed):
            return False
        return not (high == 1 or (high == 0 and not self.high_closed))

    def meet(self, other: Bounds) -> Bounds:
        """What is in both."""
        if self.points is not None or other.points is not None:
            first, second = (self, other) if self.points is not None else (other, self)
            kept = [value for value in first.points or () if second.holds(value)]
            if second.points is not None:
                kept = [value for value in kept if any(same(value, point) is True for point in second.points)]
            return Bounds(points=tuple(kept))
        low, low_closed = _tighter((self.low, self.low_closed), (other.low, other.low_closed), 1)
        high, high_closed = _tighter((self.high, self.high_closed), (other.high, other.high_closed), -1)
        return Bounds(low, high, low_closed, high_closed)


def _tighter(first: tuple[Value, bool], second: tuple[Value, bool], sign: int) -> tuple[Value, bool]:
    if first[0] is None:
        return second
    if second[0] is None:
        return first
    side = order(first[0], second[0])
    if side == 0:
        return first[0], first[1] and second[1]
    return first if side == sign else second


def constant(node: s.Expr) -> Value:
    """The value of a literal, or None for anything else."""
    match node:
        case s.NumberLiteral() | s.StringLiteral() | s.BooleanLiteral():
            return node.value
        case s.AtLiteral():
            return temporal_from_text(node.text)
    return None


_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def bounds_of(node: s.Expr) -> tuple[s.Expr, Bounds] | None:
    """The subject of a test and the values it allows; None when the test is of another form."""
    match node:
        case s.Comparison(operator="!="):
            return None
        case s.Comparison():
            right, left = constant(node.right), constant(node.left)
            if right is not None and left is None:
                return node.left, _side(node.operator, right)
            if left is not None and right is None:
                return node.right, _side(_MIRROR[node.operator], left)
        case s.Between():
            low, high = constant(node.low), constant(node.high)
            if low is not None and high is not None:
                return node.value, Bounds(low, high)
        case s.In():
            parts = [test_bounds(test) for test in node.tests]
            if len(parts) == 1 and parts[0]:
                return node.value, parts[0]
            if parts and all(part and part.points is not None for part in parts):
                return node.value, Bounds(
                    points=tuple(v for part in parts if part for v in part.points or ())
                )
    return None


def test_bounds(test: s.Expr) -> Bounds | None:
    """The values one test of a cell allows; None when it is of another form."""
    match test:
        case s.Interval():
            low, high = constant(test.low), constant(test.high)
            if low is None or high is None:
                return None
            return Bounds(low, high, test.low_closed, test.high_closed)
        case s.CompareTest() if test.operator != "!=":
            value = constant(test.operand)
            return None if value is None else _side(test.operator, value)
        case s.ListLiteral():
            values = [constant(item) for item in test.items]
            return None if None in values else Bounds(points=tuple(values))
    value = constant(test)
    return None if value is None else Bounds(points=(value,))


def _side(operator: str, value: Value) -> Bounds:
    match operator:
        case "=":
            return Bounds(points=(value,))
        case "<" | "<=":
            return Bounds(high=value, high_closed=operator == "<=")
        case _:
            return Bounds(low=value, low_closed=operator == ">=")


def never_problems(tree: s.Node, domains: Mapping[str, Domain]) -> list[Problem]:
    """What in a tree can never hold, each at its place."""
    found: list[Problem] = []
    if isinstance(tree, s.UnaryTests):
        found += _cell_problems(tree, domains)
    for node in s.walk(tree):
        if isinstance(node, s.And):
            found += _clashes(node)
        elif isinstance(node, s.Interval):
            bounds = test_bounds(node)
            if bounds and bounds.empty:
                found.append(
                    _never(f"区间 {unparse(node)} 里没有任何值", "请检查两端的大小与开闭", node.span)
                )
        elif isinstance(node, (s.Comparison, s.Between, s.In)):
            found += _outside(node, domains)
    return found


def _never(message: str, advice: str, span: Span) -> Problem:
    return Problem("never.true", message, advice, span)


def _domain_bounds(domain: Domain) -> Bounds:
    if domain.allowed:
        return Bounds(points=domain.allowed)
    return Bounds(domain.low, domain.high)


def _outside(node: s.Expr, domains: Mapping[str, Domain]) -> Iterator[Problem]:
    left, right = (
        (constant(node.left), constant(node.right)) if isinstance(node, s.Comparison) else (None, None)
    )
    if isinstance(node, s.Comparison) and left is not None and right is not None:
        if node.operator != "!=" and _side(node.operator, right).meet(Bounds(points=(left,))).empty:
            yield _never(f"“{unparse(node)}”永远不成立", "请删去或改正", node.span)
        return
    found = bounds_of(node)
    if found is None:
        return
    subject, bounds = found
    if bounds.empty:
        if isinstance(node, s.In):
            return  # the range itself is reported
        yield _never(f"“{unparse(node)}”永远不成立", "请检查两端的大小", node.span)
        return
    domain = domains.get(subject.name) if isinstance(subject, s.Name) else None
    if domain and isinstance(subject, s.Name) and _domain_bounds(domain).meet(bounds).empty:
        yield _never(f"“{subject.name}”不会有这样的值，条件永远不成立", _hint(domain), node.span)


def _hint(domain: Domain) -> str:
    if domain.allowed:
        return f"可用的值：{'、'.join(str(value) for value in domain.allowed[:8])}"
    low = "" if domain.low is None else f"不小于{domain.low}"
    high = "" if domain.high is None else f"不大于{domain.high}"
    return f"它的取值{low}{'、' if low and high else ''}{high}"


def _cell_problems(tree: s.UnaryTests, domains: Mapping[str, Domain]) -> Iterator[Problem]:
    domain = domains.get("?")
    if domain is None:
        return
    for test in tree.tests:
        bounds = test_bounds(test)
        if bounds and not bounds.empty and _domain_bounds(domain).meet(bounds).empty:
            yield _never("这一列不会有这样的值，条件永远不成立", _hint(domain), test.span)


def _clashes(node: s.And) -> Iterator[Problem]:
    """Operands about one subject that cannot hold together; reported at the one that closes the gap."""
    known: dict[s.Expr, Bounds] = {}
    for operand in node.operands:
        found = bounds_of(operand)
        if found is None or found[1].empty:
            continue
        subject, bounds = found
        before = known.get(subject)
        known[subject] = bounds if before is None else before.meet(bounds)
        if before is not None and not before.empty and known[subject].empty:
            message = f"这一条与前面对“{unparse(subject)}”的要求不能同时成立"
            yield _never(message, "请改为 or，或检查数值", operand.span)


def overlap_problems(tree: s.UnaryTests) -> list[Problem]:
    """Tests of one cell that take the same values twice."""
    found: list[Problem] = []
    for first, second in combinations(tree.tests, 2):
        one, other = test_bounds(first), test_bounds(second)
        if one is None or other is None or one.empty or other.empty:
            continue
        if not one.meet(other).empty and _comparable(one, other):
            message = f"{unparse(second)} 与前面的 {unparse(first)} 重叠"
            found.append(Problem("overlap.tests", message, "请合并或错开两项", second.span))
    return found


def _comparable(one: Bounds, other: Bounds) -> bool:
    values = [value for part in (one, other) for value in (part.low, part.high, *(part.points or ()))]
    return len({type(value) for value in values if value is not None}) == 1
