"""Reads boxed expressions: literals, tables, contexts, lists, calls, functions, loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qiying.decision.feel.errors import FeelError, Problem
from qiying.decision.feel.grammar import parse_expression, parse_unary_tests
from qiying.decision.feel.names import normal_name
from qiying.decision.feel.syntax import Expr, Name
from qiying.decision.feel.types import ANY, FeelType

from . import model as m
from .item_types import ItemTypes
from .places import place_problem
from .xml import Tag, each, first, local, text_of

_KINDS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
_HIT_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O",
    "COLLECT": "C",
}  # fmt: skip


class BoxedReader:
    """Reads boxed expressions of one model; what cannot be read is kept in `problems`."""

    def __init__(self, types: ItemTypes, members: set[str], source: bytes = b"") -> None:
        self.source = source
        self.types = types
        self.members = members
        self.problems: list[Problem] = []
        self.place = ""

    def logic_of(self, tag: Tag, names: Sequence[str]) -> m.Boxed | None:
        """The boxed expression below an element, if there is one."""
        child = first(tag, *_KINDS)
        return None if child is None else self.boxed(child, names)

    def _inner(self, tag: Tag | None, names: Sequence[str]) -> m.Boxed:
        found = self.logic_of(tag, names) if tag is not None else None
        return found or m.Literal("", None, Problem("dmn.empty", "这里缺少表达式"))

    def boxed(self, tag: Tag, names: Sequence[str]) -> m.Boxed:
        """A boxed expression."""
        found = self._read(tag, names)
        declared = tag.get("typeRef")
        return replace(found, type=self.types.named(declared)) if declared else found

    def _read(self, tag: Tag, names: Sequence[str]) -> m.Boxed:
        match local(tag):
            case "literalExpression":
                return self.literal(tag, names)
            case "decisionTable":
                return self.table(tag, names)
            case "context":
                return self._context(tag, names)
            case "list":
                return m.BoxedList(tuple(self.boxed(child, names) for child in each(tag, *_KINDS)))
            case "relation":
                return self._relation(tag, names)
            case "invocation":
                return self._invocation(tag, names)
            case "functionDefinition":
                return self.function(tag, names)
            case "conditional":
                parts = (self._inner(first(tag, part), names) for part in ("if", "then", "else"))
                return m.Conditional(*parts)
            case "filter":
                inner = [*names, "item", *self.members]
                return m.BoxedFilter(
                    self._inner(first(tag, "in"), names), self._inner(first(tag, "match"), inner)
                )
            case kind:
                return self._iteration(kind, tag, names)

    def literal(self, holder: Tag | None, names: Sequence[str]) -> m.Literal:
        """The FEEL text below an element with its tree or what is wrong with it."""
        written = text_of(holder) or ""
        try:
            tree: Expr = parse_expression(written, names, members=self.members, types=self.types.definitions)
        except FeelError as error:
            return m.Literal(written, None, self._problem(error, written, holder))
        return m.Literal(written, tree, line=_line(holder))

    def cell(self, holder: Tag | None, names: Sequence[str]) -> m.Cell:
        """A table's input entry."""
        written = text_of(holder) or "-"
        try:
            tests = parse_unary_tests(written, names, members=self.members, types=self.types.definitions)
        except FeelError as error:
            return m.Cell(written, None, self._problem(error, written, holder))
        return m.Cell(written, tests, line=_line(holder))

    def _problem(self, error: FeelError, text: str, holder: Tag | None) -> Problem:
        problem = error.problem.located(text)
        line = _line(holder)
        shown = place_problem(problem, self.source, line) if line else problem
        self.problems.append(replace(shown, message=f"“{self.place}”：{problem.message}"))
        return problem

    def table(self, tag: Tag, names: Sequence[str]) -> m.DecisionTable:
        """A decision table."""
        inputs = tuple(self._input(part, names) for part in each(tag, "input"))
        outputs = tuple(self._output(part, names) for part in each(tag, "output"))
        rules = tuple(self._rule(part, names) for part in each(tag, "rule"))
        policy = _HIT_POLICIES.get(tag.get("hitPolicy", "UNIQUE"), "U")
        return m.DecisionTable(inputs, outputs, rules, policy, tag.get("aggregation", ""))

    def _input(self, tag: Tag, names: Sequence[str]) -> m.InputClause:
        expression = first(tag, "inputExpression")
        literal = self.literal(expression, names)
        declared = expression.get("typeRef") if expression is not None else None
        if declared:
            literal = replace(literal, type=self.types.named(declared))
        allowed = first(tag, "inputValues")
        cell = self.cell(allowed, names) if text_of(allowed) else None
        return m.InputClause(tag.get("label", literal.text), literal, cell)

    def _output(self, tag: Tag, names: Sequence[str]) -> m.OutputClause:
        values = first(tag, "outputValues")
        tests = self.cell(values, names).tests if text_of(values) else None
        default = first(tag, "defaultOutputEntry")
        return m.OutputClause(
            normal_name(tag.get("name", "")),
            self.types.named(tag.get("typeRef")),
            tests.tests if tests else (),
            self.literal(default, names) if text_of(default) else None,
        )

    def _rule(self, tag: Tag, names: Sequence[str]) -> m.Rule:
        return m.Rule(
            tuple(self.cell(part, names) for part in each(tag, "inputEntry")),
            tuple(self.literal(part, names) for part in each(tag, "outputEntry")),
            tuple(text_of(part) or "" for part in each(tag, "annotationEntry")),
        )

    def _context(self, tag: Tag, names: Sequence[str]) -> m.BoxedContext:
        known = list(names)
        entries: list[m.Entry] = []
        for part in each(tag, "contextEntry"):
            variable = first(part, "variable")
            name = normal_name(variable.get("name", "")) if variable is not None else ""
            declared = self.types.named(variable.get("typeRef")) if variable is not None else ANY
            # A function entry may call itself.
            inside = [*known, name] if name else known
            entries.append(m.Entry(name, declared, self._inner(part, inside)))
            known = inside
        return m.BoxedContext(tuple(entries))

    def _relation(self, tag: Tag, names: Sequence[str]) -> m.Relation:
        columns = tuple(normal_name(part.get("name", "")) for part in each(tag, "column"))
        rows = tuple(
            tuple(self.boxed(child, names) for child in each(row, *_KINDS)) for row in each(tag, "row")
        )
        return m.Relation(columns, rows)

    def _invocation(self, tag: Tag, names: Sequence[str]) -> m.Invocation:
        function = self._inner(tag, names)
        if isinstance(function, m.Literal) and function.tree is None and function.text.strip():
            function = m.Literal(function.text, Name(normal_name(function.text)))
        bindings: list[tuple[str, m.Boxed]] = []
        for part in each(tag, "binding"):
            parameter = first(part, "parameter")
            name = normal_name(parameter.get("name", "")) if parameter is not None else ""
            bindings.append((name, self._inner(part, names)))
        return m.Invocation(function, tuple(bindings))

    def function(self, tag: Tag, names: Sequence[str]) -> m.FunctionDefinition:
        """A function definition or a knowledge model's logic."""
        parameters: list[tuple[str, FeelType]] = [
            (normal_name(part.get("name", "")), self.types.named(part.get("typeRef")))
            for part in each(tag, "formalParameter")
        ]
        body = self._inner(tag, [*names, *(name for name, _ in parameters)])
        return m.FunctionDefinition(tuple(parameters), body, tag.get("kind", "FEEL"))

    def _iteration(self, kind: str, tag: Tag, names: Sequence[str]) -> m.BoxedIteration:
        variable = normal_name(tag.get("iteratorVariable", ""))
        body = first(tag, "return", "satisfies")
        inner = [*names, variable, "partial"]
        return m.BoxedIteration(
            kind, variable, self._inner(first(tag, "in"), names), self._inner(body, inner)
        )


def _line(holder: Tag | None) -> int:
    """The line in the file on which an element's text begins, 0 when there is none."""
    written = first(holder, "text") if holder is not None else None
    return int(written.sourceline or 0) if written is not None else 0
