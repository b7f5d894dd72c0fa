"""Whether an amount can come out negative where its row decides: exact linear reasoning over the indicators' domains.

An amount is cut into linear pieces (max, min, if). Of a product or quotient of indicators only the sign is followed.
What is left is a system of linear inequalities, solved by Fourier and Motzkin's elimination in fractions; indicators
are taken as real numbers, which can only find too many negative amounts, by less than one step of an indicator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from qiying.decision.indicators.registry import Registry

from .amounts import Amount, Constant, Either, Operation, Reading, Rounded
from .formula import Atom
from .normal import Normal
from .sets import ValueSet
from .terms import Term

MOST_WAYS = 1000
"""Most combinations of pieces and conditions that are tried for one amount; beyond it the amount counts as right."""
MOST_ROWS = 400
"""Most inequalities kept while one system is solved; beyond it that way counts as impossible."""

Weights = Mapping[str, Fraction]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Row:
    """weights * values + constant >= 0, or > 0 when `strict`."""

    weights: Weights
    constant: Fraction
    strict: bool = False

    def plus(self, other: Row, factor: Fraction = Fraction(1)) -> Row:
        """This row and `factor` times another."""
        found = dict(self.weights)
        for name, weight in other.weights.items():
            found[name] = found.get(name, ZERO) + factor * weight
        kept = {name: weight for name, weight in found.items() if weight}
        return Row(kept, self.constant + factor * other.constant, self.strict or other.strict)

    def times(self, factor: Fraction) -> Row:
        """The row with every weight times a number."""
        if not factor:
            return Row({}, ZERO)
        return Row({n: w * factor for n, w in self.weights.items()}, self.constant * factor, self.strict)


Piece = tuple[Row, tuple[Row, ...]]
"""A linear amount, and the inequalities under which the amount is that."""


def negative_facts(amount: Amount, when: Normal, registry: Registry) -> dict[str, Fraction] | None:
    """Facts in their units with which the amount is below zero while `when` holds; None when there are none."""
    reader = _Reader(registry)
    ways = (
        (*bounds, *limits, Row({n: -w for n, w in row.weights.items()}, -row.constant, True))
        for bounds in _rows_of(when, registry)
        for row, limits in reader.pieces(amount)
    )
    for rows in islice(ways, MOST_WAYS):
        names = {name for row in rows for name in row.weights if name in registry}
        found = solution([*rows, *(row for name in names for row in _domain(name, registry))])
        if found is not None:
            return {name: value for name, value in found.items() if name in registry}
    return None


def _domain(name: str, registry: Registry) -> Iterator[Row]:
    one = registry[name]
    bounds = one.bounds
    yield Row({name: Fraction(1)}, -Fraction(bounds.low, one.scale))
    yield Row({name: Fraction(-1)}, Fraction(bounds.high, one.scale))


class _Reader:
    """Cuts amounts into linear pieces; products and quotients become values of their own with a sign."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.made = 0

    def pieces(self, amount: Amount) -> Iterator[Piece]:
        match amount:
            case Constant():
                yield Row({}, amount.value), ()
            case Reading():
                yield Row({amount.name: Fraction(1)}, ZERO), ()
            case Rounded():
                yield from self._rounded(amount)
            case Either():
                for rows in _rows_of(amount.condition, self.registry):
                    yield from ((row, (*limits, *rows)) for row, limits in self.pieces(amount.yes))
                # The other side is taken without the opposite of the condition: it holds in fewer cases than tried.
                for rows in _rows_against(amount.condition, self.registry):
                    yield from ((row, (*limits, *rows)) for row, limits in self.pieces(amount.no))
            case Operation():
                for (left, first), (right, second) in product(*(list(self.pieces(p)) for p in amount.parts)):
                    for row, limits in self._joined(amount.operator, left, right):
                        yield row, (*first, *second, *limits)

    def _rounded(self, amount: Rounded) -> Iterator[Piece]:
        """Rounding keeps the sign but for what comes within one step of zero."""
        step = Fraction(1, 10**amount.digits) if amount.digits >= 0 else Fraction(10**-amount.digits)
        lift = {"floor": ZERO, "up": ZERO, "ceiling": step, "down": step}.get(amount.way, step / 2)
        for row, limits in self.pieces(amount.part):
            yield row.plus(Row({}, lift)), limits

    def _joined(self, operator: str, left: Row, right: Row) -> Iterator[Piece]:
        less = Fraction(-1)
        match operator:
            case "+":
                yield left.plus(right), ()
            case "-":
                yield left.plus(right, less), ()
            case "max" | "min":
                sign = Fraction(1) if operator == "max" else less
                yield left, (left.plus(right, less).times(sign),)
                yield right, (right.plus(left, less).times(sign),)
            case "*" if not right.weights:
                yield left.times(right.constant), ()
            case "*" if not left.weights:
                yield right.times(left.constant), ()
            case "/" if not right.weights and right.constant > 0:
                yield left.times(1 / right.constant), ()
            case _:
                yield from self._signed(operator, left, right)

    def _signed(self, operator: str, left: Row, right: Row) -> Iterator[Piece]:
        """A product or quotient: a value of its own whose sign follows from the signs of both."""
        self.made += 1
        own = Row({f"#{self.made}": Fraction(1)}, ZERO)
        less, divides = Fraction(-1), operator == "/"

        def above(row: Row, strict: bool = True) -> Row:
            return Row(row.weights, row.constant, strict)

        under, beneath = left.times(less), right.times(less)
        yield own, (left, above(right, divides), own)  # a divisor is positive, or nothing is known
        yield own, (above(under), above(right), above(own.times(less)))
        if not divides:
            yield own, (under, beneath, own)
            yield own, (above(left), above(beneath), above(own.times(less)))


