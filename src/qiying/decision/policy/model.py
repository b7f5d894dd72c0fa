"""A policy as it stands in its file; nothing here is compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

DELIVERIES = ("申报", "免申即享", "即申即享")
HIT_POLICIES = ("U", "A", "P", "F", "R", "C")
AGGREGATES = ("sum", "min", "max", "count")
CONFIDENCES = ("H", "M", "L")
OUTPUT_TYPES = ("money", "points", "text")


@dataclass(frozen=True)
class Place:
    """Line and column (from 1) of a FEEL text in its file; 0 when it came from elsewhere."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Document:
    """The paper the policy stands in."""

    number: str
    title: str = ""
    link: str = ""


@dataclass(frozen=True)
class Clause:
    """One condition in FEEL with the clause it comes from."""

    when: str
    source: str = ""
    says: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Column:
    """An input column: a FEEL expression and its heading."""

    expression: str
    label: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Output:
    """An output column."""

    name: str
    type: str = "money"
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A tier: one cell per input column, one FEEL expression per output column."""

    when: tuple[str, ...]
    then: tuple[str, ...]
    source: str = ""
    name: str = ""
    stage: str = ""
    places: tuple[Place, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Table:
    """A DMN decision table."""

    hit: str
    inputs: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    aggregate: str = ""


@dataclass(frozen=True)
class ScorePart:
    """One indicator's bands: of the rows that fit, `first`, `max` or `sum` of the points counts."""

    name: str
    inputs: tuple[Column, ...]
    rows: tuple[Row, ...]
    take: str = "max"
    source: str = ""


@dataclass(frozen=True)
class Score:
    """A score: the sum of its parts; its name and theirs may be used in conditions."""

    name: str
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True)
class Group:
    """Policies of which an enterprise gets only the highest amount (就高不重复)."""

    name: str
    source: str = ""


@dataclass(frozen=True)
class Caps:
    """Largest amounts of one enterprise, as decimal yuan; empty: none."""

    per_year: str = ""
    total: str = ""
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """A number of the policy with where it stands and how sure we are: H read, M remembered, L weak."""

    value: str
    what: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Material:
    """A paper to hand in."""

    name: str
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A worked case: facts as written, and what must come out. Checked by the tests."""

    facts: tuple[tuple[str, str], ...]
    outcome: str
    amount_yuan: str = ""
    row: int | None = None
    points: str = ""
    as_of: date | None = None
    note: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Policy:
    """One policy."""

    id: str
    name: str
    document: Document
    department: str
    delivery: str
    table: Table
    valid_from: date | None = None
    valid_to: date | None = None
    region: str = ""
    summary: str = ""
    uses: tuple[str, ...] = ()
    requires: tuple[Clause, ...] = ()
    excludes: tuple[Clause, ...] = ()
    score: Score | None = None
    group: Group | None = None
    caps: Caps | None = None
    first_time_only: bool = False
    materials: tuple[Material, ...] = ()
    figures: tuple[Figure, ...] = ()
    examples: tuple[Example, ...] = ()
    sample: bool = False
    note: str = ""
    file: str = field(default="", compare=False)

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages that are claimed one by one, in row order."""
        return tuple(dict.fromkeys(row.stage for row in self.table.rows if row.stage))

    def in_force(self, day: date) -> bool:
        """The policy applies on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def day_in_force(self, on: date) -> date:
        """The day itself, or the nearest one on which the policy applies."""
        later = on if self.valid_from is None else max(on, self.valid_from)
        return later if self.valid_to is None else min(later, self.valid_to)
