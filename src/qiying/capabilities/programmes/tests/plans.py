"""Plans as files: workbooks, Word outlines, and what is only called so."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

import docx

from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

HEADS = ("编号", "任务", "要看到的结果", "责任单位", "责任人", "配合单位", "完成期限", "要等的任务")


def workbook(rows: Sequence[Sequence[object]], heads: Sequence[str] = HEADS) -> bytes:
    lines = [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    return workbook_bytes([Sheet("方案", [Column(h) for h in heads], lines)])


ROWS: list[list[object]] = [
    ["1", "政务环境"],
    ["1.1", "开办企业一件事"],
    ["1.1.1", "开办材料减到 3 份", "材料 3 份", "区交通局", "经办", "", "2027-03-31", ""],
    ["1.1.2", "开办 1 天办完", "平均 1 天", "园区管委会", "", "区交通局", "2027年6月底", "1.1.1"],
    ["2", "法治环境"],
    ["2.1", "清理违规收费", "清理清单公布", "园区管委会", "", "", "2027-12-31", ""],
]


def outline(paragraphs: Sequence[tuple[str, str]]) -> bytes:
    """Return a Word document of (style, text)."""
    made = docx.Document()
    for style, text in paragraphs:
        made.add_paragraph(text, style=style or None)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


WORD = [
    ("Title", "优化营商环境实施方案"),
    ("", "为了让企业办事更方便，制定本方案。"),
    ("", "一、政务环境"),
    ("", "（一）开办企业一件事"),
    ("", "1. 开办材料减到 3 份。线上一次填完。（责任单位：区交通局；完成时限：2027年3月底）"),
    ("", "2. 开办 1 天办完。"),
    ("", "责任单位：园区管委会；配合单位：区交通局；完成时限：2027年6月；预期成果：平均 1 天"),
    ("", "二、法治环境"),
    ("", "（二）清理违规收费。（责任单位：园区管委会；完成时限：2027年底）"),
]


def zipped(**parts: bytes) -> bytes:
    """Return a file that only claims to be a Word document."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(f"word/{name}.xml", body)
    return buffer.getvalue()


BOMB = b"<w:document xmlns:w='w'>" + b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 30_000 + b"</w:document>"
ENTITIES = b"<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'>]><w:document xmlns:w='w'><w:p/></w:document>"
HOSTILE = {
    "too many paragraphs": zipped(document=BOMB),
    "entities": zipped(document=ENTITIES),
    "broken": zipped(document=b"<w:document xmlns:w='w'><w:p>"),
    "unpacked beyond the bound": zipped(document=b"<w:p xmlns:w='w'>" + b" " * 130_000_000 + b"</w:p>"),
    "cut off": workbook(ROWS)[:900],
    "deep": outline([("", f"{'1.' * 5}{n}、第{n}") for n in range(3)]),
    "nothing in it": outline([("", "没有编号的一段话")]),
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"0" * 100,
    "no headings": workbook([["甲", "乙"]], ("不认得", "也不认得")),
}
