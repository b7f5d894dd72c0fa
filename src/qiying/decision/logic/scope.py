"""The names a policy's FEEL may use, and the mistakes found while reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from qiying.decision.feel.errors import FeelError, Problem, Span
from qiying.decision.indicators import Registry

from .numbers import Columns, Linear, Number

AS_OF = "评估日"
"""The name under which FEEL sees the date an evaluation is made for."""
EPOCH = date(1970, 1, 1)


class MatchError(FeelError):
    """A correct FEEL text that matching cannot use."""


@dataclass
class Scope:
    """Indicators, the as-of date and named numbers (scores); collects warnings in `findings`."""

    registry: Registry
    as_of: date
    numbers: Mapping[str, Number] = field(default_factory=dict)
    findings: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = Columns(self.registry.bounds, self.registry.domains)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name."""
        return (*self.registry.names, *self.numbers, AS_OF)

    def names_in(self, text: str) -> list[str]:
        """The names that can occur in a text, for the parser: a short list keeps parsing fast."""
        return [name for name in self.names if name in text]

    def as_of_number(self) -> Linear:
        """The as-of date as days."""
        return Linear({}, Fraction((self.as_of - EPOCH).days), "date")

    def unknown(self, name: str, span: Span) -> MatchError:
        """The error for a name nobody declared."""
        near = get_close_matches(name, self.names, 1, 0.5)
        advice = f"是否要写“{near[0]}”" if near else "请先在指标库里登记这个指标"
        return MatchError(Problem("match.name", f"指标库里没有“{name}”", advice, span))
