"""Every kind of file offices have is read or named, and none can use up the machine."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from qiying.kernel.tables.files.sniff import read_sheets
from qiying.kernel.tables.grid import Lost, UnreadableSheet

SHEET = "<worksheet><sheetData>{}</sheetData></worksheet>"
WORKBOOK = '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def xlsx(sheet: str | Callable[[Any], object], **parts: str) -> bytes:
    """Return a workbook of one sheet written by hand."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", WORKBOOK)
        made.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        for name, text in parts.items():
            made.writestr(f"xl/{name}.xml", text)
        if isinstance(sheet, str):
            made.writestr("xl/worksheets/sheet1.xml", sheet)
        else:
            with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
                sheet(part)
    return buffer.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    (sheet,) = read_sheets(content)
    return [list(row.cells.values()) for row in sheet.rows]


def repeated(row: bytes, times: int) -> Callable[[Any], None]:
    def write(part: Any) -> None:
        part.write(b"<worksheet><sheetData>")
        for _ in range(times):
            part.write(row)
        part.write(b"</sheetData></worksheet>")

    return write


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (xlsx(SHEET.format('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), "XFD1048576"),
        (xlsx(repeated(b"<row><c><v>1</v></c></row>", 50_001)), "50,000 行"),
        (xlsx(lambda part: [part.write(b" " * 8_000_000) for _ in range(16)]), "120 MB"),
        (xlsx("<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"), "DOCTYPE"),
        (xlsx(SHEET.format(f"<row><c t='inlineStr'><is><t>{'长' * 40_000}</t></is></c></row>")), "32,767 字"),
        ((",".join(["a"] * 20_000) + "\n").encode(), "300 列"),
        (("a,b\n" + 'c,"' + "x" * 140_000 + '"').encode(), "140,000 字"),
        (b"<html><table><tr><td colspan=99999 rowspan=99999>a</td><td>b</td></tr></table></html>", "300 列"),
        (b"", "空的"),
        (b"PK\x03\x04 broken", "另存为"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为"),
        (bytes(range(256)) * 8, "另存为"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x09\x02\x06\x00 old", "Excel 4"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_would_use_up_the_machine_or_is_no_table_is_refused_with_the_bound(
    content: bytes, why: str
) -> None:
    with pytest.raises(UnreadableSheet, match=why):
        read_sheets(content)


def test_a_merged_column_and_a_value_far_down_cost_nothing() -> None:
    merge = '<mergeCells><mergeCell ref="A1:B1048576"/></mergeCells></worksheet>'
    sheet = SHEET.format(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="C1048576"><v>2</v></c></row>'
    )
    assert cells(xlsx(sheet.replace("</worksheet>", merge))) == [[1, 1], [2, 1, 1]]


def test_days_percentages_and_long_numbers_keep_their_meaning() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_datetime(
            0, 0, __import__("datetime").datetime(2015, 3, 2), book.add_format({"num_format": "yyyy/m/d"})
        )
        page.write_number(0, 1, 1, book.add_format({"num_format": "0%"}))
        page.write_number(0, 2, 20261103000123456)
        page.write_string(0, 3, "20261103000123456")
        page.write_boolean(0, 4, True)
        page.write_formula(0, 5, "=1/0", None, "#DIV/0!")
        page.write_number(0, 6, 13800001111.0)
    (row,) = cells(buffer.getvalue())
    assert row == [
        date(2015, 3, 2),
        "100%",
        "2.026110300012346E+16",
        "20261103000123456",
        True,
        "#DIV/0!",
        13800001111,
    ]
    assert isinstance(row[2], Lost)
    nan = "<row><c><v>NaN</v></c><c><v>1E999</v></c><c><v>2</v></c></row>"
    assert cells(xlsx(SHEET.format(nan))) == [[2]]


TEXT = "企业名称,问题\n甲,路不平\n乙,灯不亮\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_in_any_encoding_and_with_any_line_ends(encoding: str, ends: str) -> None:
    content = TEXT.replace("\n", ends).encode(encoding)
    assert cells(content) == [["企业名称", "问题"], ["甲", "路不平"], ["乙", "灯不亮"]]
    assert cells(TEXT.replace(",", "\t").replace("\n", ends).encode(encoding)) == cells(content)


def test_a_long_field_of_a_csv_is_read_up_to_the_bound_of_a_cell() -> None:
    assert len(cells(f'a,"{"中" * 32_767}"\n'.encode())[0][1]) == 32_767


def test_a_web_page_called_xls_is_read_with_its_spans_and_hidden_rows() -> None:
    page = (
        '<html><head><meta charset="gb2312"></head><table><tr><td colspan=3>工单</td></tr>'
        "<tr><th>企业</th><th>问题</th><th>单位</th></tr>"
        '<tr style="display:none"><td>隐</td></tr>'
        "<tr><td rowspan=2>甲</td><td>路不平<br>灯不亮</td><td>住建</td></tr><tr><td>没水</td></tr></table></html>"
    )
    assert cells(page.encode("gb18030")) == [
        ["工单"],
        ["企业", "问题", "单位"],
        ["甲", "路不平\n灯不亮", "住建"],
        ["没水", "甲"],
    ]


def test_an_xml_spreadsheet_is_read() -> None:
    ss = "urn:schemas-microsoft-com:office:spreadsheet"
    content = (
        f'<?xml version="1.0"?><Workbook xmlns="{ss}" xmlns:ss="{ss}"><Worksheet ss:Name="一"><Table>'
        '<Row><Cell><Data ss:Type="String">企业</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">7</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">隐</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="DateTime">2026-11-03T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    assert cells(content.encode()) == [["企业", 7], [date(2026, 11, 3)]]


def test_an_open_document_sheet_is_read_and_its_repeats_are_not_built() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(
            "content.xml",
            '<d xmlns:table="t" xmlns:text="x" xmlns:office="o"><table:table table:name="一"><table:table-row>'
            '<table:table-cell office:value-type="string"><text:p>企业</text:p></table:table-cell>'
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
            "</table:table></d>",
        )
    assert cells(buffer.getvalue()) == [["企业"]]


def biff(
    version: int, records: list[tuple[int, bytes]], sheet: list[tuple[int, bytes]], name: bytes
) -> bytes:
    """Return an .xls with one sheet, its stream alone in an OLE file."""

    def packed(rows: list[tuple[int, bytes]]) -> bytes:
        return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in rows)

    bof = (0x809, struct.pack("<HHHH", version, 5, 0, 0) + bytes(8 if version == 0x600 else 0))
    size = len(packed([bof, *records, (0x85, bytes(6) + name), (0x0A, b"")]))
    book = packed([bof, *records, (0x85, struct.pack("<IBB", size, 0, 0) + name), (0x0A, b"")])
    data = book + packed([bof, *sheet, (0x0A, b"")])
    data += bytes(max(4096, (len(data) + 511) // 512 * 512) - len(data))
    count = len(data) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(title: str, kind: int, start: int, length: int) -> bytes:
        text = title.encode("utf-16-le")
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text) + 2, kind, 1)
            + bytes(48)
            + struct.pack("<III", start, length, 0)
        )

    stream = "Workbook" if version == 0x600 else "Book"
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry(stream, 2, 2, len(data))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header + table + directory.ljust(512, b"\0") + data


def label5(row: int, column: int, text: str) -> tuple[int, bytes]:
    raw = text.encode("gbk")
    return 0x204, struct.pack("<HHHH", row, column, 0, len(raw)) + raw


def test_an_xls_of_excel_5_in_gbk_is_read_even_when_it_claims_a_latin_page() -> None:
    sheet = [
        label5(0, 0, "企业名称"),
        label5(0, 1, "问题"),
        label5(1, 0, "禾川精密机械有限公司"),
        (0x203, struct.pack("<HHHd", 1, 1, 0, 42.5)),
        (0x208, struct.pack("<HHHHHHH", 2, 0, 1, 0, 0, 0, 0x20)),
        label5(2, 0, "隐藏的"),
    ]
    for page in (936, 1252):
        content = biff(0x500, [(0x42, struct.pack("<H", page))], sheet, bytes([4]) + "台账".encode("gbk"))
        assert read_sheets(content)[0].name == "台账"
        assert cells(content) == [["企业名称", "问题"], ["禾川精密机械有限公司", 42.5]]


def test_an_xls_of_excel_97_is_read_with_texts_cut_across_blocks() -> None:
    words = ["企业名称", "abc", "路不平" * 10]

    def text(word: str) -> bytes:
        wide = not word.isascii()
        return struct.pack("<HB", len(word), wide) + word.encode("utf-16-le" if wide else "latin-1")

    whole = b"".join(map(text, words))
    cut = len(text(words[0])) + len(text(words[1])) + 3 + 8
    first, rest = whole[:cut], b"\x01" + whole[cut:]
    shared = [(0xFC, struct.pack("<II", 3, 3) + first), (0x3C, rest)]
    sheet = [(0xFD, struct.pack("<HHHI", 0, i, 0, i)) for i in range(3)]
    sheet.append((0xBD, struct.pack("<HHHIHIH", 1, 0, 0, (7 << 2) | 2, 0, (1250 << 2) | 3, 1)))
    content = biff(0x600, shared, sheet, bytes([1, 1]) + "一".encode("utf-16-le"))
    assert cells(content) == [words, [7, 12.5]]


def test_a_workbook_with_a_password_says_so() -> None:
    content = biff(0x600, [(0x2F, bytes(6))], [], bytes([1, 0]) + b"a")
    with pytest.raises(UnreadableSheet, match="密码"):
        read_sheets(content)


def test_leading_zeros_are_read_as_they_are_shown_and_text_forced_by_an_export_is_bare() -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_number(0, 0, 12, book.add_format({"num_format": "0000"}))
    assert cells(buffer.getvalue()) == [["0012"]]
    assert cells(b'no,x\n="20261103000123456",\'0012\n') == [["no", "x"], ["20261103000123456", "0012"]]


def test_a_web_archive_is_named() -> None:
    with pytest.raises(UnreadableSheet, match="mht"):
        read_sheets(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n")
