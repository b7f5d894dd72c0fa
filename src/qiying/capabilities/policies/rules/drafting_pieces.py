"""What the reader of a pasted policy text finds: pieces with the words they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from qiying.capabilities.policies.rules.table_words import cell_said
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.scope import Scope

_ANY_DAY = date(2026, 1, 1)
KINDS = {
    "name": "名称", "number": "文号", "department": "主管部门", "co_unit": "配合部门", "valid_from": "生效",
    "valid_to": "失效", "delivery": "怎么兑现", "requires": "条件", "excludes": "负面清单", "tier": "一档",
    "cap_year": "每家每年最高", "cap_total": "每家累计最高", "group": "就高不重复", "first": "只享受一次",
    "material": "材料",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A stretch of the text: `start` counts from 0, `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Condition:
    """A comparison on one indicator (a cell under its column), or a whole condition in FEEL."""

    column: str
    cell: str
    span: Span

    @property
    def is_step(self) -> bool:
        """A number is compared, so that the next sentence may go on about the same."""
        return self.cell[0] in "<>[(" and self.column != "成立日期"

    @property
    def words(self) -> str:
        """The condition as a sentence."""
        return condition_words(self.column, self.cell)

    @property
    def feel(self) -> str:
        """The condition as one FEEL text."""
        if self.column == "企业规模":
            return f"企业规模 in ({self.cell})"
        if self.cell in ("true", "false"):
            return self.column if self.cell == "true" else f"not({self.column})"
        return f"{self.column} in {self.cell}" if self.cell[0] in "[(" else f"{self.column} {self.cell}"


@dataclass(frozen=True)
class Piece:
    """One thing read: its kind, the words, what it will become, and where it came from in the document."""

    kind: str
    span: Span
    value: str
    reads: str
    source: str = ""
    conditions: tuple[Condition, ...] = ()
    ask: str = ""
    used: tuple[Span, ...] = ()
    """The very words that were understood, where `span` reaches over others."""

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Drafted:
    """What was read of a text, in its order, and the sentences with numbers or demands that no rule could read."""

    text: str
    pieces: tuple[Piece, ...]
    unread: tuple[Span, ...] = field(default=())

    def words(self, span: Span) -> str:
        """Return the words of a stretch."""
        return self.text[span.start : span.end]


def condition_words(column: str, cell: str) -> str:
    """Return a condition as a sentence, or as it stands when the engine cannot read it."""
    if column == "成立日期":
        years = "".join(c for c in cell if c.isdigit())
        return f"成立{'满' if cell.startswith('<=') else '不满'}{years}年"
    registry = standard_registry()
    said = cell_said(column, cell, Scope(registry, _ANY_DAY), registry)
    return said.text or f"{column} {cell}"
