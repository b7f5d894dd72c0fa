"""Workbooks of Excel 5 to 2003 (BIFF5 and BIFF8), texts in the code page the file names or in GBK."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from qiying.kernel.tables.files.numbers import Look, look_of, number_cell
from qiying.kernel.tables.files.ole import ole_streams
from qiying.kernel.tables.files.zipped import BROKEN
from qiying.kernel.tables.grid import MAX_SHEETS, Cell, Count, Sheet, SheetBuilder, UnreadableSheet

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOF, _EOF, _CONTINUE, _FILEPASS, _SHEET, _SST = 0x809, 0x0A, 0x3C, 0x2F, 0x85, 0xFC
_FORMAT, _XF, _CODEPAGE, _DATEMODE, _ROW, _MERGED = 0x41E, 0xE0, 0x42, 0x22, 0x208, 0xE5
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK = 0xFD, 0x204, 0xD6, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _BOOLERR = 0x06, 0x207, 0x205


@dataclass
class _Book:
    is_8: bool = True
    encoding: str = "gb18030"
    is_1904: bool = False
    strings: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    sheets: list[tuple[str, int, bool]] = field(default_factory=list)  # name, offset, is hidden

    def look(self, style: int) -> Look:
        number = self.styles[style] if style < len(self.styles) else 0
        return look_of(number, self.formats.get(number, ""))

    def bytes_text(self, data: bytes) -> str:
        """Return 8-bit text; a file that claims a Latin page and holds Chinese is GBK, as old programs wrote it."""
        for encoding in (self.encoding, "gb18030"):
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
        return data.decode("gb18030", "replace")

    def text(self, data: bytes, at: int, *, width: int = 2) -> str:
        """Return a text that starts with its length in `width` bytes."""
        count = int.from_bytes(data[at : at + width], "little")
        at += width
        if not self.is_8:
            return self.bytes_text(data[at : at + count])
        flags = data[at] if at < len(data) else 0
        at += 1 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
        if flags & 1:
            return data[at : at + 2 * count].decode("utf-16-le", "replace")
        return data[at : at + count].decode("latin-1")


def read_xls(content: bytes) -> list[Sheet]:
    """Return the sheets of an .xls or .et; raise `UnreadableSheet` with the cause."""
    streams = ole_streams(content)
    if "EncryptedPackage" in streams:
        raise UnreadableSheet("这份表格有密码。请去掉密码再传。")
    data = streams.get("Workbook") or streams.get("Book")
    if data is None:
        raise UnreadableSheet("这不是 Excel 表格（可能是 Word 文件）。请另存为 xlsx 再传。")
    try:
        return _sheets(data)
    except (struct.error, IndexError, ValueError):
        raise UnreadableSheet(BROKEN) from None


def _records(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        at += 4 + length


def _sheets(data: bytes) -> list[Sheet]:
    book = _globals(data)
    count = Count()
    found = []
    for name, offset, is_hidden in book.sheets[:MAX_SHEETS]:
        builder = SheetBuilder(name, count, is_hidden=is_hidden)
        found.append(builder.done() if is_hidden else _sheet(data, offset, book, builder))
    return found


def _globals(data: bytes) -> _Book:
    book, shared, last = _Book(), [], 0
    bounds: list[bytes] = []
    for kind, body in _records(data, 0):
        if kind == _BOF:
            book.is_8 = struct.unpack_from("<H", body)[0] == 0x600
        elif kind == _FILEPASS:
            raise UnreadableSheet("这份表格有密码。请去掉密码再传。")
        elif kind == _CODEPAGE:
            page = struct.unpack_from("<H", body)[0]
            book.encoding = {936: "gb18030", 1200: "utf-16-le", 54936: "gb18030"}.get(page, f"cp{page}")
            if page in (1252, 0x8001, 367):  # Latin: what old Chinese programs claim for GBK
                book.encoding = "gb18030"
        elif kind == _DATEMODE:
            book.is_1904 = body[:1] == b"\x01"
        elif kind == _SHEET:
            bounds.append(body)
        elif kind == _FORMAT:
            book.formats[struct.unpack_from("<H", body)[0]] = book.text(body, 2, width=2 if book.is_8 else 1)
        elif kind == _XF:
            book.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _SST or (kind == _CONTINUE and last == _SST):
            shared.append(body)
            kind = _SST
        last = kind
    for body in bounds:  # a sheet (kind 0); charts and macros have no table
        offset, state, what = struct.unpack_from("<IBB", body)
        if what == 0:
            book.sheets.append((book.text(body, 6, width=1), offset, state & 3 != 0))
    if shared:
        book.strings = _shared_strings(shared)
    return book


def _shared_strings(blocks: list[bytes]) -> list[str]:
    """Return the shared texts; one that runs over a block's end goes on in the next after a fresh flag byte."""
    total = struct.unpack_from("<I", blocks[0], 4)[0]
    block, at = 0, 8
    found: list[str] = []

    def skip(count: int) -> None:
        nonlocal block, at
        at += count
        while block < len(blocks) - 1 and at > len(blocks[block]):
            at -= len(blocks[block])
            block += 1

    while len(found) < total:
        while at >= len(blocks[block]):
            if block + 1 >= len(blocks):
                return found
            at, block = at - len(blocks[block]), block + 1
        count, flags = struct.unpack_from("<HB", blocks[block], at)
        at += 3
        runs = extra = 0
        if flags & 8:
            runs = struct.unpack_from("<H", blocks[block], at)[0]
            at += 2
        if flags & 4:
            extra = struct.unpack_from("<I", blocks[block], at)[0]
            at += 4
        pieces: list[str] = []
        while count:
            width = 2 if flags & 1 else 1
            take = min(count, max(0, len(blocks[block]) - at) // width)
            raw = blocks[block][at : at + take * width]
            pieces.append(raw.decode("utf-16-le" if width == 2 else "latin-1", "replace"))
            at += take * width
            count -= take
            if count:
                if block + 1 >= len(blocks):
                    break
                block, at = block + 1, 1
                flags = blocks[block][0]
        found.append("".join(pieces))
        skip(4 * runs + extra)
    return found


def _sheet(data: bytes, offset: int, book: _Book, builder: SheetBuilder) -> Sheet:
    merged: list[tuple[int, int, int, int]] = []
    waiting: tuple[int, int] | None = None  # a formula whose text stands in the next record
    depth = 0
    for kind, body in _all_records(data, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth == 0:
                break
        elif depth > 1:
            continue  # a chart inside the sheet
        elif kind == _ROW:
            row, *_, options = struct.unpack_from("<HHHHHHH", body)
            if options & 0x20:
                builder.hide(row + 1)
        elif kind == _MERGED:
            for i in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * i)
                merged.append((top + 1, left, bottom + 1, right))
        elif kind == _STRING and waiting:
            builder.put(waiting[0] + 1, waiting[1], book.text(body, 0))
            waiting = None
        elif kind == _MULRK:
            row, first = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + 6 * i)
                builder.put(row + 1, first + i, _number(book, style, _unpacked(packed)))
        elif kind in (_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _BOOLERR, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 0:
                waiting = (row, column)
            else:
                builder.put(row + 1, column, _cell(book, kind, style, body))
    return builder.done(merged)


def _all_records(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield records without stopping at an end: charts inside a sheet have their own."""
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _cell(book: _Book, kind: int, style: int, body: bytes) -> Cell:
    if kind == _LABELSST:
        number = struct.unpack_from("<I", body, 6)[0]
        return book.strings[number] if number < len(book.strings) else ""
    if kind in (_LABEL, _RSTRING):
        return book.text(body, 6)
    if kind == _RK:
        return _number(book, style, _unpacked(struct.unpack_from("<I", body, 6)[0]))
    if kind == _BOOLERR:
        return _ERRORS.get(body[6], "#N/A") if body[7] else bool(body[6])
    if kind == _FORMULA and body[12:14] == b"\xff\xff":
        if body[6] == 1:
            return bool(body[8])
        return _ERRORS.get(body[8], "#N/A") if body[6] == 2 else ""
    return _number(book, style, struct.unpack_from("<d", body, 6)[0])


def _number(book: _Book, style: int, number: float) -> Cell:
    return number_cell(repr(number), book.look(style), is_1904=book.is_1904)


def _unpacked(packed: int) -> float:
    """Return an RK number: 30 bits of an integer or of a double, perhaps times 100."""
    if packed & 2:
        number = float(packed >> 2 if packed < 1 << 31 else (packed >> 2) - (1 << 30))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return number / 100 if packed & 1 else number
