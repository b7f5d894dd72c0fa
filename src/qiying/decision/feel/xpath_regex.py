"""XPath regular expressions (F&O 3.1 §5.6), matched by a machine of our own whose steps are counted.

Python's `re` differs (class subtraction, \\i \\c \\p, flags, case folding) and cannot be stopped once a
hostile pattern makes it backtrack, so patterns become a small program and every step is charged to the meter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .limits import Meter
from .regex_machine import Instruction, Match, run_machine
from .regex_parser import PatternError, RegexParser

__all__ = ["Match", "Pattern", "PatternError", "compile_pattern"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: its program, its groups, and the slots the machine keeps places in."""

    program: tuple[Instruction, ...]
    groups: int
    slots: int
    literal: bool

    def search(self, text: str, meter: Meter, start: int = 0) -> Match | None:
        """The first match at or after `start`."""
        for position in range(start, len(text) + 1):
            found = run_machine(self.program, self.slots, text, position, meter)
            if found is not None:
                return found
        return None

    def _matches(self, text: str, meter: Meter) -> list[Match]:
        if run_machine(self.program, self.slots, "", 0, meter) is not None:
            raise PatternError("模式能匹配空文本，无法替换或拆分")
        found: list[Match] = []
        position = 0
        while True:
            match = self.search(text, meter, position)
            if match is None:
                return found
            found.append(match)
            position = max(match.end, match.start + 1)

    def replace(self, text: str, replacement: str, meter: Meter) -> str:
        """`text` with each match replaced; `$1` is a group."""
        pieces: list[str] = []
        done = 0
        parts = [replacement] if self.literal else _replacement(replacement, self.groups)
        for match in self._matches(text, meter):
            pieces.append(text[done : match.start])
            pieces.extend(part if isinstance(part, str) else match.group(text, part) for part in parts)
            done = match.end
        return "".join((*pieces, text[done:]))

    def split(self, text: str, meter: Meter) -> list[str]:
        """The pieces of `text` between matches."""
        pieces: list[str] = []
        done = 0
        for match in self._matches(text, meter):
            pieces.append(text[done : match.start])
            done = match.end
        return [*pieces, text[done:]]


def _replacement(text: str, groups: int) -> list[str | int]:
    """A replacement as texts and group numbers; of `$12` only as many digits count as there are groups."""
    parts: list[str | int] = []
    index = 0
    while index < len(text):
        char = text[index]
        following = text[index + 1 : index + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                raise PatternError("替换文本里 \\ 之后只能是 \\ 或 $")
            parts.append(following)
            index += 2
        elif char == "$":
            index, number = _group_number(text, index + 1, groups)
            parts.append(number if number <= groups else "")
        else:
            parts.append(char)
            index += 1
    return parts


def _group_number(text: str, index: int, groups: int) -> tuple[int, int]:
    if not text[index : index + 1].isascii() or not text[index : index + 1].isdigit():
        raise PatternError("替换文本里 $ 之后应为数字")
    number = int(text[index])
    index += 1
    while text[index : index + 1].isdigit() and number * 10 + int(text[index]) <= groups:
        number = number * 10 + int(text[index])
        index += 1
    return index, number


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The program of a pattern with flags out of s m i x q; raises `PatternError`."""
    if set(flags) - set("smixq"):
        raise PatternError(f"标志“{flags}”只能由 s、m、i、x、q 组成")
    parser = RegexParser(pattern, flags)
    program = tuple(parser.program())
    return Pattern(program, parser.groups, 2 * parser.groups + parser.loops, "q" in flags)
