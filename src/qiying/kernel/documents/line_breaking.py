"""Breaking Chinese text into flush lines of 28 characters, as an official letter is set.

Widths are in em (one full-width character); the renderer spreads each line by `spread` per gap.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

# Punctuation that may not begin or end a line (GB/T 15834-2011 5.1, with the usual additions).
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕〗”’％‰℃…—·～．,.;:?!)]}%")
_NOT_LAST = frozenset("（《〈「『【〔〖“‘([{￥$№")
# Figures with what belongs to them, Latin words, and the two-character dashes and dots stay together.
_CLUSTER = re.compile(r"[A-Za-z0-9]+(?:[.,:/@_%+\-&=?#~][A-Za-z0-9]+)*%?|——|……|\s+|.", re.DOTALL)


class Line(NamedTuple):
    """One set line: its text, its indent, and what is added between two characters to fill the measure."""

    text: str
    indent: float
    spread: float


def break_lines(
    text: str,
    width_of: Callable[[str], float],
    *,
    measure: float,
    first_indent: float = 0.0,
    indent: float = 0.0,
) -> list[Line]:
    """Return `text` in lines no wider than `measure`; all but the last fill it exactly.

    A cluster wider than the measure is cut: nothing is lost and nothing runs over.
    """
    lines: list[Line] = []
    line, width, room = "", 0.0, measure - first_indent
    for atom in _atoms(text, width_of, measure - max(first_indent, indent)):
        atom_width = sum(map(width_of, atom))
        if line and width + atom_width > room + 1e-6:
            lines.append(_filled(line, measure, first_indent if not lines else indent, width_of))
            line, width, room = "", 0.0, measure - indent
            atom = atom.lstrip(" ")
            atom_width = sum(map(width_of, atom))
        line, width = line + atom, width + atom_width
    if line.strip() or not lines:
        lines.append(Line(line.rstrip(), first_indent if not lines else indent, 0.0))
    return lines


def _filled(line: str, measure: float, indent: float, width_of: Callable[[str], float]) -> Line:
    line = line.rstrip()
    gaps = len(line) - 1
    spare = measure - indent - sum(map(width_of, line))
    return Line(line, indent, spare / gaps if gaps else 0.0)


def _atoms(text: str, width_of: Callable[[str], float], longest: float) -> list[str]:
    """Return what may not be separated: clusters with the punctuation that clings to them."""
    atoms: list[str] = []
    clings = False
    for cluster in _CLUSTER.findall(text):
        joined = (atoms[-1] if atoms else "") + cluster
        if atoms and (clings or cluster[0] in _NOT_FIRST) and sum(map(width_of, joined)) <= longest:
            atoms[-1] = joined
        else:
            atoms.extend(_cut(" " if cluster.isspace() else cluster, width_of, longest))
        clings = cluster[-1] in _NOT_LAST
    return atoms


def _cut(cluster: str, width_of: Callable[[str], float], longest: float) -> list[str]:
    pieces, piece, width = [], "", 0.0
    for char in cluster:
        if piece and width + width_of(char) > longest:
            pieces.append(piece)
            piece, width = "", 0.0
        piece, width = piece + char, width + width_of(char)
    return [*pieces, piece]
