"""Tables are found where people put them, and what is no data is left out and told."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import Field, HeadMap, Spec

TODAY = date(2026, 11, 29)
SPEC = Spec(
    "test",
    "测试",
    (
        Field("enterprise", "企业名称", ("企业",), is_required=True),
        Field("code", "统一社会信用代码", ("信用代码",)),
        Field("received_on", "受理日期", ("收件日期",), "date"),
        Field("text", "问题描述", ("诉求内容",), is_required=True),
        Field("unit", "主办单位", ("责任单位主办",)),
    ),
)
HEADS = ["序号", "企业名称", "受理日期", "问题描述", "责任单位", "备注"]


def workbook(write: Any) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        write(book)
    return buffer.getvalue()


def fill(page: Any, *rows: list[Any], top: int = 0) -> None:
    for number, row in enumerate(rows, top):
        page.write_row(number, 0, row)


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

    reading = read_table(workbook(write), SPEC)
    assert reading.sheets == [("台账", 3)]
    assert reading.passed == [("说明", "没有认得的表头（封面、说明之类）")]
    assert [r.number for r in reading.rows] == [4, 7, 8]
    assert [clean_text(r.values["enterprise"]) for r in reading.rows] == [
        "云拓智能装备有限公司",
        "佳禾包装",
        "佳禾包装",
    ]
    assert {read_day(r.values["received_on"], TODAY) for r in reading.rows} == {date(2026, 2, 13)}
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

    rows = read_table(workbook(write), SPEC).rows
    assert clean_text(rows[0].values["code"]) == "330199"
    assert clean_text(rows[1].values["code"]) == "91330100MA2AXYZ123"


def test_every_visible_sheet_is_read_and_hidden_ones_and_hidden_rows_are_told() -> None:
    def write(book: Any) -> None:
        book.add_worksheet("封面").write("A1", "明川区台账")
        for month in ("11月", "10月"):
            page = book.add_worksheet(month)
            fill(
                page,
                HEADS,
                [1, f"{month}甲", "2026-11-3", "路不平"],
                [2, f"{month}乙", "2026-11-4", "灯不亮"],
            )
        page.set_row(2, None, None, {"hidden": True})
        old = book.add_worksheet("旧版")
        fill(old, HEADS, [1, "作废", "2025-1-6", "去年的"])
        old.hide()

    reading = read_table(workbook(write), SPEC)
    assert [clean_text(r.values["enterprise"]) for r in reading.rows] == ["11月甲", "11月乙", "10月甲"]
    assert reading.sheets == [("11月", 2), ("10月", 1)]
    assert dict(reading.passed) == {
        "封面": "没有认得的表头（封面、说明之类）",
        "旧版": "是隐藏的工作表",
        "10月": "有 1 行是隐藏的，没有读",
    }
    assert reading.label(reading.rows[2]) == "10月 第 2 行"
    assert reading.sentences[0] == "读了「11月」2 行；读了「10月」1 行"
    assert "「10月」：有 1 行是隐藏的，没有读" in reading.sentences
    assert "没读「旧版」：是隐藏的工作表" in reading.sentences


def test_totals_notes_and_sections_are_told_and_never_rows() -> None:
    def write(book: Any) -> None:
        page = book.add_worksheet()
        fill(
            page,
            HEADS,
            ["一、用地类（3个）"],
            [1, "甲公司", "2026-11-3", "路不平"],
            ["", "小计", "", "1件"],
            top=0,
        )
        page.merge_range("A5:F5", "二、金融类")
        fill(page, [2, "合计科技有限公司", "2026-11-4", "贷款难"], ["合计", "2家"], ["注：数据截至月底"],
             ["填表人：许静", "", "", "审核人：周正"], ["", "7家"], top=5)  # fmt: skip

    reading = read_table(workbook(write), SPEC)
    assert [clean_text(r.values["enterprise"]) for r in reading.rows] == ["甲公司", "合计科技有限公司"]
    told = {number: why for _, number, _, why in reading.left_out}
    assert told == {
        2: "分段标题",
        4: "合计、小计",
        5: "分段标题",
        7: "合计、小计",
        8: "注和落款",
        9: "注和落款",
        10: "合计、小计",
    }
    assert any("合计、小计 3 行没导入" in words for words in reading.sentences)


def test_a_file_with_other_systems_headings_is_kept_for_mapping_and_read_with_it() -> None:
    def write(book: Any) -> None:
        fill(
            book.add_worksheet(),
            ["主体", "时点", "啥事情", "谁管"],
            ["甲公司", "2026-11-3", "路不平", "住建"],
        )

    content = workbook(write)
    bare = read_table(content, SPEC)
    assert (bare.rows, bare.missing) == ([], ["企业名称", "问题描述"])
    mapping = HeadMap(
        {"主体": "enterprise", "啥事情": "text", "谁管": "unit"}, {"unit": {"住建": "区住建局"}}
    )
    (row,) = read_table(content, SPEC, mapping).rows
    assert {k: clean_text(v) for k, v in row.values.items()} == {
        "enterprise": "甲公司",
        "text": "路不平",
        "unit": "区住建局",
    }


def test_a_heading_alike_is_suggested_and_not_taken() -> None:
    def write(book: Any) -> None:
        fill(book.add_worksheet(), ["企业名称", "问题描述", "受理日期时间"], ["甲", "乙", "丙"])

    heads = {h.text: (h.field, h.suggestion) for h in read_table(workbook(write), SPEC).heads}
    assert heads["受理日期时间"] == ("", "received_on")
    assert heads["企业名称"] == ("enterprise", "")


def test_a_number_with_more_than_fifteen_digits_is_refused_and_text_stays_exact() -> None:
    def write(book: Any) -> None:
        page = book.add_worksheet()
        fill(page, ["企业名称", "信用代码", "问题描述"], ["甲", 20261103000123456, "x"])
        page.write_string("A3", "乙")
        page.write_string("B3", "20261104000123999")
        page.write_string("C3", "y")

    lost, kept = read_table(workbook(write), SPEC).rows
    assert "15 位" in lost.problems[0]
    assert (kept.problems, kept.values["code"]) == ([], "20261104000123999")


def test_missing_headings_and_columns_are_named() -> None:
    with pytest.raises(UnreadableSheet, match="没找到表头"):
        read_table(workbook(lambda book: book.add_worksheet().write_row("A1", ["甲", "乙"])), SPEC)
    one = workbook(lambda book: fill(book.add_worksheet(), ["企业名称", "受理日期"], ["甲", "2026-1-1"]))
    assert read_table(one, SPEC).missing == ["问题描述"]


def test_a_thousand_rows_cost_little() -> None:
    rows = [[i, f"企业{i}", "2026-11-3", "诉求"] for i in range(1000)]
    assert len(read_table(workbook(lambda book: fill(book.add_worksheet(), HEADS, *rows)), SPEC).rows) == 1000
