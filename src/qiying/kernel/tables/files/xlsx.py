"""Workbooks of Excel 2007 and later, parsed as a stream: cells, merged areas, what is hidden, day formats."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from qiying.kernel.tables.files.numbers import Look, look_of, number_cell
from qiying.kernel.tables.files.zipped import Parts
from qiying.kernel.tables.grid import MAX_SHEETS, Cell, Count, Sheet, SheetBuilder, UnreadableSheet

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class _Book:
    """What the parts of a workbook say about its sheets."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, relation, is hidden
    targets: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    styles: list[Look] = field(default_factory=list)
    is_1904: bool = False


def read_xlsx(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xlsx or .xlsm; raise `UnreadableSheet` with the cause."""
    parts = Parts(content)
    if "xl/workbook.bin" in parts.names:
        raise UnreadableSheet("这是 xlsb 格式的表格，读不了。请在 Excel 里另存为 xlsx 再传。")
    if "content.xml" in parts.names:
        from qiying.kernel.tables.files.ods import read_ods

        return read_ods(parts)
    if "xl/workbook.xml" not in parts.names:
        raise UnreadableSheet("这不是 Excel 表格（是别的压缩文件）。请另存为 xlsx 再传。")
    book = _book(parts)
    count = Count()
    sheets = []
    for name, relation, is_hidden in book.sheets[:MAX_SHEETS]:
        part = book.targets.get(relation, "")
        if part not in parts.names or "worksheets" not in part:
            continue  # a chart has no cells
        builder = SheetBuilder(name, count, is_hidden=is_hidden)
        # A hidden sheet is not imported, so it is not unpacked either.
        sheets.append(builder.done() if is_hidden else _sheet(parts, part, book, builder))
    return sheets


def _book(parts: Parts) -> _Book:
    book = _Book()

    def workbook(tag: str, a: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(":id")), "")
            book.sheets.append((a.get("name", ""), relation, a.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            book.is_1904 = a.get("date1904", "0") in ("1", "true")

    def relations(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship":
            target = a.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            book.targets[a.get("Id", "")] = path

    parts.parse("xl/workbook.xml", workbook)
    if "xl/_rels/workbook.xml.rels" in parts.names:
        parts.parse("xl/_rels/workbook.xml.rels", relations)
    if "xl/styles.xml" in parts.names:
        _styles(parts, book)
    if "xl/sharedStrings.xml" in parts.names:
        _strings(parts, book)
    return book


def _styles(parts: Parts, book: _Book) -> None:
    codes: dict[int, str] = {}
    is_inside = [False]

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "numFmt":
            codes[_whole(a.get("numFmtId", ""))] = a.get("formatCode", "")
        elif tag == "cellXfs":
            is_inside[0] = True
        elif tag == "xf" and is_inside[0]:
            number = _whole(a.get("numFmtId", ""))
            book.styles.append(look_of(number, codes.get(number, "")))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            is_inside[0] = False

    parts.parse("xl/styles.xml", start, end)


def _strings(parts: Parts, book: _Book) -> None:
    pieces: list[str] = []
    state = {"text": False, "reading": False}

    def start(tag: str, a: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["reading"] = True
        state["text"] = tag == "t" and not state["reading"]

    def end(tag: str) -> None:
        if tag == "si":
            book.strings.append("".join(pieces))
        elif tag == "rPh":
            state["reading"] = False
        state["text"] = False

    def text(data: str) -> None:
        if state["text"]:
            pieces.append(data)

    parts.parse("xl/sharedStrings.xml", start, end, text)


class _Cells:
    """The handlers of one sheet."""

    def __init__(self, book: _Book, builder: SheetBuilder) -> None:
        self.book, self.builder = book, builder
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = self.column = 0
        self.kind = ""
        self.look = Look()
        self.is_text = False
        self.pieces: list[str] = []

    def start(self, tag: str, a: dict[str, str]) -> None:
        if tag == "row":
            self.row = _whole(a["r"]) if "r" in a else self.row + 1
            self.column = -1
            if a.get("hidden") in ("1", "true"):
                self.builder.hide(self.row)
        elif tag == "c":
            self.column = _place(a["r"])[1] if "r" in a else self.column + 1
            self.kind = a.get("t", "n")
            style = _whole(a.get("s", "0"))
            self.look = self.book.styles[style] if style < len(self.book.styles) else Look()
            self.pieces = []
        elif tag == "mergeCell":
            top, _, bottom = a.get("ref", "").partition(":")
            (r1, c1), (r2, c2) = _place(top), _place(bottom or top)
            self.merged.append((r1, c1, r2, c2))
        self.is_text = tag in ("v", "t")

    def end(self, tag: str) -> None:
        self.is_text = False
        if tag == "c":
            self.builder.put(self.row, self.column, self._value("".join(self.pieces)))

    def text(self, data: str) -> None:
        if self.is_text:
            self.pieces.append(data)

    def _value(self, text: str) -> Cell:
        if self.kind == "s":
            number = _whole(text)
            return self.book.strings[number] if number < len(self.book.strings) else ""
        if self.kind == "b":
            return text == "1"
        if self.kind in ("str", "inlineStr", "e", "d"):
            return text
        return number_cell(text, self.look, is_1904=self.book.is_1904) if text else None


def _sheet(parts: Parts, part: str, book: _Book, builder: SheetBuilder) -> Sheet:
    cells = _Cells(book, builder)
    parts.parse(part, cells.start, cells.end, cells.text)
    return builder.done(cells.merged)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _place(reference: str) -> tuple[int, int]:
    """Return (row from 1, column from 0) of a reference such as AB12."""
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if found is None:
        raise UnreadableSheet(f"单元格的位置“{reference[:12]}”读不懂。请另存为 xlsx 再传。")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1
