"""Loading a year whose notice is out, district overrides, and files that cannot be used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qiying.statutes.workdays import (
    Override,
    YearFileError,
    add_workdays,
    default_calendar,
    load_calendar,
    load_year_file,
    packaged_years,
    parse_year_file,
)

# An invented arrangement, only for the test.
YEAR_2027 = """
year: 2027
notice: {title: 测试用, number: null, published_on: 2026-11-25}
source: 测试
days_off:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 春节, from: 2027-02-05, to: 2027-02-11}
  - {name: 清明节, from: 2027-04-03, to: 2027-04-05}
  - {name: 劳动节, from: 2027-05-01, to: 2027-05-05}
  - {name: 端午节, from: 2027-06-09, to: 2027-06-09}
  - {name: 中秋节, from: 2027-09-15, to: 2027-09-15}
  - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}
makeup_workdays:
  - {date: 2027-02-20, for: 春节}
  - {date: 2027-10-09, for: 国庆节}
"""


def test_loading_the_next_year_settles_dates_and_changes_the_version(tmp_path: Path) -> None:
    path = tmp_path / "2027.yaml"
    path.write_text(YEAR_2027, encoding="utf-8")
    calendar = load_calendar(years=(*packaged_years(), load_year_file(path)))
    before = add_workdays(date(2027, 2, 4), 3, default_calendar())
    after = add_workdays(date(2027, 2, 4), 3, calendar)
    assert (before.on, before.status) == (date(2027, 2, 11), "provisional")
    assert (after.on, after.status) == (date(2027, 2, 16), "confirmed")
    assert calendar != default_calendar()
    assert calendar.confirmed_until == date(2027, 12, 31)
    assert calendar.kind(date(2027, 2, 20)) == "makeup"


def test_the_same_files_make_the_same_version() -> None:
    again = load_calendar()
    assert again == default_calendar()
    assert hash(again) == hash(default_calendar())
    assert len({again, default_calendar()}) == 1


def test_a_typhoon_day_is_not_a_workday_in_that_district_only() -> None:
    typhoon = Override(date(2026, 7, 10), False, "台风停工", "区防指第 5 号通告")
    local = load_calendar([typhoon])
    assert local.day_note(date(2026, 7, 10)) == "台风停工"
    assert add_workdays(date(2026, 7, 9), 1, local).on == date(2026, 7, 13)
    assert "7月10日（周五）台风停工，不计" in add_workdays(date(2026, 7, 9), 1, local).explanation
    assert add_workdays(date(2026, 7, 9), 1, default_calendar()).on == date(2026, 7, 10)
    assert local.version != default_calendar().version


def test_a_district_may_work_a_weekend() -> None:
    worked = load_calendar([Override(date(2026, 7, 11), True, "补班", "区政府通知")])
    assert worked.kind(date(2026, 7, 11)) == "makeup"
    assert worked.day_note(date(2026, 7, 11)) == "补班"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("year: 2027", "year: 二七", "要写四位年份"),
        ("2027-02-20, for", "2027-02-22, for", "本来就上班"),
        ("2027-02-20, for", "2027-02-06, for", "既写了春节放假，又写了调休上班"),
        ("2027-02-20, for", "2028-02-19, for", "不在 2027 年的安排里"),
        ("to: 2027-02-11", "to: 2027-02-01", "早于开始日"),
        ("to: 2027-02-11", "to: 2027-03-11", "超过 16 天"),
        ("  - {name: 端午节, from: 2027-06-09, to: 2027-06-09}\n", "", "没有端午节"),
        ("from: 2027-10-01", "from: 2027-10-02", "10月1日是法定节假日"),
        ("from: 2027-06-09, to: 2027-06-09", "from: 六月九日, to: 2027-06-09", "不完整"),
        ("from: 2027-06-09, to: 2027-06-09", "from: 2027-05-05, to: 2027-05-09", "同时写在"),
        ("days_off:", "days off: [", "不是正确的 YAML"),
        ("source: 测试", "confidence: 大概", "confidence 只能是"),
    ],
)
def test_a_wrong_year_file_is_refused_with_its_reason(old: str, new: str, problem: str) -> None:
    assert old in YEAR_2027
    with pytest.raises(YearFileError, match=problem):
        parse_year_file(YEAR_2027.replace(old, new))


def test_every_problem_of_a_file_is_named_at_once() -> None:
    text = YEAR_2027.replace("2027-02-20, for", "2027-02-22, for").replace(
        "from: 2027-10-01", "from: 2027-10-02"
    )
    with pytest.raises(YearFileError) as caught:
        parse_year_file(text)
    assert len(caught.value.problems) == 2
    assert "现在的日历没有变" in str(caught.value)


def test_a_missing_year_in_between_is_refused() -> None:
    with pytest.raises(ValueError, match="中间缺了年份"):
        load_calendar(years=[year for year in packaged_years() if year.year != 2015])


def test_every_packaged_year_since_2008_carries_its_notice_number() -> None:
    numbers = {year.year: year.notice_number for year in packaged_years()}
    assert list(numbers) == list(range(2004, 2027))
    assert numbers[2024] == "国办发明电〔2023〕7号"
    assert all((numbers[year] is not None) == (year >= 2008) for year in numbers)
