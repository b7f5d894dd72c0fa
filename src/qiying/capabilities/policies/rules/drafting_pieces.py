"""What the reader of a pasted policy text finds: pieces with the words they came from; those kept become a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qiying.capabilities.policies.rules.table_edit import Sheet, blank_sheet, completed
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


def sheet_of_pieces(pieces: Iterable[Piece], code: str) -> Sheet:
    """Return a sheet of pieces an officer kept; columns are what tiers compare, the widest conditions come first."""
    kept = list(pieces)
    sheet = blank_sheet(code)
    _heads(sheet, kept)
    tiers = _highest_first([one for one in kept if one.kind == "tier"])
    columns = list(dict.fromkeys(c.column for one in tiers for c in one.conditions))
    rows = []
    for one in tiers:
        cells = {c.column: c.cell for c in one.conditions}
        rows.append(
            {"when": [cells.get(column, "-") for column in columns], "then": [one.value], "source": one.source,
             "name": "" if one.conditions else one.reads.split("：")[0] if one.ask.startswith("“") else "", "stage": ""}
        )  # fmt: skip
    if rows:
        sheet["table"]["inputs"] = [{"expression": column, "label": ""} for column in columns]
        sheet["table"]["rows"] = rows
    return completed(sheet)


def _highest_first(tiers: list[Piece]) -> list[Piece]:
    """Tiers of one threshold each on the same indicator, the highest first: the table takes the first row that fits."""

    def key(one: Piece) -> tuple[str, Decimal] | None:
        cells = [c for c in one.conditions if c.cell.startswith(">")]
        if len(one.conditions) != 1 or len(cells) != 1:
            return None
        return cells[0].column, Decimal(cells[0].cell.lstrip(">= "))

    found = list(tiers)
    for column in {k[0] for one in tiers if (k := key(one)) is not None}:
        places = [i for i, one in enumerate(tiers) if (k := key(one)) is not None and k[0] == column]
        ordered = sorted(
            (tiers[i] for i in places), key=lambda one: key(one) or ("", Decimal(0)), reverse=True
        )
        for i, one in zip(places, ordered, strict=True):
            found[i] = one
    return found


_PLACES = {
    "number": ("document", "number"), "cap_year": ("caps", "per_year"), "cap_total": ("caps", "total"),
    "group": ("group", "name"),
}  # fmt: skip


def _heads(sheet: Sheet, kept: list[Piece]) -> None:
    for one in kept:
        match one.kind:
            case "name" | "department" | "valid_from" | "valid_to" | "delivery":
                sheet[one.kind] = one.value
            case "first":
                sheet["first_time_only"] = "true"
            case "requires" | "excludes":
                sheet[one.kind].append({"when": one.value, "source": one.source, "says": ""})
            case "material":
                sheet["materials"].append({"name": one.value, "note": ""})
            case _ if one.kind in _PLACES:
                part, key = _PLACES[one.kind]
                sheet[part][key] = one.value
                if one.source and "source" in sheet[part]:
                    sheet[part]["source"] = one.source
