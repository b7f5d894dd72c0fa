"""Sheets as sparse rows of cells, and the bounds that every file must keep while it is read.

A reader hands each cell to `SheetBuilder`, which refuses the file at the first cell beyond a bound: nothing is
built for what a file only claims to hold, such as one value in the last cell of an otherwise empty sheet.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

MAX_BYTES = 20 * 1024 * 1024
MAX_MARKUP = 8 * 1024 * 1024  # of HTML and XML, which are read as a tree ten times their size
MAX_ELEMENTS = 3_000_000  # of XML, those of empty cells with a format included
MAX_UNPACKED = 120 * 1024 * 1024  # all parts of a zip together
MAX_SHEETS = 60
MAX_ROWS = 50_000  # rows with content, all sheets together
MAX_COLUMNS = 300
MAX_CELLS = 1_000_000
MAX_TEXT = 32_767  # the most a cell of Excel holds


class UnreadableSheet(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


class Lost(str):
    """A number that has lost digits: Excel keeps 15, so 20261103000123456 is no longer what was typed."""

    __slots__ = ()


Cell: TypeAlias = str | int | float | bool | date | None


@dataclass
class Row:
    """One row with content: its number as Excel shows it, and the cells by column from 0."""

    number: int
    cells: dict[int, Cell]


@dataclass
class Sheet:
    """One sheet: rows in order, hidden ones left out and counted."""

    name: str
    rows: list[Row] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: int = 0
    sections: set[int] = field(default_factory=set)  # numbers of rows merged from side to side


@dataclass
class Count:
    """What a file has used up of its bounds."""

    rows: int = 0
    cells: int = 0


def column_name(index: int) -> str:
    """Return a column as Excel names it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


class SheetBuilder:
    """Takes the cells of one sheet as they are read; raises `UnreadableSheet` at the first beyond a bound."""

    def __init__(self, name: str, count: Count, *, is_hidden: bool = False) -> None:
        self.sheet = Sheet(name, is_hidden=is_hidden)
        self.count = count
        self._rows: dict[int, dict[int, Cell]] = {}
        self._hidden: set[int] = set()

    def hide(self, row: int) -> None:
        """Leave a row out (from 1)."""
        self._hidden.add(row)

    def put(self, row: int, column: int, value: Cell) -> None:
        """Add a cell (row from 1, column from 0); empty ones cost nothing."""
        if value is None or value == "" or row in self._hidden:
            return
        if column >= MAX_COLUMNS:
            place = f"{column_name(column)}{row}"
            raise UnreadableSheet(
                f"「{self.sheet.name}」的单元格 {place} 有内容，最多能读 {MAX_COLUMNS} 列（到 "
                f"{column_name(MAX_COLUMNS - 1)} 列）。请删掉右边用不到的内容再传。"
            )
        if isinstance(value, str) and len(value) > MAX_TEXT:
            place = f"{column_name(column)}{row}"
            raise UnreadableSheet(
                f"「{self.sheet.name}」的单元格 {place} 有 {len(value):,} 字，一格最多 {MAX_TEXT:,} 字。"
                "请删减或检查是不是少了一个引号。"
            )
        cells = self._rows.get(row)
        if cells is None:
            cells = self._rows[row] = {}
            self.count.rows += 1
            if self.count.rows > MAX_ROWS:
                raise UnreadableSheet(f"一次最多读 {MAX_ROWS:,} 行，这份还要多。请分成几份传。")
        self.count.cells += 1
        if self.count.cells > MAX_CELLS:
            raise UnreadableSheet(f"一次最多读 {MAX_CELLS:,} 格，这份还要多。请分成几份，或删掉用不到的列。")
        cells[column] = value

    def done(self, merged: Iterable[tuple[int, int, int, int]] = ()) -> Sheet:
        """Return the sheet, merged areas (top, left, bottom, right; rows from 1) filled with their first cell."""
        width = max((max(c) for c in self._rows.values()), default=0) + 1
        rows = sorted(self._rows)
        for top, left, bottom, right in merged:
            value = self._rows.get(top, {}).get(left)
            if value is None:
                continue
            if right - left + 1 >= max(3, width * 4 // 5):  # a title or the name of a section, not data
                self.sheet.sections.add(top)
                continue
            # Only rows that have content of their own: merging a whole column makes no million rows.
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                for column in range(left, min(right, MAX_COLUMNS - 1) + 1):
                    if (row, column) != (top, left):
                        self.put(row, column, value)
        numbers = sorted(self._rows.keys() - self._hidden)
        self.sheet.rows = [Row(n, self._rows[n]) for n in numbers]
        self.sheet.hidden_rows = len(self._hidden)
        return self.sheet
