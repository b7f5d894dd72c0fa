"""What is missing for a tier and by how much: every condition that does not hold, in words, with the distance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

from qiying.decision.indicators import Registry
from qiying.decision.logic.amounts import truth
from qiying.decision.logic.formula import All, Atom, Formula
from qiying.decision.logic.normal import normalise
from qiying.decision.logic.terms import term_value
from qiying.decision.policy.compile import CompiledPolicy
from qiying.decision.scalar.nearest import solve
from qiying.decision.words.conditions import condition_text, formula_text
from qiying.decision.words.results import condition_words, fact_text, score_text
from qiying.decision.words.values import value_text

Stored = Mapping[str, int | str]


def gaps(one: CompiledPolicy, stored: Stored, registry: Registry) -> list[str]:
    """Return a sentence for each condition that does not hold, or is not known to."""
    found: list[str] = []
    for clause in one.clauses:
        if not truth(normalise(clause.formula), stored)[0]:
            found += _parts(clause.formula, clause.clause.says, stored, registry)
    if any(truth(normalise(row.matches), stored)[0] for row in one.rows):
        return found
    if one.score is not None:
        scored = [row for row in one.rows if row.on_score]
        cells = [f"{heading}{condition_words(cell)}分" for heading, cell in scored[-1].on_score]
        wanted = scored[-1].row.name if len(scored) > 1 else "、".join(cells)
        found.append(f"{wanted}（现在{score_text(one.score.contributions(stored))}）")
    else:
        for part in dict.fromkeys(_best(one, stored)):
            found += _parts(part, "", stored, registry)
    return found


def _best(one: CompiledPolicy, stored: Stored) -> Iterator[Formula]:
    """Return what fails of the row with the fewest failing conditions."""
    failing = [[p for p in _pieces(row.matches) if not truth(normalise(p), stored)[0]] for row in one.rows]
    yield from min(failing, key=len, default=[])


def _pieces(formula: Formula) -> list[Formula]:
    return sorted(formula.parts, key=str) if isinstance(formula, All) else [formula]


def _parts(formula: Formula, says: str, stored: Stored, registry: Registry) -> Iterator[str]:
    """Say a plain conjunction condition by condition, anything else as a whole."""
    for part in [formula] if says else _pieces(formula):
        if truth(normalise(part), stored)[0]:
            continue
        said = says or (
            condition_text(part, registry) if isinstance(part, Atom) else formula_text(part, registry)
        )
        facts = [
            fact_text(term, term_value(term, dict(stored)), stored, registry)
            for term in normalise(part).terms.values()
        ]
        now = "，".join(f for f in facts if f)
        distance = _distance(part, stored, registry) if isinstance(part, Atom) else ""
        told = "，".join(w for w in (now and f"现在{now}", distance) if w)
        yield f"{said}（{told or '还没有数'}）"


def _distance(one: Atom, stored: Stored, registry: Registry) -> str:
    """Say by how much the nearest edge of a condition on numbers is missed; of a quotient in its dividend."""
    term = one.term
    name = next((n for n, factor in term.top if factor > 0), "")
    if term.kind == "text" or name not in stored or registry[name].type not in ("money", "count", "number"):
        return ""
    value = int(stored[name])
    wanted: list[int] = []
    for low, high in one.values.intervals():
        for cut, is_low in ((low, True), (high, False)):
            edge = solve(term, name, Fraction(cut.value), stored) if cut is not None else None
            if cut is None or edge is None:
                continue
            # `after` of a lower end leaves the edge itself out, of an upper end takes it in
            near = (
                (floor(edge) + 1 if cut.after else ceil(edge))
                if is_low
                else (floor(edge) if cut.after else ceil(edge) - 1)
            )
            wanted.append(near)
    nearest = min(wanted, key=lambda v: abs(v - value), default=value)
    if nearest == value:
        return ""
    more = "还差" if nearest > value else "多了"
    whole = f"{name}" if not term.is_indicator else ""
    return f"{whole}{more}{value_text(registry[name], abs(nearest - value))}"
