"""Conditions read out in Chinese, and conditions typed in Chinese turned into FEEL by the decision engine."""

from __future__ import annotations

from collections.abc import Mapping

from qiying.decision.feel import Expr, FeelError, parse_expression, unparse
from qiying.decision.feel import syntax as s
from qiying.decision.indicators import Registry
from qiying.decision.indicators.registry import Indicator
from qiying.decision.words.typed import condition_feel
from qiying.decision.words.values import plain
from qiying.kernel.forms.definition import Definition, Question

_SIGNS = {"=": "是", "!=": "不是", "<": "低于", "<=": "不超过", ">": "高于", ">=": "不低于"}
_TYPES = {"number": "number", "scale": "count", "date": "date", "one": "text", "computed": "number"}


def readout(text: str, definition: Definition) -> str:
    """Return what a FEEL text says, questions by their titles; empty when it cannot be read."""
    try:
        tree = parse_expression(text)
    except FeelError:
        return ""
    return _said(tree, {q.code: q for q in definition})


def feel_of(text: str, earlier: list[Question]) -> str:
    """Return a condition typed in Chinese (`人数不少于10人`) as FEEL; anything else as it was typed."""
    known = Registry(
        tuple(
            Indicator(q.code, _TYPES[q.kind], q.unit, "时点", "表单", decimals=q.decimals, values=q.options)
            for q in earlier
            if q.kind in _TYPES
        )
    )
    return condition_feel(text, known) or text


def _said(node: Expr, names: Mapping[str, Question]) -> str:
    match node:
        case s.Name():
            return f"“{names[node.name].title}”" if node.name in names else node.name
        case s.NumberLiteral():
            return plain(node.value)
        case s.StringLiteral():
            return f"“{node.value}”"
        case s.BooleanLiteral():
            return "是" if node.value else "否"
        case s.AtLiteral():
            return node.text
        case s.Path():
            return f"{_said(node.base, names)}里的{_said(s.Name(node.member), names)}"
        case s.And():
            return "，且".join(_said(one, names) for one in node.operands)
        case s.Or():
            return "（" + "，或".join(_said(one, names) for one in node.operands) + "）"
        case s.Comparison():
            right = _said(node.right, names) + _unit(node, names)
            sign = _SIGNS[node.operator] if not _counts(node) else _SIGNS[node.operator].replace("是", "等于")
            return f"{_said(node.left, names)}{sign}{right}"
        case s.Between():
            low, high = _said(node.low, names), _said(node.high, names)
            return f"{_said(node.value, names)}在 {low} 到 {high} 之间"
        case s.In():
            return f"{_said(node.value, names)}属于{'、'.join(_said(one, names) for one in node.tests)}"
        case s.ListLiteral():
            return "、".join(_said(one, names) for one in node.items)
        case s.Arithmetic():
            sign = {"*": "×", "/": "÷", "-": "－", "+": "＋"}.get(node.operator, node.operator)
            return f"{_said(node.left, names)} {sign} {_said(node.right, names)}"
        case s.Call(function=s.Name(name=name)):
            return _call(name, [_said(one, names) for one in node.arguments])
    return unparse(node)


def _call(name: str, told: list[str]) -> str:
    match name, told:
        case "list contains", [items, wanted]:
            return f"{items}选了{wanted}"
        case "not", [what]:
            return f"不符合：{what}"
        case (("sum" | "count" | "min" | "max" | "mean"), [*items]):
            word = {"sum": "合计", "count": "条数", "min": "最小的", "max": "最大的", "mean": "平均"}[name]
            return f"{'、'.join(items)}的{word}"
    return f"{name}({'，'.join(told)})"


def _counts(node: s.Comparison) -> bool:
    return isinstance(node.right, s.NumberLiteral)


def _unit(node: s.Comparison, names: Mapping[str, Question]) -> str:
    one = names.get(node.left.name) if isinstance(node.left, s.Name) and _counts(node) else None
    return f" {one.unit}" if one is not None and one.unit else ""
