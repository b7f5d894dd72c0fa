"""What a verification found."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int], None]
"""Called now and then with what is being checked and how many are done."""

MAX_BREAKS = 200
"""Breaks kept in a report; more only repeat the same disaster."""


@dataclass(frozen=True)
class Break:
    """One place where the proof does not hold."""

    where: str
    seq: int | None
    reason: str

    def __str__(self) -> str:
        row = "" if self.seq is None else f" 第 {self.seq} 条"
        return f"{self.where}{row}：{self.reason}"


@dataclass
class VerifyReport:
    """How much was checked and what did not hold, in the order it was found."""

    checked: dict[str, int] = field(default_factory=dict)
    breaks: list[Break] = field(default_factory=list)
    unsealed: int = 0
    break_count: int = 0

    @property
    def is_sound(self) -> bool:
        return self.break_count == 0

    @property
    def first_break(self) -> Break | None:
        return self.breaks[0] if self.breaks else None

    def add(self, where: str, seq: int | None, reason: str) -> None:
        """Note a break; beyond `MAX_BREAKS` only count it."""
        self.break_count += 1
        if len(self.breaks) < MAX_BREAKS:
            self.breaks.append(Break(where, seq, reason))

    def count(self, what: str, number: int = 1) -> None:
        """Add to the number of things checked."""
        self.checked[what] = self.checked.get(what, 0) + number

    def as_data(self) -> dict[str, object]:
        """Return the report as JSON data, as the audit records it."""
        first = self.first_break
        return {
            "checked": self.checked,
            "unsealed": self.unsealed,
            "breaks": self.break_count,
            "first_break": None if first is None else str(first),
        }
