"""Weekly hours on the statutory calendar, as a person would read them off the wall."""

from datetime import date, time

import pytest

from qiying.kernel.bookings.slots import Hours, OtherDay, hours_read, slots_between
from qiying.statutes.workdays import default_calendar

WEEK = [Hours(1, time(9), time(11, 30)), Hours(4, time(14), time(15))]
CALENDAR = default_calendar()


def days(first: date, last: date, **changes: object) -> list[str]:
    given = {"week": WEEK, "minutes": 60, "calendar": CALENDAR, **changes}
    return [f"{t.starts_at:%m-%d %H:%M}" for t in slots_between(first, last, **given)]  # type: ignore[arg-type]


def test_hours_hold_on_their_weekday_and_a_rest_shorter_than_a_slot_is_not_offered() -> None:
    assert days(date(2026, 11, 16), date(2026, 11, 22)) == ["11-16 09:00", "11-16 10:00", "11-19 14:00"]


def test_a_holiday_has_no_slots_and_a_make_up_workday_has_those_of_monday() -> None:
    # 1 October 2026 is a Thursday of the National Day holiday; Saturday 10 October makes up for it.
    assert days(date(2026, 9, 28), date(2026, 10, 11)) == [
        "09-28 09:00", "09-28 10:00", "10-08 14:00", "10-10 09:00", "10-10 10:00",
    ]  # fmt: skip


def test_a_single_day_may_be_closed_or_have_other_hours() -> None:
    others = [OtherDay(date(2026, 11, 16)), OtherDay(date(2026, 11, 18), time(10), time(11))]
    assert days(date(2026, 11, 16), date(2026, 11, 20), others=others) == ["11-18 10:00", "11-19 14:00"]


def test_a_day_the_calendar_does_not_reach_is_not_promised() -> None:
    assert days(date(2099, 1, 5), date(2099, 1, 9)) == []


def test_hours_are_read_as_people_write_them() -> None:
    found, wrong = hours_read("周一 09:00-11:30\n星期四 14：00 至 16:00；3 8:30~9:00\n周日9:00—10:00")
    assert [str(h) for h in found] == [
        "周一 09:00-11:30",
        "周三 08:30-09:00",
        "周四 14:00-16:00",
        "周日 09:00-10:00",
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("每天上午", "看不懂"),
        ("周一 25:00-26:00", "不存在"),
        ("周一 11:00-09:00", "结束要晚于开始"),
        ("周一 09:00-10:00\n周一 09:30-11:00", "重叠"),
        ("周一 ²:00-3:00", "看不懂"),
    ],
)
def test_what_is_wrong_with_hours_is_said_by_line(line: str, words: str) -> None:
    _, wrong = hours_read(line)
    assert len(wrong) == 1
    assert words in wrong[0]
