"""Where in a file a character of an element's text stands."""

from __future__ import annotations

from dataclasses import replace

from qiying.decision.feel.errors import Problem


def place_in_file(data: bytes, line: int, offset: int) -> tuple[int, int]:
    """Line and column in the file of a character of a text that begins after the start tag on `line`."""
    lines = data.decode("utf-8", "replace").split("\n")
    row = line - 1
    column = _after_tag(lines[row]) if row < len(lines) else 0
    for _ in range(offset):
        row, column = _step(lines, row, column)
    return row + 1, column + 1


def _after_tag(text: str) -> int:
    at = text.find("text>")
    at = at + 5 if at >= 0 else 0
    return at + 9 if text.startswith("<![CDATA[", at) else at


def _step(lines: list[str], row: int, column: int) -> tuple[int, int]:
    """One decoded character further: an entity is one character, a line end too."""
    if row >= len(lines) or column >= len(lines[row]):
        return row + 1, 0
    if lines[row][column] == "&":
        end = lines[row].find(";", column)
        return row, (end if end > 0 else column) + 1
    return row, column + 1


def place_problem(problem: Problem, data: bytes, line: int) -> Problem:
    """The problem with line and column counted in the file instead of in its own text."""
    row, column = place_in_file(data, line, problem.span.start)
    return replace(problem, line=row, column=column)
