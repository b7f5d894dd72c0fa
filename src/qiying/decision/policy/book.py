"""Many policies together: every distinct condition once, numbered; the base of both engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from qiying.decision.indicators import Registry
from qiying.decision.logic.formula import Atom
from qiying.decision.logic.normal import Normal
from qiying.decision.logic.terms import Term

from .compile import CompiledPolicy, compile_policies, compile_policy
from .model import Policy

Masks = tuple[tuple[int, ...], ...]
"""A normal form over numbered conditions: components of conjunctions, each a bit mask."""


@dataclass(frozen=True)
class NumberedRow:
    """A row that can decide: its number and its normal form in masks."""

    number: int
    masks: Masks


@dataclass(frozen=True)
class NumberedPolicy:
    """A policy in masks; `rows` leaves out rows that never decide."""

    compiled: CompiledPolicy
    masks: Masks
    rows: tuple[NumberedRow, ...]


class PolicyBook:
    """A set of compiled policies for one as-of date. Policies not in force are kept and never met."""

    def __init__(self, compiled: Sequence[CompiledPolicy], registry: Registry, as_of: date) -> None:
        self.registry = registry
        self.as_of = as_of
        self.compiled = tuple(compiled)
        self._numbers: dict[Atom, int] = {}
        self.policies = tuple(self._numbered(one) for one in self.compiled)

    @classmethod
    def of(cls, policies: Iterable[Policy], registry: Registry, as_of: date) -> PolicyBook:
        """The book of these policies; FileError when one cannot be compiled."""
        return cls(compile_policies(policies, registry, as_of), registry, as_of)

    def _mask(self, atoms: Iterable[Atom]) -> int:
        mask = 0
        for atom in atoms:
            number = self._numbers.setdefault(atom, len(self._numbers))
            mask |= 1 << number
        return mask

    def _masks(self, normal: Normal) -> Masks:
        return tuple(tuple(self._mask(one) for one in component) for component in normal.components)

    def _numbered(self, one: CompiledPolicy) -> NumberedPolicy:
        if not one.in_force:
            return NumberedPolicy(one, ((),), ())
        rows = tuple(
            NumberedRow(row.number, self._masks(row.normal)) for row in one.rows if not row.normal.is_false
        )
        return NumberedPolicy(one, self._masks(one.normal), rows)

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Every distinct condition by number."""
        return tuple(self._numbers)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every distinct term."""
        return tuple({atom.term.key: atom.term for atom in self.atoms}.values())

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator conditions or amounts read, sorted."""
        return tuple(sorted({name for one in self.compiled for name in one.indicators}))

    @cached_property
    def groups(self) -> dict[str, str]:
        """The group of 就高不重复 a policy stands in, by policy id; those in none are left out."""
        return {one.id: one.policy.group.name for one in self.compiled if one.policy.group is not None}

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Index of a policy by its id."""
        return {one.id: index for index, one in enumerate(self.compiled)}

    def replaced(self, policy: Policy) -> PolicyBook:
        """A book in which one policy is edited; nothing else is compiled again."""
        fresh = compile_policy(policy, self.registry, self.as_of)
        found = [fresh if one.id == fresh.id else one for one in self.compiled]
        if fresh.id not in self.by_id:
            found.append(fresh)
        return PolicyBook(found, self.registry, self.as_of)
