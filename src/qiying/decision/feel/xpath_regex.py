"""XPath regular expressions (F&O 3.1 §5.6): translated by elementpath, matched by Python's `re`, bounded beforehand.

Python's matching cannot be stopped once a hostile pattern makes it backtrack. So before it starts, the most it could
try is reckoned from the pattern's tree and charged to the meter: a repetition inside a repetition tries every way to
cut the text, repetitions side by side every way to share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

from .errors import NOWHERE
from .limits import Meter

FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE}
TRIES_A_STEP = 64
"""What `re` tries in the time the interpreter takes for one of its steps."""
MOST_REPEATED = 1000
"""Largest fixed repetition a pattern may ask for; nested ones multiply."""


class PatternError(ValueError):
    """A pattern or replacement that XPath does not know."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `free` is how many repetitions share a text, `nested` that one stands inside another."""

    compiled: re.Pattern[str]
    literal: bool
    free: int
    nested: bool

    def _charge(self, text: str, meter: Meter) -> None:
        size = len(text) + 1
        ways = 2 ** min(size, 64) if self.nested else size ** (self.free + 1)
        meter.step(NOWHERE, min(ways, 10**12) // TRIES_A_STEP + 1)

    def search(self, text: str, meter: Meter) -> bool:
        """Whether the pattern matches somewhere in the text."""
        self._charge(text, meter)
        return self.compiled.search(text) is not None

    def _parts(self, text: str, meter: Meter) -> list[re.Match[str]]:
        if self.compiled.search(""):
            raise PatternError("模式能匹配空文本，无法替换或拆分")
        self._charge(text, meter)
        return list(self.compiled.finditer(text))

    def replace(self, text: str, replacement: str, meter: Meter) -> str:
        """`text` with each match replaced; `$1` is a group."""
        parts = [replacement] if self.literal else _replacement(replacement, self.compiled.groups)
        pieces, done = [], 0
        for match in self._parts(text, meter):
            pieces.append(text[done : match.start()])
            pieces += [part if isinstance(part, str) else match.group(part) or "" for part in parts]
            done = match.end()
        return "".join((*pieces, text[done:]))

    def split(self, text: str, meter: Meter) -> list[str]:
        """The pieces of `text` between matches."""
        edges = [edge for match in self._parts(text, meter) for edge in match.span()]
        return [text[a:b] for a, b in zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)]


def _replacement(text: str, groups: int) -> list[str | int]:
    """A replacement as texts and group numbers; of `$12` only as many digits count as there are groups."""
    parts: list[str | int] = []
    for found in re.finditer(r"\\(.?)|\$([0-9]*)|[^\\$]+", text, re.DOTALL):
        if found.group().startswith("\\"):
            if found.group(1) not in ("\\", "$"):
                raise PatternError("替换文本里 \\ 之后只能是 \\ 或 $")
            parts.append(found.group(1))
        elif found.group().startswith("$"):
            digits = found.group(2)
            if not digits:
                raise PatternError("替换文本里 $ 之后应为数字")
            size = max((n for n in range(1, len(digits) + 1) if int(digits[:n]) <= groups), default=1)
            parts += [int(digits[:size]) if int(digits[:size]) <= groups else "", digits[size:]]
        else:
            parts.append(found.group())
    return parts


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern with flags out of s m i x q; raises `PatternError`."""
    from elementpath.regex import RegexError, translate_pattern  # here: few tables hold a pattern

    if set(flags) - set("smixq"):
        raise PatternError(f"标志“{flags}”只能由 s、m、i、x、q 组成")
    known = 0
    for flag in flags:
        known |= FLAGS.get(flag, 0)
    if "q" in flags:
        return Pattern(re.compile(re.escape(pattern), known & re.IGNORECASE), True, 0, False)
    if "x" in flags:  # white space outside of classes is no part of the pattern
        parts = re.split(r"(\[(?:[^\]\\]|\\.)*\])", pattern)
        pattern = "".join(part if n % 2 else re.sub(r"[ \t\r\n]+", "", part) for n, part in enumerate(parts))
    try:
        translated = translate_pattern(pattern, known, xsd_version="1.1")
        tree = sre_parser.parse(translated, known)
        free, nested, _ = _repeats(tree)
        return Pattern(re.compile(translated, known), False, free, nested)
    except (RegexError, re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"模式写得不对：{error}") from None


def _repeats(tree: Any) -> tuple[int, bool, bool]:
    """How many repetitions without a fixed length a tree has, whether one holds another, and whether it branches."""
    free, nested, branches = 0, False, False
    for code, value in tree:
        inner: list[Any] = []
        low = high = 1
        if code in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, inner = value[0], value[1], [value[2]]
            if high is not sre.MAXREPEAT and high > MOST_REPEATED:
                raise PatternError("重复的次数太多")
        elif code is sre.SUBPATTERN:
            inner = [value[-1]]
        elif code is sre.BRANCH:
            inner, branches = value[1], True
        elif code in (sre.ASSERT, sre.ASSERT_NOT):
            inner = [value[1]]
        for one in inner:
            more, deeper, parted = _repeats(one)
            free, branches = free + more, branches or parted
            nested |= deeper or (high != 1 and (more > 0 or parted))
        free += low != high
    return free, nested, branches
