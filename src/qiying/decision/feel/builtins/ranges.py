"""Range functions (table 78), after Allen's interval algebra, and `range`, which reads a range from text."""

from __future__ import annotations

from collections.abc import Callable

from qiying.decision.feel import syntax as s
from qiying.decision.feel.errors import FeelError
from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.grammar import parse_expression
from qiying.decision.feel.lexer import tokenize
from qiying.decision.feel.operators import equal, order
from qiying.decision.feel.run import Run
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.values import Range, Value

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration|boolean"
#: An end of a range: the value, whether it is included, and -1 or 1 when it lies at infinity.
End = tuple[Value, bool, int]


def _low(interval: Range) -> End:
    return interval.low, interval.low_closed, -1 if interval.low is None else 0


def _high(interval: Range) -> End:
    return interval.high, interval.high_closed, 1 if interval.high is None else 0


def _side(left: End, right: End) -> int:
    """-1, 0 or 1 as the left end lies before, on or after the right one."""
    if left[2] or right[2]:
        return (left[2] > right[2]) - (left[2] < right[2])
    side = order(left[0], right[0])
    if side is None:
        raise CallError("两者不能比较")
    return side


def _point(value: Value) -> Range:
    return Range(value, value, True, True)


def _before(first: Range, second: Range) -> bool:
    end, start = _high(first), _low(second)
    side = _side(end, start)
    return side < 0 or (side == 0 and not (end[1] and start[1]))


def _starts_no_later(first: Range, second: Range) -> bool:
    side = _side(_low(first), _low(second))
    return side < 0 or (side == 0 and (first.low_closed or not second.low_closed))


def _ends_no_earlier(first: Range, second: Range) -> bool:
    side = _side(_high(first), _high(second))
    return side > 0 or (side == 0 and (first.high_closed or not second.high_closed))


def _includes(outer: Range, inner: Range) -> bool:
    return _starts_no_later(outer, inner) and _ends_no_earlier(outer, inner)


def _overlaps(first: Range, second: Range) -> bool:
    return not _before(first, second) and not _before(second, first)


def _overlaps_before(first: Range, second: Range) -> bool:
    starts_first = not _starts_no_later(second, first)
    return starts_first and _overlaps(first, second) and _ends_no_earlier(second, first)


def _meets(first: Range, second: Range) -> bool:
    return first.high_closed and second.low_closed and _side(_high(first), _low(second)) == 0


def _same_low(first: Range, second: Range) -> bool:
    return first.low_closed == second.low_closed and _side(_low(first), _low(second)) == 0


def _same_high(first: Range, second: Range) -> bool:
    return first.high_closed == second.high_closed and _side(_high(first), _high(second)) == 0


def _starts(first: Range, second: Range) -> bool:
    return _same_low(first, second) and _ends_no_earlier(second, first)


def _finishes(first: Range, second: Range) -> bool:
    return _same_high(first, second) and _starts_no_later(second, first)


Relation = Callable[[Range, Range], bool]


def _register(name: str, relation: Relation, turned: bool, points: tuple[str, ...]) -> None:
    """Registers a relation for each of the shapes in `points`: pp, pr, rp, rr."""
    spelled = {
        "pp": f"point1: {_POINT}, point2: {_POINT}",
        "pr": f"point: {_POINT}, range: range",
        "rp": f"range: range, point: {_POINT}",
        "rr": "range1: range, range2: range",
    }

    def body(left: Value, right: Value) -> bool:
        first = left if isinstance(left, Range) else _point(left)
        second = right if isinstance(right, Range) else _point(right)
        return relation(second, first) if turned else relation(first, second)

    for shape in points:
        builtin(name, spelled[shape])(body)


_ALL = ("pp", "pr", "rp", "rr")
_register("before", _before, False, _ALL)
_register("after", _before, True, _ALL)
_register("meets", _meets, False, ("rr",))
_register("met by", _meets, True, ("rr",))
_register("overlaps", _overlaps, False, ("rr",))
_register("overlaps before", _overlaps_before, False, ("rr",))
_register("includes", _includes, False, ("rp", "rr"))
_register("during", _includes, True, ("pr", "rr"))


def _overlaps_after(first: Range, second: Range) -> bool:
    starts_later = not _starts_no_later(first, second)
    return starts_later and _overlaps(first, second) and _ends_no_earlier(first, second)


def _point_starts(first: Range, second: Range) -> bool:
    if _is_point(first):
        return second.low_closed and _side(_low(first), _low(second)) == 0
    return _starts(first, second)


def _point_finishes(first: Range, second: Range) -> bool:
    if _is_point(first):
        return second.high_closed and _side(_high(first), _high(second)) == 0
    return _finishes(first, second)


def _is_point(interval: Range) -> bool:
    return interval.low is not None and equal(interval.low, interval.high) is True


_register("overlaps after", _overlaps_after, False, ("rr",))
_register("starts", _point_starts, False, ("pr", "rr"))
_register("started by", _point_starts, True, ("rp", "rr"))
_register("finishes", _point_finishes, False, ("pr", "rr"))
_register("finished by", _point_finishes, True, ("rp", "rr"))
_register("coincides", lambda first, second: _same_low(first, second) and _same_high(first, second), False,
          ("pp", "rr"))  # fmt: skip

_ENDPOINT_FUNCTIONS = ("date", "time", "date and time", "duration")


@builtin("range", "from: string")
def _range(run: Run, source: str) -> Range:
    text = source.strip()
    if len(text) < 4 or text[0] not in "[(]" or text[-1] not in "])[":
        raise CallError("区间应写成 [a..b]、(a..b] 之类")
    try:
        cut = next(token.span.start for token in tokenize(text) if token.text == "..")
        low = _endpoint(run, text[1:cut])
        high = _endpoint(run, text[cut + 2 : -1])
    except (FeelError, StopIteration) as error:
        raise CallError("区间读不懂") from error
    low_closed, high_closed = text[0] == "[", text[-1] == "]"
    if (low is None and (low_closed or high is None)) or (high is None and high_closed):
        raise CallError("没有值的一端不能是闭的")
    if low is not None and high is not None and order(low, high) not in (-1, 0):
        raise CallError("区间的起点应不大于终点，且两端同类")
    return Range(low, high, low_closed, high_closed)


def _endpoint(run: Run, text: str) -> Value:
    """A literal end, or None when nothing is written."""
    if not text.strip():
        return None
    node = parse_expression(text)
    literal = isinstance(node, (s.NumberLiteral, s.StringLiteral, s.AtLiteral))
    if isinstance(node, s.Call) and isinstance(node.function, s.Name):
        plain = all(isinstance(argument, s.StringLiteral) for argument in node.arguments)
        literal = plain and node.function.name in _ENDPOINT_FUNCTIONS
    value = run.evaluate(node, Scope({})) if literal else None
    if value is None:
        raise CallError("区间的两端只能是字面值")
    return value
