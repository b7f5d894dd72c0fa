"""Puts expressions and table cells into plain Chinese that an officer and an enterprise can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from . import syntax as s
from .chinese_words import FUNCTIONS, OPERATORS, number_words, temporal_words, words_for
from .printer import unparse
from .temporal_text import temporal_from_text
from .values import kind_of

_LOOSE, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _TIGHT = range(7)
_LEVELS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _MULTIPLY}


def to_chinese(node: s.Expr, units: Mapping[str, str] | None = None, unit: str = "") -> str:
    """A sentence for an expression; `units` gives the units of names (元, 人, %), `unit` the result's."""
    return _Speaker(units or {}).result(node, unit)


def cell_to_chinese(
    tests: s.UnaryTests, subject: str, unit: str = "", units: Mapping[str, str] | None = None
) -> str:
    """A sentence for a table cell about `subject`; `不限` for a cell that takes everything."""
    if not tests.tests:
        return f"{subject}不限"
    return _Speaker({**(units or {}), subject: unit}).cell(tests, s.Name(subject))


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says nodes, knowing the units of names."""

    units: Mapping[str, str] = field(default_factory=dict)

    def say(self, node: s.Expr, level: int = _LOOSE, unit: str = "") -> str:
        """The words of a node, in brackets when it binds looser than its surroundings."""
        if isinstance(node, s.NumberLiteral):
            return number_words(node.value, unit)
        say = _SAYERS.get(type(node))
        if say is None:
            return f"“{unparse(node)}”"
        own, words = say(self, node)
        return f"（{words}）" if own < level else words

    def result(self, node: s.Expr, unit: str) -> str:
        """The words of an expression whose value is measured in `unit`."""
        match node:
            case s.NumberLiteral():
                return number_words(node.value, unit)
            case s.If():
                yes, no = self.result(node.yes, unit), self.result(node.no, unit)
                return f"如果{self.say(node.condition)}，则为{yes}，否则为{no}"
            case s.Call(function=s.Name(name="min" | "max" as name)) if not node.names:
                inner = "、".join(self.result(argument, unit) for argument in node.arguments)
                return FUNCTIONS[name].format(all=inner)
        return self.say(node)

    def unit_of(self, node: s.Expr) -> str:
        """The unit an expression is measured in, empty when not known."""
        match node:
            case s.Name():
                return self.units.get(node.name, "")
            case s.Path():
                return self.units.get(node.member, "")
            case s.Negate():
                return self.unit_of(node.operand)
            case s.Arithmetic(operator="/"):
                left, right = self.unit_of(node.left), self.unit_of(node.right)
                if left and left == right:
                    return "%"
                return left if isinstance(node.right, s.NumberLiteral) else ""
            case s.Arithmetic(operator="*"):
                return self.unit_of(node.left) or self.unit_of(node.right)
            case s.Arithmetic():
                return self.unit_of(node.left) or self.unit_of(node.right)
        return ""

    def compare(self, operator: str, left: s.Expr, right: s.Expr) -> str:
        """`left operator right`, with words that suit what is compared."""
        if isinstance(right, s.BooleanLiteral) and operator in ("=", "!="):
            yes = right.value == (operator == "=")
            return f"{self.say(left, _COMPARE)}：{'是' if yes else '否'}"
        if isinstance(right, s.NullLiteral) and operator in ("=", "!="):
            return f"{self.say(left, _COMPARE)}{'没有值' if operator == '=' else '有值'}"
        unit = self.unit_of(left) or self.unit_of(right)
        words = words_for(_kind(right) if _kind(right) != "unknown" else _kind(left))
        return f"{self.say(left, _ADD, unit)}{words[operator]}{self.say(right, _ADD, unit)}"

    def interval(self, subject: s.Expr, interval: s.Interval) -> str:
        """`subject in [a..b]`."""
        unit = self.unit_of(subject)
        low = self.say(interval.low, _ADD, unit) + ("（含）" if interval.low_closed else "（不含）")
        high = self.say(interval.high, _ADD, unit) + ("（含）" if interval.high_closed else "（不含）")
        return f"{self.say(subject, _ADD)}在{low}至{high}之间"

    def cell(self, tests: s.UnaryTests, subject: s.Expr) -> str:
        """The tests of a cell about `subject`."""
        if not tests.negated:
            return self.one_of(subject, tests.tests)
        if len(tests.tests) == 1 and not isinstance(
            tests.tests[0], (s.Interval, s.CompareTest, s.ListLiteral)
        ):
            return self.compare("!=", subject, tests.tests[0])
        return f"不属于以下情形：{self.one_of(subject, tests.tests)}"

    def one_of(self, subject: s.Expr, tests: tuple[s.Expr, ...]) -> str:
        """`subject in (tests)`; plain values are named together."""
        plain = [
            test for test in tests if not isinstance(test, (s.Interval, s.CompareTest)) and not _speaks(test)
        ]
        parts: list[str] = []
        if len(plain) == 1:
            parts.append(self._one_value(subject, plain[0]))
        elif plain:
            unit = self.unit_of(subject)
            values = "、".join(self.say(item, _ADD, unit) for item in plain)
            parts.append(f"{self.say(subject, _ADD)}为{values}之一")
        parts += [self._test(subject, test) for test in tests if test not in plain]
        return "，或者".join(parts)

    def _one_value(self, subject: s.Expr, value: s.Expr) -> str:
        if isinstance(value, s.ListLiteral):
            return self.one_of(subject, value.items)
        if isinstance(value, (s.Name, s.Path)):
            return f"{self.say(subject, _ADD)}属于{self.say(value, _ADD)}"
        return self.compare("=", subject, value)

    def _test(self, subject: s.Expr, test: s.Expr) -> str:
        if isinstance(test, s.Interval):
            return self.interval(subject, test)
        if isinstance(test, s.CompareTest):
            return self.compare(test.operator, subject, test.operand)
        return (
            _Speaker({**self.units, "?": self.unit_of(subject)}).say(test).replace("该值", self.say(subject))
        )


_MONTHS = "years and months duration"
_CALL_KINDS = {
    "date": "date", "today": "date", "date and time": "date and time", "now": "date and time", "time": "time",
    "duration": _MONTHS, _MONTHS: _MONTHS,
}  # fmt: skip


def _speaks(node: s.Expr) -> bool:
    return any(isinstance(part, s.Name) and part.name == "?" for part in s.walk(node))


def _kind(node: s.Expr) -> str:
    """The kind of a value that an expression plainly has."""
    match node:
        case s.StringLiteral():
            return "string"
        case s.BooleanLiteral():
            return "boolean"
        case s.NumberLiteral() | s.Arithmetic():
            return "number"
        case s.AtLiteral():
            return kind_of(temporal_from_text(node.text))
        case s.Call(function=s.Name(name=name)):
            return _CALL_KINDS.get(name, "unknown")
    return "unknown"


Said = tuple[int, str]


def _negate(self: _Speaker, node: s.Negate) -> Said:
    return _TIGHT, f"负的{self.say(node.operand, _TIGHT)}"


def _arithmetic(self: _Speaker, node: s.Arithmetic) -> Said:
    own = _LEVELS[node.operator]
    unit = self.unit_of(node) if node.operator in "+-" else ""
    left = self.say(node.left, own, unit)
    right = node.right
    if node.operator == "*" and isinstance(right, s.NumberLiteral) and Decimal(0) < right.value < 1:
        return own, f"{left}的{number_words(right.value, '%')}"
    return own, f"{left}{OPERATORS[node.operator]}{self.say(node.right, own + 1, unit)}"


def _comparison(self: _Speaker, node: s.Comparison) -> Said:
    return _COMPARE, self.compare(node.operator, node.left, node.right)


def _and(self: _Speaker, node: s.And) -> Said:
    return _AND, "，并且".join(self.say(operand, _AND + 1) for operand in node.operands)


def _or(self: _Speaker, node: s.Or) -> Said:
    return _OR, "，或者".join(self.say(operand, _OR + 1) for operand in node.operands)


def _between(self: _Speaker, node: s.Between) -> Said:
    return _COMPARE, self.interval(node.value, s.Interval(node.low, node.high, True, True))


def _in(self: _Speaker, node: s.In) -> Said:
    several = len(node.tests) > 1
    return (_OR if several else _COMPARE), self.one_of(node.value, node.tests)


def _if(self: _Speaker, node: s.If) -> Said:
    return _LOOSE, f"如果{self.say(node.condition)}，则为{self.say(node.yes)}，否则为{self.say(node.no)}"


def _sources(self: _Speaker, iterations: tuple[s.Iteration, ...]) -> str:
    parts = []
    for item in iterations:
        end = f"到{self.say(item.end)}" if item.end else ""
        parts.append(f"{self.say(item.source, _ADD)}{end}中的每个“{item.name}”")
    return "、".join(parts)


def _for(self: _Speaker, node: s.For) -> Said:
    return _LOOSE, f"对{_sources(self, node.iterations)}，取{self.say(node.body)}"


def _quantified(self: _Speaker, node: s.Quantified) -> Said:
    sources = _sources(self, node.iterations)
    if node.quantifier == "some":
        return _LOOSE, f"{sources.replace('每个', '至少一个')}满足：{self.say(node.condition)}"
    return _LOOSE, f"{sources}都满足：{self.say(node.condition)}"


def _call(self: _Speaker, node: s.Call) -> Said:
    arguments = [self.say(argument, _LOOSE) for argument in node.arguments]
    name = node.function.name if isinstance(node.function, s.Name) else ""
    pattern = FUNCTIONS.get(name)
    if pattern is None:
        return _TIGHT, f"{name or self.say(node.function)}（{'，'.join(arguments)}）"
    blanks = [*arguments, *["0"] * 3]
    return _TIGHT, pattern.format(*blanks, all="、".join(arguments))


def _path(self: _Speaker, node: s.Path) -> Said:
    names = {
        "year": "年份",
        "month": "月份",
        "day": "日",
        "years": "整年数",
        "months": "整月数",
        "days": "整天数",
    }
    return _TIGHT, f"{self.say(node.base, _TIGHT)}的{names.get(node.member, node.member)}"


def _filter(self: _Speaker, node: s.Filter) -> Said:
    base = self.say(node.base, _TIGHT)
    if isinstance(node.condition, s.NumberLiteral):
        return _TIGHT, f"{base}的第{number_words(node.condition.value)}项"
    return _TIGHT, f"{base}中{self.say(node.condition)}的各项"


def _compare_test(self: _Speaker, node: s.CompareTest) -> Said:
    return _COMPARE, self.compare(node.operator, s.Name("?"), node.operand)


def _interval(self: _Speaker, node: s.Interval) -> Said:
    low = self.say(node.low, _ADD) + ("（含）" if node.low_closed else "（不含）")
    return _COMPARE, f"{low}至{self.say(node.high, _ADD)}{'（含）' if node.high_closed else '（不含）'}"


def _list(self: _Speaker, node: s.ListLiteral) -> Said:
    return _TIGHT, "、".join(self.say(item, _ADD) for item in node.items) or "空列表"


_SAYERS: dict[type, Callable[..., Said]] = {
    s.StringLiteral: lambda self, node: (_TIGHT, f"“{node.value}”"),
    s.BooleanLiteral: lambda self, node: (_TIGHT, "是" if node.value else "否"),
    s.NullLiteral: lambda self, node: (_TIGHT, "空"),
    s.AtLiteral: lambda self, node: (_TIGHT, temporal_words(node.text)),
    s.Name: lambda self, node: (_TIGHT, "该值" if node.name == "?" else node.name),
    s.Path: _path,
    s.Filter: _filter,
    s.Call: _call,
    s.Negate: _negate,
    s.Arithmetic: _arithmetic,
    s.Comparison: _comparison,
    s.And: _and,
    s.Or: _or,
    s.Between: _between,
    s.In: _in,
    s.If: _if,
    s.For: _for,
    s.Quantified: _quantified,
    s.CompareTest: _compare_test,
    s.Interval: _interval,
    s.ListLiteral: _list,
}
