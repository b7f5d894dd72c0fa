"""Confirmed pieces of a pasted text as a sheet that the editor opens."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from qiying.capabilities.policies.rules.drafting_pieces import Piece
from qiying.capabilities.policies.rules.table_edit import Sheet, blank_sheet, completed


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
