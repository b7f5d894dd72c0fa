"""How a text is cut for an LED screen, and what about it does not fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from qiying.kernel.documents.line_breaking import break_lines

POSTER_MOST = 8
"""More sentences nobody reads in passing."""


def width_of(char: str) -> float:
    """Return a character's width on a screen: full-width one, others a half."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def is_drawn(char: str) -> bool:
    """Tell whether the font of a common screen (GBK) has a character."""
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class OnScreen:
    """A text as one screen shows it, turn by turn, and what is wrong with it."""

    turns: tuple[tuple[str, ...], ...]
    faults: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return what is typed into the screen's program: a line each, an empty line between turns."""
        return "\n\n".join("\n".join(turn) for turn in self.turns)


def on_screen(sentences: Sequence[str], rows: int, chars: int, most: int) -> OnScreen:
    """Cut sentences for a screen: none runs over a line, each begins a turn of its own."""
    turns: list[tuple[str, ...]] = []
    faults: list[str] = []
    for sentence in sentences:
        lines = [line.text for line in break_lines(sentence, width_of, measure=chars)]
        turns += [tuple(lines[n : n + rows]) for n in range(0, len(lines), rows)]
        if strange := sorted({c for c in sentence if not is_drawn(c)}):
            faults.append(f"“{sentence[:12]}”里的 {'、'.join(strange[:5])} 屏上显示不出来，换一个字")
    if len(turns) > most:
        faults.append(f"要 {len(turns)} 屏才放得完，这块屏一轮最多 {most} 屏，请写短一点")
    return OnScreen(tuple(turns), tuple(faults))
