"""OpenDocument sheets: repeated empty rows and cells are skipped, not built."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.kernel.tables.files.numbers import Look, number_cell
from qiying.kernel.tables.files.zipped import Parts
from qiying.kernel.tables.grid import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Cell, Count, Sheet, SheetBuilder


def read_ods(parts: Parts) -> list[Sheet]:
    """Return the sheets of an .ods."""
    cells = _Cells()
    parts.parse("content.xml", cells.start, cells.end, cells.text)
    return [b.done(m) for b, m in cells.builders[:MAX_SHEETS]]


class _Cells:
    def __init__(self) -> None:
        self.count = Count()
        self.builders: list[tuple[SheetBuilder, list[tuple[int, int, int, int]]]] = []
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.attributes: dict[str, str] = {}
        self.lines: list[str] = []
        self.line: dict[int, Cell] = {}
        self.is_text = False

    def start(self, tag: str, raw: dict[str, str]) -> None:
        a = {k.rpartition(":")[2]: v for k, v in raw.items()}
        if tag == "table":
            self.builders.append((SheetBuilder(a.get("name", "表"), self.count), []))
            self.row = 1
        elif tag == "table-row":
            self.column, self.line = 0, {}
            self.rows = _times(a.get("number-rows-repeated"), 1_048_576)
            if a.get("visibility") in ("collapse", "filter"):
                self.builders[-1][0].hide(self.row)
        elif tag in ("table-cell", "covered-table-cell"):
            self.attributes, self.lines = a, []
            self.columns = _times(a.get("number-columns-repeated"), 16_384)
        elif tag == "p":
            self.lines.append("")
            self.is_text = True

    def text(self, data: str) -> None:
        if self.is_text and self.lines:
            self.lines[-1] += data

    def end(self, tag: str) -> None:
        if tag == "p":
            self.is_text = False
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell()
        elif tag == "table-row":
            # A row with content is repeated as it stands; an empty one to the end of the sheet costs nothing.
            for again in range(min(self.rows, MAX_ROWS + 1) if self.line else 0):
                for column, value in self.line.items():
                    self.builders[-1][0].put(self.row + again, column, value)
            self.row += self.rows

    def _cell(self) -> None:
        value = _value(self.attributes, "\n".join(self.lines))
        wide = _times(self.attributes.get("number-columns-spanned"), MAX_COLUMNS)
        high = _times(self.attributes.get("number-rows-spanned"), MAX_ROWS)
        if wide * high > 1:
            area = (self.row, self.column, self.row + high - 1, self.column + wide - 1)
            self.builders[-1][1].append(area)
        if value not in (None, ""):
            for again in range(min(self.columns, MAX_COLUMNS + 1)):
                self.line[self.column + again] = value
        self.column += self.columns


def _times(text: str | None, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() else 1


def _value(a: dict[str, Any], text: str) -> Cell:
    kind = a.get("value-type")
    if kind == "date":
        try:
            return date.fromisoformat(a.get("date-value", "")[:10])
        except ValueError:
            return text
    if kind in ("float", "currency"):
        return number_cell(a.get("value", text), Look())
    return text
