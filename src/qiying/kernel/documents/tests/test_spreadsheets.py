"""Ledgers are read as people keep them, and what is exported is read back the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from qiying.kernel.documents.spreadsheets import (
    UnreadableSheet,
    clean_text,
    is_blank,
    parse_date,
    parse_number,
    read_rows,
)
from qiying.kernel.tables.workbooks import Column, Sheet, sheet_name, workbook_bytes

ALIASES = {
    "enterprise": ["企业名称", "企业"],
    "code": ["统一社会信用代码", "信用代码"],
    "received_on": ["受理日期", "收件日期"],
    "text": ["问题描述", "诉求内容"],
    "unit": ["主办单位", "责任单位主办"],
}


def workbook(write: Any) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        write(book)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "value",
    [
        "2026.2.13",
        "2026-02-13",
        "2026/2/13",
        "2026年2月13日",
        "2026 年 2 月 13 日",
        "２０２６．２．１３",
        "20260213",
        "26.2.13",
        "2月13日",
        "2.13",
        "2-13",
        "2月13",
        "2026年2月13号上午",
        "2026-02-13 09:30:00",
        "二〇二六年二月十三日",
        "2026、2、13",
        46066,
        46066.4,
        "46066",
        20260213,
        20260213.0,
        date(2026, 2, 13),
        datetime(2026, 2, 13, 8),
    ],
)
def test_every_way_of_writing_a_day_is_understood(value: Any) -> None:
    assert parse_date(value, 2026) == date(2026, 2, 13)


@pytest.mark.parametrize(
    "value", ["", None, "待定", "2026.13.1", "2月30日", "13800001234", "2026", 3, True, "2026.2", "12345678"]
)
def test_what_is_no_day_is_none(value: Any) -> None:
    assert parse_date(value, 2026) is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_day_survives_each_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = [
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        serial,
    ]
    assert {parse_date(f, day.year) for f in forms} == {day}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("　企业　名称 ", "企业 名称"),
        (12.0, "12"),
        (12.5, "12.5"),
        ("１３８００００", "1380000"),
        ("（甲），乙", "（甲），乙"),
        ("一\r\n 二 ", "一\n二"),
        (True, "是"),
        (None, ""),
        ("ＡＢＣ－１", "ABC-1"),
        ("91330100\u200b", "91330100"),
        (datetime(2026, 2, 13), "2026-02-13"),
        (datetime(2026, 2, 13, 9, 5), "2026-02-13 09:05"),
        (330199, "330199"),
    ],
)
def test_cells_become_clean_text(value: Any, text: str) -> None:
    assert clean_text(value) == text


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,234.5", 1234.5),
        ("１２", 12),
        ("40个", 40),
        ("3.5万", 35000),
        ("94.1%", 0.941),
        (7, 7),
        ("若干", None),
    ],
)
def test_numbers_are_understood(value: Any, number: float | None) -> None:
    assert parse_number(value) == number


def test_dashes_and_wu_are_blank() -> None:
    assert all(is_blank(v) for v in ("", " ", "—", "/", "无", None, "N/A"))
    assert not is_blank("0")


def test_merged_headings_titles_and_empty_rows_are_seen_through() -> None:
    def write(book: Any) -> None:
        book.add_worksheet("说明").write(0, 0, "填表说明：企业名称要写全称")
        page = book.add_worksheet("台账")
        page.merge_range("A1:E1", "明川区涉企问题台账（2026年）")
        page.merge_range("A2:A3", "序号")
        page.merge_range("B2:B3", "企业名称（全称）")
        page.merge_range("C2:C3", "受理\n日期")
        page.merge_range("D2:E2", "责任单位")
        page.write("D3", "主办")
        page.write("E3", "协办")
        page.merge_range("F2:F3", "问题描述*")
        page.write_row("A4", [1, "云拓智能装备有限公司", "2.13", "区经信局", "供电公司", "通电延期"])
        page.write_row("A6", ["序号", "企业名称", "受理日期", "责任单位", "", "问题描述"])
        page.merge_range("B7:B8", "佳禾包装")
        page.write_row("C7", [46066, "区城管局", "", "夜间卸货许可"])
        page.write_row("C8", ["２０２６．２．１３", "区住建局", "", "厂房漏水"])

    reading = read_rows(workbook(write), ALIASES, required=["enterprise", "text"])
    assert reading.sheet == "台账"
    assert [r.number for r in reading.rows] == [4, 7, 8]
    assert [clean_text(r.values["enterprise"]) for r in reading.rows] == [
        "云拓智能装备有限公司",
        "佳禾包装",
        "佳禾包装",
    ]
    assert {parse_date(r.values["received_on"], 2026) for r in reading.rows} == {date(2026, 2, 13)}
    assert [clean_text(r.values["unit"]) for r in reading.rows] == ["区经信局", "区城管局", "区住建局"]
    assert "序号" in reading.unknown
    assert "code" not in reading.rows[0].values


def test_codes_typed_as_numbers_come_back_without_a_point() -> None:
    def write(book: Any) -> None:
        page = book.add_worksheet()
        page.write_row("A1", ["企业名称", "信用代码", "诉求内容"])
        page.write_row("A2", ["甲", 330199.0, "x"])
        page.write_string("B3", "９１３３０１００ＭＡ２ＡＸＹＺ１２３")
        page.write_formula("C3", "=1/0", None, "#DIV/0!")

    rows = read_rows(workbook(write), ALIASES).rows
    assert clean_text(rows[0].values["code"]) == "330199"
    assert clean_text(rows[1].values["code"]) == "91330100MA2AXYZ123"


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" + bytes(600)]
)
def test_what_is_no_workbook_is_refused_with_advice(content: bytes) -> None:
    with pytest.raises(UnreadableSheet, match="另存为"):
        read_rows(content, ALIASES)


def test_missing_headings_and_columns_are_named() -> None:
    def no_header(book: Any) -> None:
        book.add_worksheet().write_row("A1", ["甲", "乙"])

    def no_text(book: Any) -> None:
        book.add_worksheet().write_row("A1", ["企业名称", "受理日期"])

    with pytest.raises(UnreadableSheet, match="没找到表头"):
        read_rows(workbook(no_header), ALIASES)
    with pytest.raises(UnreadableSheet, match="问题描述"):
        read_rows(workbook(no_text), ALIASES, required=["text"])


def test_an_export_is_read_back_cell_for_cell() -> None:
    columns = [
        Column("企业名称"),
        Column("统一社会信用代码"),
        Column("受理日期", "date"),
        Column("问题描述", "long"),
        Column("金额", "money"),
        Column("办结时间", "datetime"),
        Column("满意率", "percent"),
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
    assert cells[1] == [c.title for c in columns]
    local = datetime(2026, 11, 18, 2, 30)
    assert cells[2] == ["甲公司", "000330100", date(2026, 2, 13), text, 367950, local, 0.941]
    assert len(str(cells[3][3])) == 32767
    reading = read_rows(content, ALIASES)
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
    content = workbook_bytes([Sheet("空", [Column("企业名称"), Column("受理日期", "date")], [])])
    assert CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python() == [
        ["企业名称", "受理日期"]
    ]


def test_sheet_names_are_made_valid_and_different() -> None:
    used: set[str] = set()
    assert sheet_name("2026/02:诉求?", used) == "2026_02_诉求_"
    assert sheet_name("x" * 40, used) == "x" * 31
    assert sheet_name("X" * 31, used) == "X" * 27 + "_2"
    assert sheet_name("", used) == "表"


def test_reading_a_thousand_rows_is_quick() -> None:
    rows = [
        ["企业" + str(i), str(i), date(2026, 1, 1) + timedelta(days=i % 300), "诉求"] for i in range(1000)
    ]
    columns = [Column("企业名称"), Column("信用代码"), Column("受理日期", "date"), Column("诉求内容")]
    assert len(read_rows(workbook_bytes([Sheet("台账", columns, rows)]), ALIASES).rows) == 1000
