"""A DMN model as read from XML: types, inputs, decisions, knowledge models, services, logic."""

from __future__ import annotations

from dataclasses import dataclass, field

from qiying.decision.feel.errors import Problem
from qiying.decision.feel.syntax import Expr, UnaryTests
from qiying.decision.feel.types import ANY, FeelType


@dataclass(frozen=True, slots=True)
class Boxed:
    """Base of boxed expressions; `type` is what the result is converted to."""

    type: FeelType = field(default=ANY, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Boxed):
    """A FEEL text with its tree; the tree is None when the text could not be read."""

    text: str
    tree: Expr | None
    problem: Problem | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's input entry with its tests."""

    text: str
    tests: UnaryTests | None
    problem: Problem | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class InputClause:
    """A table's input column."""

    label: str
    expression: Literal
    allowed: Cell | None = None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A table's output column; `values` are its outputs in order of priority."""

    name: str
    type: FeelType
    values: tuple[Expr, ...] = ()
    default: Literal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A table's row."""

    inputs: tuple[Cell, ...]
    outputs: tuple[Literal, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionTable(Boxed):
    """A decision table; `hit_policy` is one of U A P F R O C, `aggregation` SUM, MIN, MAX, COUNT or empty."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "U"
    aggregation: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A context's entry; the one without a name is the result."""

    name: str
    type: FeelType
    value: Boxed


@dataclass(frozen=True, slots=True)
class BoxedContext(Boxed):
    """Named entries, later ones seeing earlier ones."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class BoxedList(Boxed):
    """A list of expressions."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True)
class Relation(Boxed):
    """A list of contexts with the same keys."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True)
class Invocation(Boxed):
    """A call with named arguments."""

    function: Boxed
    bindings: tuple[tuple[str, Boxed], ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Boxed):
    """A function; only kind FEEL can run."""

    parameters: tuple[tuple[str, FeelType], ...]
    body: Boxed
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True)
class Conditional(Boxed):
    """if, then, else."""

    condition: Boxed
    yes: Boxed
    no: Boxed


@dataclass(frozen=True, slots=True)
class BoxedFilter(Boxed):
    """The items for which the match is true."""

    source: Boxed
    match: Boxed


@dataclass(frozen=True, slots=True)
class BoxedIteration(Boxed):
    """for, some or every (`kind`) over a source."""

    kind: str
    variable: str
    source: Boxed
    body: Boxed


@dataclass(frozen=True, slots=True)
class InputData:
    """Something given from outside."""

    id: str
    name: str
    type: FeelType


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with the ids of the inputs, decisions and knowledge models it requires."""

    id: str
    name: str
    type: FeelType
    logic: Boxed | None
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A function that decisions may call."""

    id: str
    name: str
    type: FeelType
    logic: FunctionDefinition | None
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Decisions offered as one function; parameters are the input data, then the input decisions."""

    id: str
    name: str
    type: FeelType
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


Element = InputData | Decision | KnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True)
class Model:
    """A whole file."""

    name: str
    namespace: str
    types: dict[str, FeelType]
    elements: dict[str, Element]
    problems: tuple[Problem, ...] = ()

    def named(self, name: str, kinds: tuple[type, ...] = (Decision,)) -> Element | None:
        """The element of that name and one of those kinds."""
        for element in self.elements.values():
            if isinstance(element, kinds) and element.name == name:
                return element
        return None
