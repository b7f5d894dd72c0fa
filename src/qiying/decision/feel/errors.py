"""Errors of the language: each has a code, a place in the text and two Chinese sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, as offsets in characters: `start` counts from 0, `end` is exclusive."""

    start: int
    end: int

    def join(self, other: Span) -> Span:
        """The stretch from the start of this one to the end of the other."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `message` says what, `advice` says what to write instead."""

    code: str
    message: str
    advice: str = ""
    span: Span = NOWHERE
    line: int = 0
    column: int = 0

    def located(self, text: str) -> Problem:
        """The same problem with line and column (both from 1) counted in `text`."""
        line, column = place(text, self.span.start)
        return Problem(self.code, self.message, self.advice, self.span, line, column)

    def __str__(self) -> str:
        where = f"第{self.line}行第{self.column}列：" if self.line else ""
        advice = f"。{self.advice}" if self.advice else ""
        return f"{where}{self.message}{advice}"


class FeelError(Exception):
    """Base of what the language raises; carries one `Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class FeelSyntaxError(FeelError):
    """The text is not an expression of the language."""


class FeelLimitError(FeelError):
    """The text or its evaluation went over a budget."""


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in `text`."""
    before = text[:offset]
    line = before.count("\n") + 1
    return line, offset - (before.rfind("\n") + 1) + 1
