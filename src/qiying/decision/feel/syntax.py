"""The syntax tree of FEEL: frozen nodes, equal when they mean the same, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal

from .errors import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Node:
    """Base of every node; the place in the text takes no part in equality."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expr(Node):
    """Anything that has a value."""


@dataclass(frozen=True, slots=True)
class NumberLiteral(Expr):
    """A number; 34 significant digits."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class StringLiteral(Expr):
    """A text, escapes already resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class BooleanLiteral(Expr):
    """true or false."""

    value: bool


@dataclass(frozen=True, slots=True)
class NullLiteral(Expr):
    """null."""


@dataclass(frozen=True, slots=True)
class AtLiteral(Expr):
    """A date, time or duration written `@"…"`; `text` is what stands in the quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A reference to a value by name; spaces in the name are single."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Expr):
    """`base.member`."""

    base: Expr
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Expr):
    """`base[condition]`, by position or by condition."""

    base: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """An invocation by position, or by name when `names` is not empty."""

    function: Expr
    arguments: tuple[Expr, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negate(Expr):
    """Arithmetic negation."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """`left operator right` with one of + - * / **."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Comparison(Expr):
    """`left operator right` with one of = != < <= > >=."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class And(Expr):
    """Conjunction of two or more operands."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Expr):
    """Disjunction of two or more operands."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """`value between low and high`, both ends included."""

    value: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class In(Expr):
    """`value in test` or `value in (test, test)`."""

    value: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Expr):
    """`value instance of type`."""

    value: Expr
    type: TypeName


@dataclass(frozen=True, slots=True)
class Interval(Expr):
    """`[low..high]` with open or closed ends."""

    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class CompareTest(Expr):
    """`< 5` standing alone: a cell's test, or a range with one end."""

    operator: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class If(Expr):
    """`if condition then yes else no`."""

    condition: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in source` or `name in source..end`."""

    name: str
    source: Expr
    end: Expr | None = None


@dataclass(frozen=True, slots=True)
class For(Expr):
    """`for … return body`."""

    iterations: tuple[Iteration, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Expr):
    """`some` or `every` … `satisfies condition`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Expr


@dataclass(frozen=True, slots=True)
class ListLiteral(Expr):
    """`[a, b]`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ContextEntry(Node):
    """`key: value`."""

    key: str
    value: Expr


@dataclass(frozen=True, slots=True)
class ContextLiteral(Expr):
    """`{key: value}`; later entries see earlier ones."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A function's parameter; its type is optional."""

    name: str
    type: TypeName | None = None


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Expr):
    """`function(a: number) body`; external ones are read but never run."""

    parameters: tuple[Parameter, ...]
    body: Expr
    external: bool = False
    result: TypeName | None = None


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A written type: a name, with what stands between < and >."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    fields: tuple[tuple[str, TypeName], ...] = ()
    result: TypeName | None = None


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """What stands in a table cell: one of `tests` must hold, none when `negated`; empty takes all."""

    tests: tuple[Expr, ...]
    negated: bool = False


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, in text order."""
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, Node):
                    yield part


def walk(node: Node) -> Iterator[Node]:
    """`node` and every node below it, outer before inner."""
    yield node
    for child in children(node):
        yield from walk(child)
