"""The machine that runs compiled patterns: backtracking over an explicit stack, each step charged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import NOWHERE
from .limits import Meter

#: An instruction: its operation and up to two operands; jumps are relative to their own place.
Instruction = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched; `spans` are the groups' places, -1 where a group took no part."""

    start: int
    end: int
    spans: tuple[int, ...]

    def group(self, text: str, number: int) -> str:
        """The text of a group, empty if it took no part."""
        if number == 0:
            return text[self.start : self.end]
        first, last = self.spans[2 * number - 2], self.spans[2 * number - 1]
        return text[first:last] if 0 <= first <= last else ""


def run_machine(
    program: tuple[Instruction, ...], slots: int, text: str, start: int, meter: Meter
) -> Match | None:
    """The match that begins exactly at `start`, preferring as the pattern says; None if there is none."""
    size = len(text)
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, start, (-1,) * slots)]
    steps = 0
    while stack:
        pc, at, spans = stack.pop()
        while True:
            steps += 1
            if steps >= 256:
                meter.step(NOWHERE, steps)
                steps = 0
            operation, first, second = program[pc]
            if operation == "char":
                if at >= size or not first(text[at]):
                    break
                at += 1
                pc += 1
            elif operation == "split":
                stack.append((pc + second, at, spans))
                pc += first
            elif operation == "jump":
                pc += first
            elif operation == "match":
                meter.step(NOWHERE, steps)
                return Match(start, at, spans)
            else:
                moved = _other(operation, first, second, text, at, spans)
                if moved is None:
                    break
                at, spans = moved
                pc += 1
    meter.step(NOWHERE, steps)
    return None


def _other(
    operation: str, first: Any, second: Any, text: str, at: int, spans: tuple[int, ...]
) -> tuple[int, tuple[int, ...]] | None:
    """The place and slots after a rarer instruction; None when it does not hold here."""
    match operation:
        case "save":
            return at, (*spans[:first], at, *spans[first + 1 :])
        case "assert":
            return (at, spans) if first(text, at) else None
        case "progress":
            # An empty round of a loop would go on for ever: leave the loop instead.
            return None if spans[first] == at else (at, spans)
    begin, end = spans[2 * first - 2], spans[2 * first - 1]
    piece = text[begin:end] if 0 <= begin <= end else ""
    return (at + len(piece), spans) if second(piece, text[at : at + len(piece)]) else None


Assertion = Callable[[str, int], bool]


def at_start(text: str, at: int) -> bool:
    """`^` without the flag m."""
    return at == 0


def at_end(text: str, at: int) -> bool:
    """`$` without the flag m."""
    return at == len(text)


def at_line_start(text: str, at: int) -> bool:
    """`^` with the flag m: also after a newline that is not the last character."""
    return at == 0 or (text[at - 1] == "\n" and at < len(text))


def at_line_end(text: str, at: int) -> bool:
    """`$` with the flag m: also before a newline."""
    return at == len(text) or text[at] == "\n"