def _rows_of(normal: Normal, registry: Registry) -> Iterator[tuple[Row, ...]]:
    """Every way a condition can hold, as inequalities; what is no number puts no limit."""
    if normal.is_false:
        return
    for way in product(*normal.components):
        atoms = [atom for conjunction in way for atom in conjunction]
        for choice in product(*(list(_stretches(atom.term, atom.values, registry)) for atom in atoms)):
            yield tuple(row for rows in choice for row in rows)


def _rows_against(normal: Normal, registry: Registry) -> Iterator[tuple[Row, ...]]:
    """Every way a condition can fail: in some component every conjunction has an atom that does not hold."""
    for component in normal.components:
        for way in product(*component):
            failing = [Atom(atom.term, atom.term.domain - atom.values) for atom in way]
            for choice in product(*(list(_stretches(a.term, a.values, registry)) for a in failing)):
                yield tuple(row for rows in choice for row in rows)


def _stretches(term: Term, values: ValueSet, registry: Registry) -> Iterator[tuple[Row, ...]]:
    """Each stretch of a term's values as inequalities."""
    if term.kind == "text" or values == term.domain:
        yield ()
        return
    top = Row({n: Fraction(c * registry[n].scale) for n, c in term.top}, ZERO)
    over = (
        Row({n: Fraction(c * registry[n].scale) for n, c in term.over}, ZERO)
        if term.over
        else Row({}, Fraction(1))
    )
    whole = term.kind == "integer"
    for low, high in values.intervals():
        rows = [Row(over.weights, ZERO, True)] if term.over else []
        if low is not None:
            rows.append(Row(*_pair(top.plus(over, -Fraction(low.value))), bool(low.after)))
        if high is not None:  # a cut before a whole number ends at the one below it
            end, strict = (
                (Fraction(high.value) - 1, False) if whole else (Fraction(high.value), not high.after)
            )
            rows.append(Row(*_pair(over.times(end).plus(top, Fraction(-1))), strict))
        yield tuple(rows)


def _pair(row: Row) -> tuple[Weights, Fraction]:
    return row.weights, row.constant


def solution(rows: list[Row]) -> dict[str, Fraction] | None:
    """Values that satisfy every inequality, or None; one name after the other is eliminated."""
    names: list[str] = []
    steps: list[list[Row]] = []
    while left := {name for row in rows for name in row.weights}:
        name = min(left, key=lambda n: (_pairs(rows, n), n))
        names.append(name)
        steps.append([row for row in rows if name in row.weights])
        rows = _without(rows, name)
        if len(rows) > MOST_ROWS:
            return None
    if any(row.constant < 0 or (row.strict and row.constant == 0) for row in rows):
        return None
    found: dict[str, Fraction] = {}
    for name, bounds in zip(reversed(names), reversed(steps), strict=True):
        found[name] = _between(name, bounds, found)
    return found


def _pairs(rows: list[Row], name: str) -> int:
    above = sum(1 for row in rows if row.weights.get(name, ZERO) > 0)
    return above * sum(1 for row in rows if row.weights.get(name, ZERO) < 0)


def _without(rows: list[Row], name: str) -> list[Row]:
    lows = [row.times(1 / row.weights[name]) for row in rows if row.weights.get(name, ZERO) > 0]
    highs = [row.times(-1 / row.weights[name]) for row in rows if row.weights.get(name, ZERO) < 0]
    kept = [row for row in rows if name not in row.weights]
    kept += [low.plus(high) for low in lows for high in highs]
    return list({(frozenset(r.weights.items()), r.constant, r.strict): r for r in kept}.values())


def _between(name: str, bounds: list[Row], known: Mapping[str, Fraction]) -> Fraction:
    """A value inside its bounds, a round one where there is room."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    for row in bounds:
        weight = row.weights[name]
        rest = row.constant + sum(w * known[n] for n, w in row.weights.items() if n != name)
        edge = -rest / weight
        if weight > 0 and (low is None or (edge, row.strict) > low):
            low = (edge, row.strict)
        if weight < 0 and (high is None or (edge, not row.strict) < (high[0], not high[1])):
            high = (edge, row.strict)
    if low is not None and (not low[1] or high is None):
        return low[0] + 1 if low[1] else low[0]
    if high is not None and (not high[1] or low is None):
        return high[0] - 1 if high[1] else high[0]
    return ZERO if low is None or high is None else (low[0] + high[0]) / 2
