"""Cells are read as people keep them: text, numbers, days, satisfaction, telephone numbers."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.tables.cells import clean_text, damage, is_blank, phones_in, read_stars
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.grid import Lost

TODAY = date(2026, 11, 29)


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
    assert read_day(value, TODAY) == date(2026, 2, 13)


@pytest.mark.parametrize(
    "value", ["", None, "待定", "2026.13.1", "2月30日", "13800001234", "2026", 3, True, "2026.2", "12345678"]
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"写成|年份"):
        read_day(value, TODAY)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_day_survives_each_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms: list[Any] = [
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        serial,
    ]
    assert {read_day(f, date(day.year, 12, 31)) for f in forms} == {day}


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


def test_dashes_and_wu_are_blank() -> None:
    assert all(is_blank(v) for v in ("", " ", "—", "/", "无", None, "N/A"))
    assert not is_blank("0")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2/13/2025", date(2025, 2, 13)),
        ("13/2/2025", date(2025, 2, 13)),
        ("5/5/2025", date(2025, 5, 5)),
        ("2015/3/2 0:00:00", date(2015, 3, 2)),
        (42005, date(2015, 1, 1)),
        ("42005", date(2015, 1, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("13-Nov-25", date(2025, 11, 13)),
        ("Nov 3, 2026", date(2026, 11, 3)),
        ("26/11/3", date(2026, 11, 3)),
        ("2026-11-03T23:30:00+08:00", date(2026, 11, 3)),
        ("2026-11-03T23:30:00Z", date(2026, 11, 4)),
        ("2026/11/6 星期五", date(2026, 11, 6)),
        ("十一月二十日", date(2026, 11, 20)),
        ("2026，11，3", date(2026, 11, 3)),
    ],
)
def test_other_systems_days_are_understood(value: Any, day: date) -> None:
    assert read_day(value, TODAY) == day


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("05/06/2025", "分不清是 2025 年 5 月 6 日 还是 2025 年 6 月 5 日"),
        ("3/5/24", "分不清"),
        ("31/31/2025", "没有这一天"),
        ("2025.2.29", "没有这一天"),
        ("12月30日", "没写年份"),
        ("2012年5月", "没写哪一天"),
        ("2026年11月上旬", "没写哪一天"),
        ("2026年11月3日至5日", "一段日子"),
        ("本月3日", "读不出"),
        ("2026113", "读不出"),
        (11.2, "读不出"),
        ("²⁰²⁶", "读不出"),
        ("9" * 5000, "读不出"),
    ],
)
def test_a_day_that_may_be_two_is_refused_with_the_reason(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_day(value, TODAY)


@pytest.mark.parametrize(
    ("value", "stars"), [("5分", 5), ("4星", 4), ("５", 5), (3.0, 3), ("满意", 4), ("★★★", 3), ("不满意", 2)]
)
def test_satisfaction_is_understood(value: Any, stars: int) -> None:
    assert read_stars(value) == stars


@pytest.mark.parametrize("value", ["100%", "4.5", "95分", "6", 0, "还行吧", "²"])
def test_what_is_no_satisfaction_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="满意度"):
        read_stars(value)


@pytest.mark.parametrize(
    ("value", "phones"),
    [
        (13800001111.0, ["13800001111"]),
        ("0571-88886666转801", ["057188886666转801"]),
        ("13700003333/0573-82001234", ["13700003333", "057382001234"]),
        ("0573—82345678", ["057382345678"]),
        ("李明  13900000002", ["13900000002"]),
        ("+86 138 0000 1111", ["13800001111"]),
        ("13911110005，13911110006", ["13911110005", "13911110006"]),
        ("82001234", ["82001234"]),
        ("139****2222", []),
        ("无", []),
        ("1391111", []),
    ],
)
def test_telephone_numbers_are_found(value: Any, phones: list[str]) -> None:
    assert phones_in(value) == phones


def test_lost_digits_and_formula_errors_are_told() -> None:
    assert "15 位" in damage(Lost("2.02611030001234e+16"))
    assert "15 位" in damage("9.13305E+17")
    assert "公式错误" in damage("#DIV/0!")
    assert damage("20261104000123999") == ""
