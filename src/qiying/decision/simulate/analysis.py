"""Overlaps and gaps of a table, exactly: missing facts cannot hide one, because sets of values are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qiying.decision.indicators import Registry
from qiying.decision.logic.formula import TRUE, Atom, Formula, conj, disj, neg
from qiying.decision.logic.normal import Normal, normalise
from qiying.decision.policy.compile import CompiledPolicy
from qiying.decision.words.conditions import condition_text


@dataclass(frozen=True)
class Overlap:
    """Two rows that can both hold; `hidden`: the second never decides because of earlier ones."""

    first: int
    second: int
    where: tuple[tuple[Atom, ...], ...]
    hidden: bool
    line: int
    text: str

    def where_text(self, registry: Registry) -> str:
        """One situation in which both rows hold, in Chinese."""
        return profile_text(self.where[0], registry) if self.where else "任何情形"


@dataclass(frozen=True)
class Analysis:
    """Overlapping rows, and profiles within the common conditions that no row covers."""

    overlaps: tuple[Overlap, ...]
    gaps: tuple[tuple[Atom, ...], ...]

    def gap_texts(self, registry: Registry) -> list[str]:
        """The gaps in Chinese."""
        return [profile_text(one, registry) for one in self.gaps]

    def notes(self, one: CompiledPolicy, registry: Registry) -> list[str]:
        """Overlaps, each with what the hit policy makes of it, and gaps, in Chinese; what is hidden is left out."""
        hit = one.policy.table.hit
        shown = [
            o
            for o in self.overlaps
            # rows that all count overlap on purpose, and so does a last row for everybody else
            if hit not in "RC"
            and not o.hidden
            and not (hit == "F" and one.rows[o.second - 1].matches == TRUE)
        ]
        found = [
            f"{o.text}，如：{o.where_text(registry)}。{HIT_VERDICTS.get(hit, '')}" for o in shown[:MOST_NOTES]
        ]
        found += [f"没有任何一行适用：{text}" for text in self.gap_texts(registry)[:MOST_NOTES]]
        left = max(0, len(shown) - MOST_NOTES) + max(0, len(self.gaps) - MOST_NOTES)
        return [*found, f"另有 {left} 种情形"] if left else found

    def as_dict(self, registry: Registry) -> dict[str, Any]:
        """The shape of `tables` in JSON output."""
        overlaps = [
            {"rows": [o.first, o.second], "hidden": o.hidden, "where": o.where_text(registry)}
            for o in self.overlaps
        ]
        return {"overlaps": overlaps, "gaps": self.gap_texts(registry)}


MOST_NOTES = 5
HIT_VERDICTS = {
    "U": "命中策略 U 不允许", "A": "两行结果相同", "P": "按输出的先后取一行", "F": "取前面的一行",
}  # fmt: skip


def profile_text(profile: tuple[Atom, ...], registry: Registry) -> str:
    """One situation as a sentence."""
    return "，且".join(condition_text(a, registry) for a in profile) or "任何情形"


def analyse(one: CompiledPolicy) -> Analysis:
    """Every overlap and gap of the policy's table under its common conditions."""
    base = conj(*(clause.formula for clause in one.clauses))
    overlaps = []
    for index, second in enumerate(one.rows):
        for first in one.rows[:index]:
            both = normalise(conj(base, first.matches, second.matches))
            if both.is_false:
                continue
            line = second.row.places[0].line if second.row.places else 0
            hidden = second.normal.is_false
            text = f"第 {first.number} 行与第 {second.number} 行可能同时符合"
            if hidden:
                text = f"第 {second.number} 行永远轮不到，前面的行已经包含它"
            overlaps.append(Overlap(first.number, second.number, _profiles(both), hidden, line, text))
    rows: Formula = disj(*(row.matches for row in one.rows))
    # the common conditions themselves are no gap: only what a table's own columns leave out
    gap = normalise(conj(base, neg(rows)))
    return Analysis(tuple(overlaps), () if gap.is_false else _profiles(_table_part(one, gap)))


def _table_part(one: CompiledPolicy, gap: Normal) -> Normal:
    """The gap in the terms the table looks at, when the rest is merely the common conditions."""
    own = normalise(neg(disj(*(row.matches for row in one.rows))))
    return own if own.terms.keys() <= gap.terms.keys() else gap


def _profiles(normal: Normal, limit: int = 20) -> tuple[tuple[Atom, ...], ...]:
    """The situations as conjunctions, joined over components, at most `limit`."""
    found: list[tuple[Atom, ...]] = [()]
    for component in normal.components:
        found = [(*known, *sorted(one, key=lambda a: a.term.key)) for known in found for one in component][
            :limit
        ]
    return tuple(found)
