"""A table file as text cells: xlsx, xls, ods or csv, with the row of headings found by its words."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from qiying.kernel.enterprises.importing.heads import head_of
from qiying.kernel.enterprises.indicators import plain
from qiying.kernel.permissions.errors import GuardFailed

MAX_ROWS = 20_000
MAX_BYTES = 10 * 1024 * 1024
LOST_DIGITS = "\ufffd数字"
"""Put before a number too long to have survived as one: Excel keeps 15 digits, a credit code has 18."""


class Table(NamedTuple):
    """Headings, rows of text cells, and the sheet's number of the first row."""

    heads: list[str]
    rows: list[list[str]]
    first_row: int


def read_table(content: bytes, name: str) -> Table:
    """Return the table of a file; raise `GuardFailed` saying what to change."""
    if len(content) > MAX_BYTES:
        raise GuardFailed(["文件超过 10 MB，分成几份再导"])
    cells = _csv(content) if name.lower().endswith((".csv", ".txt")) else _workbook(content)
    for number, row in enumerate(cells[:10]):
        if any(head_of(cell) == "name" for cell in row):
            heads = [plain(cell).replace("\n", "") for cell in row]
            body = [_fitted(r, len(heads)) for r in cells[number + 1 :]]
            rows = body[: MAX_ROWS + 1]
            if len(rows) > MAX_ROWS:
                raise GuardFailed([f"一次最多 {MAX_ROWS} 行，分成几份再导"])
            while rows and not any(rows[-1]):
                rows.pop()
            if not rows:
                raise GuardFailed(["表头下面没有数据"])
            return Table(heads, rows, number + 2)
    raise GuardFailed(["前 10 行里没有找到「企业名称」这一列。下载模板看看表头怎么写。"])


def _fitted(row: list[str], width: int) -> list[str]:
    return (row + [""] * width)[:width]


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [[plain(cell) for cell in row] for row in csv.reader(StringIO(text))]
    raise GuardFailed(["文件的文字编码认不出来，另存为 xlsx 再导"])


def _workbook(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError, IndexError):
        raise GuardFailed(["文件打不开。请用 xlsx、xls 或 csv。"]) from None
    return [[_text(cell) for cell in row] for row in sheet]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        if abs(cell) >= 1e15:
            return f"{LOST_DIGITS}{cell:.0f}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return plain(str(cell))
