"""Texts as tables: csv and tsv in any encoding and with any line ends; HTML and XML that call themselves .xls."""

from __future__ import annotations

import codecs
import csv
import re
from datetime import date
from io import BytesIO, StringIO
from itertools import chain

from lxml import etree
from lxml import html as lxml_html

from qiying.kernel.tables.files.numbers import Look, number_cell
from qiying.kernel.tables.grid import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Count,
    Sheet,
    SheetBuilder,
    UnreadableSheet,
)

# The module's own limit stops at 131,072 with an error; ours is the cell's, told with its place.
csv.field_size_limit(MAX_BYTES)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or GB18030; raise `UnreadableSheet` when it is none."""
    encodings = [name for bom, name in _BOMS if content.startswith(bom)][:1]
    head = content[:2000]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if not encodings and min(odd, even) * 4 < max(
        odd, even
    ):  # commas and line ends of UTF-16 without its mark
        encodings = ["utf-16-le" if odd > even else "utf-16-be"]
    for encoding in encodings or ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(c < " " and c not in "\t\r\n\f\v" for c in text[:4000]) > 8:
            break
        return text
    raise UnreadableSheet("打不开这份表格，认不出是什么文件。请在 Excel 或 WPS 里打开，另存为 xlsx 再传。")


def read_text(text: str) -> list[Sheet]:
    """Return a csv or tsv as one sheet; the separator is the one its first lines have most of."""
    text = re.sub(r"\r\n?", "\n", text.lstrip("\ufeff"))
    if match := re.match(r"sep=(.)\n", text):
        separator, text = match[1], text[match.end() :]
    else:
        head = "\n".join(text[:20_000].split("\n")[:15])
        separator = max(",\t;|", key=head.count)
    builder = SheetBuilder("表格", Count())
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
            for column, value in enumerate(cells):
                builder.put(number, column, forced_text(value))
    except csv.Error:
        raise UnreadableSheet("这份 csv 读不出来，可能少了一个引号。请另存为 xlsx 再传。") from None
    return [builder.done()]


def forced_text(value: str) -> str:
    """Return a value without what exports put around it to make Excel keep it as text: ="0012", '0012."""
    text = value.replace("\0", "").replace("\xa0", " ").strip()
    found = re.fullmatch(r"=\"(.*)\"|'([\dA-Za-z].*)", text, re.S)
    return (found[1] or found[2] or "") if found else text


def read_html(text: str) -> list[Sheet]:
    """Return the tables of a web page saved as .xls, those inside another one left out."""
    # lxml does not take a text that names its encoding.
    tree = lxml_html.fromstring(text.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    count = Count()
    sheets = []
    for number, table in enumerate(tree.iter("table"), 1):
        if next(table.iterancestors("table"), None) is not None:
            continue
        builder = SheetBuilder("表格" if number == 1 else f"表格 {number}", count)
        sheets.append(builder.done(_html_rows(table, builder)))
    return sheets


def _html_rows(table: lxml_html.HtmlElement, builder: SheetBuilder) -> list[tuple[int, int, int, int]]:
    taken: dict[int, int] = {}  # column → the last row a cell from above reaches to
    merged = []
    for row, line in enumerate(table.iter("tr"), 1):
        if re.search(r"display\s*:\s*none", line.get("style") or "", re.I):
            builder.hide(row)
        column = 0
        for cell in chain(line.iterchildren("td", "th")):
            while taken.get(column, 0) >= row:
                column += 1
            wide, high = _span(cell.get("colspan"), MAX_COLUMNS), _span(cell.get("rowspan"), MAX_ROWS)
            for line_break in cell.iter("br"):
                line_break.tail = "\n" + (line_break.tail or "")
            builder.put(row, column, forced_text(str(cell.text_content())))
            if wide * high > 1:
                merged.append((row, column, row + high - 1, column + wide - 1))
            for at in range(column, column + wide):
                taken[at] = row + high - 1
            column += wide
    return merged


def _span(text: str | None, most: int) -> int:
    return max(1, min(int(text), most)) if text and text.isascii() and text.isdigit() else 1


def read_xml(content: bytes) -> list[Sheet]:
    """Return the sheets of an XML spreadsheet of Excel 2003."""
    count = Count()
    sheets = []
    try:
        steps = etree.iterparse(
            BytesIO(content), events=("end",), tag=f"{_SS}Worksheet", resolve_entities=False, no_network=True
        )
        for _, page in steps:
            is_hidden = page.find(".//{*}Visible") is not None
            builder = SheetBuilder(page.get(f"{_SS}Name", "表格"), count, is_hidden=is_hidden)
            sheets.append(builder.done(_xml_rows(page, builder)))
            page.clear()
    except etree.XMLSyntaxError:
        raise UnreadableSheet("这份 XML 表格不完整，读不出来。请另存为 xlsx 再传。") from None
    if not sheets:
        raise UnreadableSheet("这份 XML 不是 Excel 表格。请在 Excel 或 WPS 里打开，另存为 xlsx 再传。")
    return sheets


def _xml_rows(page: etree._Element, builder: SheetBuilder) -> list[tuple[int, int, int, int]]:
    merged, row = [], 0
    for line in page.iter(f"{_SS}Row"):
        row = _span(line.get(f"{_SS}Index"), 1_048_576) if line.get(f"{_SS}Index") else row + 1
        if line.get(f"{_SS}Hidden") == "1":
            builder.hide(row)
        column = -1
        for cell in line.iterchildren(f"{_SS}Cell"):
            index = cell.get(f"{_SS}Index")
            column = _span(index, 16_384) - 1 if index else column + 1
            data = cell.find(f"{_SS}Data")
            if data is not None:
                builder.put(row, column, _xml_value(data))
            wide = _whole(cell.get(f"{_SS}MergeAcross"), MAX_COLUMNS)
            high = _whole(cell.get(f"{_SS}MergeDown"), MAX_ROWS)
            if wide or high:
                merged.append((row, column, row + high, column + wide))
            column += wide
    return merged


def _whole(text: str | None, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() else 0


def _xml_value(data: etree._Element) -> Cell:
    text = "".join(str(piece) for piece in data.itertext())
    kind = data.get(f"{_SS}Type")
    if kind == "Number":
        return number_cell(text, Look())
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return text
    return text
