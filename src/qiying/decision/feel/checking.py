"""Static checks against declared indicators: unknown names, wrong types, tests that never hold."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import syntax as s
from .contradictions import Domain, never_problems, overlap_problems
from .errors import FeelError, Problem, Span
from .functions import BUILTINS
from .grammar import parse_expression, parse_unary_tests
from .result_kinds import RESULT_KINDS, arithmetic_kind, property_kind
from .signatures import fits_signature, plain_signature
from .temporal_text import temporal_from_text
from .types import ANY, FeelType, resolve_type
from .values import CHINESE_KINDS, Value, kind_of

_BOOLEAN, _NUMBER = FeelType("boolean"), FeelType("number")
_ORDERED = frozenset({"number", "string", "date", "time", "date and time", "days and time duration",
                      "years and months duration", "Any"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of an indicator: its type, its unit, and which values it may have."""

    type: FeelType
    unit: str = ""
    allowed: tuple[Value, ...] = ()
    low: Value = None
    high: Value = None

    @property
    def domain(self) -> Domain:
        """The values it may have, for finding tests that never hold."""
        return Domain(self.allowed, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was read and checked; the tree is None when it could not be read."""

    tree: s.Expr | s.UnaryTests | None
    type: FeelType
    problems: tuple[Problem, ...]


def check_expression(
    text: str, declared: Mapping[str, Declaration], wanted: FeelType | None = None
) -> Checked:
    """Reads and checks an expression; with `wanted` its type must be that. Problems carry line and column."""
    try:
        tree = parse_expression(text, declared)
    except FeelError as error:
        return Checked(None, ANY, (error.problem.located(text),))
    checker = Checker(declared)
    found = checker.type_of(tree)
    if wanted and not _may_be(found, wanted.kind):
        checker.complain("type.result", f"结果应为{_words(wanted)}，却是{_words(found)}", "", tree.span)
    problems = (*checker.problems, *never_problems(tree, checker.domains()))
    return Checked(tree, found, tuple(problem.located(text) for problem in problems))


def check_unary_tests(text: str, declared: Mapping[str, Declaration], subject: Declaration) -> Checked:
    """Reads and checks a table cell whose input is `subject`; tests that overlap are reported too."""
    try:
        tree = parse_unary_tests(text, declared)
    except FeelError as error:
        return Checked(None, ANY, (error.problem.located(text),))
    checker = Checker({**declared, "?": subject})
    for test in tree.tests:
        checker.test(test, subject.type)
    problems = [*checker.problems]
    if not problems:
        problems += [*never_problems(tree, checker.domains()), *overlap_problems(tree)]
    return Checked(tree, _BOOLEAN, tuple(problem.located(text) for problem in problems))


def _words(kind: FeelType) -> str:
    return CHINESE_KINDS.get(kind.kind, kind.kind)


def _may_be(found: FeelType, kind: str) -> bool:
    return found.kind in (kind, "Any", "Null") or kind == "Any"


@dataclass(slots=True)
class Checker:
    """Infers types and keeps what is wrong."""

    declared: Mapping[str, Declaration]
    problems: list[Problem] = field(default_factory=list)
    local: dict[str, FeelType] = field(default_factory=dict)
    quiet_names: int = 0

    def complain(self, code: str, message: str, advice: str, span: Span) -> FeelType:
        """Keeps a problem and gives the type nothing more is known about."""
        self.problems.append(Problem(code, message, advice, span))
        return ANY

    def domains(self) -> dict[str, Domain]:
        """The domains of declared names."""
        return {name: item.domain for name, item in self.declared.items()}

    def type_of(self, node: s.Expr) -> FeelType:
        """The type of an expression, Any where it is not known."""
        match node:
            case s.NumberLiteral():
                return _NUMBER
            case s.StringLiteral():
                return FeelType("string")
            case s.BooleanLiteral():
                return _BOOLEAN
            case s.NullLiteral():
                return FeelType("Null")
            case s.AtLiteral():
                return self._at(node)
            case s.Name():
                return self._name(node)
            case s.Arithmetic():
                return self._arithmetic(node)
            case s.Comparison():
                self._comparable(node.operator, self.type_of(node.left), self.type_of(node.right), node.span)
                return _BOOLEAN
            case s.And() | s.Or():
                return self._logic(node)
            case s.Call():
                return self._call(node)
        return self._structured(node)

    def _structured(self, node: s.Expr) -> FeelType:
        match node:
            case s.Between():
                value = self.type_of(node.value)
                for end in (node.low, node.high):
                    self._comparable("<=", value, self.type_of(end), end.span)
                return _BOOLEAN
            case s.In():
                value = self.type_of(node.value)
                for test in node.tests:
                    self.test(test, value)
                return _BOOLEAN
            case s.If():
                self._condition(node.condition, "if 的条件")
                yes, no = self.type_of(node.yes), self.type_of(node.no)
                return yes if yes == no else no if yes.kind == "Null" else yes if no.kind == "Null" else ANY
            case s.Negate():
                return self.type_of(node.operand)
            case s.InstanceOf():
                self.type_of(node.value)
                if resolve_type(node.type, {}) is None:
                    self.complain("type.unknown", f"没有名为“{node.type.name}”的类型", "", node.type.span)
                return _BOOLEAN
            case s.ListLiteral():
                kinds = [self.type_of(item) for item in node.items]
                return FeelType("list", of=kinds[0] if kinds and all(k == kinds[0] for k in kinds) else None)
            case s.Interval():
                self._comparable("<=", self.type_of(node.low), self.type_of(node.high), node.span)
                return FeelType("range", of=self.type_of(node.low))
            case s.CompareTest():
                return FeelType("range", of=self.type_of(node.operand))
        return self._scoped(node)

    def _scoped(self, node: s.Expr) -> FeelType:
        match node:
            case s.Path():
                base = self.type_of(node.base)
                return dict(base.fields).get(node.member) or property_kind(base.kind, node.member)
            case s.Filter():
                base = self.type_of(node.base)
                self.quiet_names += 1  # names may be members of the items
                each = base.of if base.of and base.of.kind != "context" else ANY
                self._bound({"item": each}, node.condition)
                self.quiet_names -= 1
                return base if isinstance(node.condition, (s.Comparison, s.And, s.Or)) else ANY
            case s.For() | s.Quantified():
                body = node.body if isinstance(node, s.For) else node.condition
                names = {item.name: ANY for item in node.iterations} | {"partial": ANY}
                for item in node.iterations:
                    self._bound(names, item.source)
                found = self._bound(names, body)
                return FeelType("list", of=found) if isinstance(node, s.For) else _BOOLEAN
            case s.ContextLiteral():
                names = {entry.key: ANY for entry in node.entries}
                fields = tuple((entry.key, self._bound(names, entry.value)) for entry in node.entries)
                return FeelType("context", fields=fields)
            case s.FunctionLiteral():
                self._bound({item.name: ANY for item in node.parameters}, node.body)
                return FeelType("function")
        return ANY

    def _bound(self, names: Mapping[str, FeelType], node: s.Expr) -> FeelType:
        saved = dict(self.local)
        self.local.update(names)
        found = self.type_of(node)
        self.local = saved
        return found

    def _at(self, node: s.AtLiteral) -> FeelType:
        value = temporal_from_text(node.text)
        if value is None:
            return self.complain(
                "literal.temporal",
                f"“{node.text}”不是日期、时间或时长",
                '例如 @"2025-01-01" 或 @"P1Y"',
                node.span,
            )
        return FeelType(kind_of(value))

    def _name(self, node: s.Name) -> FeelType:
        if node.name in self.local:
            return self.local[node.name]
        if node.name in self.declared:
            return self.declared[node.name].type
        if self.quiet_names:
            return ANY
        if node.name in BUILTINS:
            return FeelType("function")
        near = difflib.get_close_matches(node.name, [*self.declared, *self.local], n=1, cutoff=0.5)
        advice = f"您是不是要写“{near[0]}”" if near else "请先在指标表里登记"
        return self.complain("name.unknown", f"没有名为“{node.name}”的指标", advice, node.span)

    def _arithmetic(self, node: s.Arithmetic) -> FeelType:
        left, right = self.type_of(node.left), self.type_of(node.right)
        found = arithmetic_kind(node.operator, left.kind, right.kind)
        if found is None:
            message = f"{_words(left)}与{_words(right)}之间不能算 {node.operator}"
            return self.complain("type.arithmetic", message, "请检查两边的指标", node.span)
        return FeelType(found)

    def _comparable(self, operator: str, left: FeelType, right: FeelType, span: Span) -> None:
        kinds = {left.kind, right.kind}
        if "Any" in kinds or (operator in ("=", "!=") and "Null" in kinds):
            return
        if left.kind != right.kind:
            message = f"{_words(left)}不能与{_words(right)}比较，永远得不到“是”"
            self.complain("type.compare", message, "请让两边是同一类的值", span)
        elif operator not in ("=", "!=") and left.kind not in _ORDERED:
            self.complain("type.order", f"{_words(left)}不分大小，不能用 {operator}", "请用 = 或 !=", span)

    def _logic(self, node: s.And | s.Or) -> FeelType:
        word = "and" if isinstance(node, s.And) else "or"
        for operand in node.operands:
            self._condition(operand, f"{word} 的一边")
        return _BOOLEAN

    def _condition(self, node: s.Expr, what: str) -> None:
        found = self.type_of(node)
        if not _may_be(found, "boolean"):
            self.complain(
                "type.condition", f"{what}应为“是否”，却是{_words(found)}", "请写成一个比较", node.span
            )

    def test(self, node: s.Expr, subject: FeelType) -> None:
        """Checks one test of a cell or of `in` against the type of what is tested."""
        match node:
            case s.CompareTest():
                self._comparable(node.operator, subject, self.type_of(node.operand), node.span)
            case s.Interval():
                for end in (node.low, node.high):
                    self._comparable("<=", subject, self.type_of(end), end.span)
            case _:
                found = self.type_of(node)
                if found.kind == "list":
                    found = found.of or ANY
                if found.kind not in ("boolean", "range"):
                    self._comparable("=", subject, found, node.span)

    def _call(self, node: s.Call) -> FeelType:
        kinds = [self.type_of(argument) for argument in node.arguments]
        name = node.function.name if isinstance(node.function, s.Name) else ""
        function = BUILTINS.get(name)
        if not name or name in self.local or function is None:
            if name and name not in self.local and name not in self.declared:
                near = difflib.get_close_matches(name, BUILTINS, n=1)
                advice = f"您是不是要写“{near[0]}”" if near else "请查看函数表"
                self.complain("call.unknown", f"没有名为“{name}”的函数", advice, node.function.span)
            return ANY
        if not any(fits_signature(signature.formals, kinds, node.names) for signature in function.signatures):
            ways = "；".join(
                f"{name}({plain_signature(signature.plain)})" for signature in function.signatures[:3]
            )
            self.complain("call.arguments", f"函数 {name} 的参数不对", f"应写作 {ways}", node.span)
        return FeelType(RESULT_KINDS.get(name, "Any"))
