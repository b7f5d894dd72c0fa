"""Scores of all enterprises at once: fewest and most points the facts allow, per part and in total."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from qiying.decision.logic.formula import Atom
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.planes.columns import Columns
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.policy.book import Masks
from qiying.decision.policy.score import CompiledPart, CompiledScore

Points = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ScoreColumns:
    """Points times `scale`, as whole numbers: `low` and `high` by part name and under the score's own name."""

    scale: int
    low: dict[str, Points]
    high: dict[str, Points]


class _Numbered:
    """Formulas with numbered conditions, in the shape the plane engine reads."""

    def __init__(self, normals: list[Normal]) -> None:
        self._numbers: dict[Atom, int] = {}
        self.masks: list[Masks] = [
            tuple(tuple(self._mask(one) for one in component) for component in normal.components)
            for normal in normals
        ]
        self.policies = ()

    def _mask(self, atoms: frozenset[Atom]) -> int:
        mask = 0
        for atom in atoms:
            mask |= 1 << self._numbers.setdefault(atom, len(self._numbers))
        return mask

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Conditions by number."""
        return tuple(self._numbers)


def score_columns(score: CompiledScore, columns: Columns) -> ScoreColumns:
    """Every enterprise's points; each part is exact, the total is the sum of its parts."""
    scale = lcm(*(step.denominator for part in score.parts for step in part.steps))
    total_low = np.zeros(columns.rows, np.int64)
    total_high = np.zeros(columns.rows, np.int64)
    low, high = {}, {}
    for name, parts in score.groups:
        low[name], high[name] = np.zeros_like(total_low), np.zeros_like(total_low)
        for part in parts:
            fewest, most = _part(part, columns, scale)
            low[name] += fewest
            high[name] += most
        total_low += low[name]
        total_high += high[name]
    return ScoreColumns(scale, {**low, score.name: total_low}, {**high, score.name: total_high})


def _part(part: CompiledPart, columns: Columns, scale: int) -> tuple[Points, Points]:
    """The largest step certainly reached and the largest possibly reached."""
    steps = [step for step in part.steps if step > 0]
    numbered = _Numbered([normalise(part.at_least(step)) for step in steps])
    planes = PlaneEngine(numbered).evaluate(numbered.masks, columns)  # type: ignore[arg-type]
    fewest, most = np.zeros(columns.rows, np.int64), np.zeros(columns.rows, np.int64)
    for index, step in enumerate(steps):  # rising, so later steps overwrite earlier ones
        points = int(Fraction(step) * scale)
        fewest[planes.listed(index)] = points
        most[planes.listed(index)] = points
        most[planes.listed(index, unknown=True)] = points
    return fewest, most
