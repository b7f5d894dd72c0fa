"""What is exported opens, and is read back the same."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import Field, Spec
from qiying.kernel.tables.workbooks import Column, Sheet, sheet_name, workbook_bytes

SPEC = Spec(
    "test",
    "测试",
    (Field("enterprise", "企业名称"), Field("code", "统一社会信用代码"), Field("text", "问题描述")),
)


def test_an_export_is_read_back_cell_for_cell() -> None:
    columns: list[Column[Any]] = [
        Column("企业名称"),
        Column("统一社会信用代码"),
        Column("受理日期", kind="date"),
        Column("问题描述", kind="long"),
        Column("金额", kind="money"),
        Column("办结时间", kind="datetime"),
        Column("满意率", kind="percent"),
    ]
    at = datetime(2026, 11, 17, 18, 30, tzinfo=UTC)
    text = '=HYPERLINK("http://x")\n第二行'
    rows: list[list[Any]] = [
        ["甲公司", "000330100", date(2026, 2, 13), text, Decimal("367950.00"), at, 0.941],
        ["乙", "", None, "x" * 40_000, None, None, None],
    ]
    content = workbook_bytes([Sheet("诉求", columns, rows, caption="截至 2026-11-18，共 2 行")])
    cells = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("诉求").to_python()
    assert cells[0][0] == "截至 2026-11-18，共 2 行"
    assert cells[1] == [c.label for c in columns]
    local = datetime(2026, 11, 18, 2, 30)
    assert cells[2] == ["甲公司", "000330100", date(2026, 2, 13), text, 367950, local, 0.941]
    assert len(str(cells[3][3])) == 32767
    reading = read_table(content, SPEC)
    assert [r.number for r in reading.rows] == [3, 4]
    assert clean_text(reading.rows[0].values["code"]) == "000330100"


def test_panes_are_frozen_and_choices_offered() -> None:
    import zipfile

    content = workbook_bytes(
        [Sheet("a", [Column("级别")], [["一般"]], choices={"级别": ["简易", "一般", "复杂"]})]
    )
    xml = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in xml
    assert "简易,一般,复杂" in xml
    assert "autoFilter" in xml


def test_an_empty_export_still_has_its_heading() -> None:
    content = workbook_bytes([Sheet("空", [Column("企业名称"), Column("受理日期", kind="date")], [])])
    assert CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python() == [
        ["企业名称", "受理日期"]
    ]


def test_sheet_names_are_made_valid_and_different() -> None:
    used: set[str] = set()
    assert sheet_name("2026/02:诉求?", used) == "2026_02_诉求_"
    assert sheet_name("x" * 40, used) == "x" * 31
    assert sheet_name("X" * 31, used) == "X" * 27 + "_2"
    assert sheet_name("", used) == "表"
