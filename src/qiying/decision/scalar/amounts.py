"""What a policy pays one enterprise: rows joined by hit policy, stages already claimed, caps; exact fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from qiying.decision.logic.amounts import Stored, evaluate, fen, payable_fen
from qiying.decision.policy.compile import CompiledPolicy, CompiledRow


@dataclass(frozen=True)
class History:
    """What an enterprise already got under one policy: fen by year, stages claimed.

    `group` is the policy's group of 就高不重复; `elsewhere` is what its other policies granted, fen by year.
    """

    by_year: Mapping[int, int] = field(default_factory=dict)
    stages: frozenset[str] = frozenset()
    group: str = ""
    elsewhere: Mapping[int, int] = field(default_factory=dict)

    @property
    def received(self) -> bool:
        """Anything was ever granted."""
        return bool(self.stages) or any(self.by_year.values())

    def with_grant(self, year: int, fen_granted: int, stage: str = "") -> History:
        """The history with one more grant."""
        by_year = {**self.by_year, year: self.by_year.get(year, 0) + fen_granted}
        return replace(self, by_year=by_year, stages=self.stages | {stage} if stage else self.stages)

    def beside(self, others: Iterable[History]) -> History:
        """The history with what other policies of the group granted."""
        total: dict[int, int] = {}
        for other in others:
            for year, granted in other.by_year.items():
                total[year] = total.get(year, 0) + granted
        return replace(self, elsewhere=total) if total else self


@dataclass(frozen=True)
class Payment:
    """Fen. `amount` None while unknown, then between low and high (None: no bound known).

    `elsewhere` is what other policies of the group granted this year: it is taken off (就高不重复).
    """

    amount: int | None
    low: int | None
    high: int | None
    capped: bool = False
    elsewhere: int = 0


NO_HISTORY = History()


def grouped(history: Mapping[str, History], groups: Mapping[str, str]) -> Mapping[str, History]:
    """The history with the groups of the policies named in `groups`; one that names its own keeps it."""
    if not history or not groups:
        return history
    return {k: replace(h, group=groups[k]) if k in groups and not h.group else h for k, h in history.items()}


def past_of(one: CompiledPolicy, history: Mapping[str, History]) -> History:
    """What was granted before under a policy, and beside it under others of its group; by policy id."""
    own = history.get(one.id, NO_HISTORY)
    group = one.policy.group
    if group is None or not history:
        return own
    return own.beside(past for key, past in history.items() if key != one.id and past.group == group.name)


def has_money(one: CompiledPolicy) -> bool:
    """The policy pays something that can be counted."""
    return any(row.amount is not None for row in one.rows)


def payment(
    one: CompiledPolicy,
    certain: Sequence[int],
    possible: Sequence[int],
    stored: Stored,
    history: History = NO_HISTORY,
) -> Payment | None:
    """What is paid when the rows `certain` surely and `possible` maybe decide; None for policies without money."""
    if not has_money(one):
        return None
    rows = {row.number: row for row in one.rows}
    sure = [rows[n] for n in certain if rows[n].row.stage not in history.stages or not rows[n].row.stage]
    open_ = [rows[n] for n in possible if n not in certain and rows[n].row.stage not in history.stages]
    joined = _joined(one, sure, stored)
    if open_:
        options = [joined] if sure else []
        if one.collects:
            options += [_joined(one, [*sure, row], stored) for row in open_] + [
                _joined(one, sure + open_, stored)
            ]
        else:
            options += [_joined(one, [row], stored) for row in open_]
        known = [value for value in options if value is not None]
        if len(known) < len(options) or not known:
            return Payment(None, None, None)
        ends = [_capped(one, value, history)[0] for value in (min(known), max(known))]
        amount = ends[0] if ends[0] == ends[1] else None
        return Payment(amount, ends[0], ends[1], elsewhere=history.elsewhere.get(one.as_of.year, 0))
    if joined is None:
        return Payment(None, None, None)
    amount, capped = _capped(one, joined, history)
    return Payment(amount, amount, amount, capped, history.elsewhere.get(one.as_of.year, 0))


def _joined(one: CompiledPolicy, rows: Sequence[CompiledRow], stored: Stored) -> int | None:
    """The rows' amounts in fen, aggregated; None when one of them is unknown."""
    values: list[int] = []
    for row in rows:
        value = None if row.amount is None else evaluate(row.amount, stored)
        if value is None:
            return None
        values.append(payable_fen(value))
    if not values:
        return 0
    if not one.collects:
        return values[0]
    match one.policy.table.aggregate:
        case "max":
            return max(values)
        case "min":
            return min(values)
        case "count":
            return len(set(values)) * 100
    return sum(values)


def _capped(one: CompiledPolicy, amount: int, history: History) -> tuple[int, bool]:
    caps, found = one.policy.caps, amount
    if caps is not None:
        if caps.per_year:
            found = min(found, max(0, cap_fen(caps.per_year) - history.by_year.get(one.as_of.year, 0)))
        if caps.total:
            found = min(found, max(0, cap_fen(caps.total) - sum(history.by_year.values())))
    return max(0, found - history.elsewhere.get(one.as_of.year, 0)), found < amount


def cap_fen(text: str) -> int:
    """A cap in decimal yuan as fen."""
    return fen(Fraction(Decimal(text)))


def yuan(amount: int | None) -> str | None:
    """Fen as decimal yuan text with two decimals, exactly."""
    if amount is None:
        return None
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
