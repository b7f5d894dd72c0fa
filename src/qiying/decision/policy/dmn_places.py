"""Where a policy's FEEL texts stand in the DMN file they were read from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qiying.decision.dmn.places import place_in_file

from .model import Clause, Column, Place, Policy, Row, ScorePart, Table

DMN = "{https://www.omg.org/spec/DMN/20230324/MODEL/}"


def with_places(policy: Policy, root: Any, main: Any, parts: list[Any], content: bytes) -> Policy:
    """The policy with lines and columns of the DMN file; `main` and `parts` are its table elements."""
    reader = _Places(content)
    common = root.find(f"{DMN}decision[@id='common']/{DMN}literalExpression")
    place = reader.of(common)
    score = policy.score
    if score is not None:
        pairs = zip(score.parts, [*parts, *[None] * len(score.parts)], strict=False)
        score = replace(score, parts=tuple(reader.part(part, table) for part, table in pairs))
    return replace(
        policy,
        table=reader.table(policy.table, main),
        score=score,
        requires=tuple(_placed(one, place) for one in policy.requires),
        excludes=tuple(_placed(one, place) for one in policy.excludes),
    )


def _placed(clause: Clause, place: Place) -> Clause:
    return replace(clause, place=place)


class _Places:
    """Places in one document."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def of(self, element: Any) -> Place:
        """Where the element's text begins; line 1 when it has none."""
        text = None if element is None else element.find(f"{DMN}text")
        return Place(1, 1) if text is None else Place(*place_in_file(self.content, text.sourceline, 0))

    def columns(self, columns: tuple[Column, ...], table: Any) -> tuple[Column, ...]:
        """Input columns, counted from the last: the common conditions may stand in front."""
        found = table.findall(f"{DMN}input/{DMN}inputExpression")
        found = found[len(found) - len(columns) :]
        return tuple(replace(c, place=self.of(e)) for c, e in zip(columns, found, strict=True))

    def rows(self, rows: tuple[Row, ...], table: Any) -> tuple[Row, ...]:
        """Rows with the places of their cells and results."""
        found = []
        for row, rule in zip(rows, table.findall(f"{DMN}rule"), strict=True):
            cells = rule.findall(f"{DMN}inputEntry")
            cells = cells[len(cells) - len(row.when) :]
            entries = [*cells, *rule.findall(f"{DMN}outputEntry")]
            found.append(replace(row, places=tuple(self.of(e) for e in entries)))
        return tuple(found)

    def table(self, table: Table, element: Any) -> Table:
        """The decision table."""
        inputs = self.columns(table.inputs, element)
        return replace(table, inputs=inputs, rows=self.rows(table.rows, element))

    def part(self, part: ScorePart, element: Any) -> ScorePart:
        """A part of the score; unchanged when the model has no table for it."""
        if element is None:
            return part
        inputs = self.columns(part.inputs, element)
        return replace(part, inputs=inputs, rows=self.rows(part.rows, element))
