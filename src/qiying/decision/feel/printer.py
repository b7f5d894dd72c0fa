"""Writes a tree back as FEEL text that parses to the same tree."""

from __future__ import annotations

from collections.abc import Callable

from . import syntax as s
from .lexer import escape

_ANY, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _TIGHT = range(9)
_LEVELS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def unparse(node: s.Expr | s.UnaryTests) -> str:
    """The text of an expression or of a table cell."""
    if isinstance(node, s.UnaryTests):
        if not node.tests:
            return "-"
        inner = ", ".join(_write(test, _ANY) for test in node.tests)
        return f"not({inner})" if node.negated else inner
    return _write(node, _ANY)


def _write(node: s.Expr, level: int) -> str:
    own, text = _WRITERS[type(node)](node)
    return f"({text})" if own < level else text


Written = tuple[int, str]


def _number(node: s.NumberLiteral) -> Written:
    text = format(node.value, "f")  # FEEL has no exponents in literals
    return _TIGHT, text.rstrip("0").rstrip(".") if "." in text else text


def _path(node: s.Path) -> Written:
    return _TIGHT, f"{_base(node.base)}.{node.member}"


def _base(node: s.Expr) -> str:
    """What stands before a point, a filter or an invocation."""
    text = _write(node, _TIGHT)
    return f"({text})" if isinstance(node, s.NumberLiteral) else text


def _filter(node: s.Filter) -> Written:
    return _TIGHT, f"{_base(node.base)}[{_write(node.condition, _ANY)}]"


def _call(node: s.Call) -> Written:
    if node.names:
        pairs = zip(node.names, node.arguments, strict=True)
        inner = ", ".join(f"{name}: {_write(value, _ANY)}" for name, value in pairs)
    else:
        inner = ", ".join(_write(argument, _ANY) for argument in node.arguments)
    return _TIGHT, f"{_base(node.function)}({inner})"


def _negate(node: s.Negate) -> Written:
    text = _write(node.operand, _NEGATE)
    if isinstance(node.operand, s.NumberLiteral) and not text.startswith("-"):
        text = f"({text})"  # -5 is a literal, -(5) is a negation
    return _NEGATE, f"-{text}"


def _arithmetic(node: s.Arithmetic) -> Written:
    own = _LEVELS[node.operator]
    return own, f"{_write(node.left, own)} {node.operator} {_write(node.right, own + 1)}"


def _comparison(node: s.Comparison) -> Written:
    return _COMPARE, f"{_write(node.left, _COMPARE)} {node.operator} {_write(node.right, _ADD)}"


def _junction(node: s.And | s.Or) -> Written:
    own, word = (_AND, " and ") if isinstance(node, s.And) else (_OR, " or ")
    # The first operand must not be of the same kind, or the two would flow into one.
    return own, word.join(_write(operand, own + 1) for operand in node.operands)


def _between(node: s.Between) -> Written:
    low, high = _write(node.low, _ADD), _write(node.high, _ADD)
    return _COMPARE, f"{_write(node.value, _COMPARE)} between {low} and {high}"


def _in(node: s.In) -> Written:
    inner = ", ".join(_write(test, _ANY) for test in node.tests)
    return _COMPARE, f"{_write(node.value, _COMPARE)} in ({inner})"


def _instance_of(node: s.InstanceOf) -> Written:
    text = type_text(node.type)
    # A bare `list` before `<` would be read as the start of `list<…>`.
    return (_TIGHT if text != "list" else _OR), f"{_base(node.value)} instance of {text}"


def type_text(node: s.TypeName) -> str:
    """A type as it is written."""
    text = node.name
    if node.fields:
        text += "<" + ", ".join(f"{name}: {type_text(kind)}" for name, kind in node.fields) + ">"
    elif node.arguments or node.name == "function":
        text += "<" + ", ".join(type_text(argument) for argument in node.arguments) + ">"
    return text + (f" -> {type_text(node.result)}" if node.result else "")


def _interval(node: s.Interval) -> Written:
    opened, closed = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return _TIGHT, f"{opened}{_write(node.low, _ADD)}..{_write(node.high, _ADD)}{closed}"


def _compare_test(node: s.CompareTest) -> Written:
    # Lower than everything: only a place of its own may hold it without brackets.
    return _OR, f"{node.operator} {_write(node.operand, _ADD)}"


def _if(node: s.If) -> Written:
    yes, no = _write(node.yes, _ANY), _write(node.no, _ANY)
    return _ANY, f"if {_write(node.condition, _ANY)} then {yes} else {no}"


def _iterations(iterations: tuple[s.Iteration, ...]) -> str:
    parts = []
    for item in iterations:
        end = f"..{_write(item.end, _ANY)}" if item.end else ""
        parts.append(f"{item.name} in {_write(item.source, _ANY)}{end}")
    return ", ".join(parts)


def _for(node: s.For) -> Written:
    return _ANY, f"for {_iterations(node.iterations)} return {_write(node.body, _ANY)}"


def _quantified(node: s.Quantified) -> Written:
    condition = _write(node.condition, _ANY)
    return _ANY, f"{node.quantifier} {_iterations(node.iterations)} satisfies {condition}"


def _list(node: s.ListLiteral) -> Written:
    return _TIGHT, "[" + ", ".join(_write(item, _ANY) for item in node.items) + "]"


def _context(node: s.ContextLiteral) -> Written:
    entries = (f"{escape(entry.key)}: {_write(entry.value, _ANY)}" for entry in node.entries)
    return _TIGHT, "{" + ", ".join(entries) + "}"


def _function(node: s.FunctionLiteral) -> Written:
    inner = ", ".join(
        item.name + (f": {type_text(item.type)}" if item.type else "") for item in node.parameters
    )
    result = f": {type_text(node.result)}" if node.result else ""
    external = "external " if node.external else ""
    return _ANY, f"function({inner}){result} {external}{_write(node.body, _ANY)}"


_WRITERS: dict[type, Callable[..., Written]] = {
    s.NumberLiteral: _number,
    s.StringLiteral: lambda node: (_TIGHT, escape(node.value)),
    s.BooleanLiteral: lambda node: (_TIGHT, "true" if node.value else "false"),
    s.NullLiteral: lambda node: (_TIGHT, "null"),
    s.AtLiteral: lambda node: (_TIGHT, "@" + escape(node.text)),
    s.Name: lambda node: (_TIGHT, node.name),
    s.Path: _path,
    s.Filter: _filter,
    s.Call: _call,
    s.Negate: _negate,
    s.Arithmetic: _arithmetic,
    s.Comparison: _comparison,
    s.And: _junction,
    s.Or: _junction,
    s.Between: _between,
    s.In: _in,
    s.InstanceOf: _instance_of,
    s.Interval: _interval,
    s.CompareTest: _compare_test,
    s.If: _if,
    s.For: _for,
    s.Quantified: _quantified,
    s.ListLiteral: _list,
    s.ContextLiteral: _context,
    s.FunctionLiteral: _function,
}
