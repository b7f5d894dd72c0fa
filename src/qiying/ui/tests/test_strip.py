"""The clock strip shows the days that count, and only those, numbered."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qiying.ui.strip import StripClock, StripDay, strip_cells


def days(
    start: date, count: int, rests: dict[date, str] | None = None, extra: set[date] | None = None
) -> list[StripDay]:
    names, work = rests or {}, extra or set()
    listed = [start + timedelta(days=n) for n in range(count)]
    return [StripDay(d, d in work or (d.weekday() < 5 and d not in names), names.get(d, "")) for d in listed]


def test_receipt_is_zero_weekends_do_not_count_and_the_due_day_is_named():
    cells = strip_cells(
        days(date(2026, 11, 13), 8), StripClock(date(2026, 11, 13), date(2026, 11, 20), date(2026, 11, 18))
    )
    assert [cell["note"] for cell in cells] == ["收件", "", "", "1", "2", "今天 3", "4", "答复 5"]
    assert [cell["states"] for cell in cells] == [
        ["receipt"],
        ["rest"],
        ["rest"],
        ["used"],
        ["used"],
        ["today"],
        [],
        ["due"],
    ]


def test_a_holiday_is_one_cell_and_a_make_up_day_counts_and_says_so():
    names = {date(2026, 10, day): "国庆" for day in range(1, 8)} | {date(2026, 10, 10): "调休"}
    clock = StripClock(
        date(2026, 9, 30),
        date(2026, 10, 13),
        date(2026, 10, 13),
        finished_on=date(2026, 10, 12),
        due_label="承诺",
    )
    cells = strip_cells(days(date(2026, 9, 30), 14, names, {date(2026, 10, 10)}), clock)
    assert [cell["day"] for cell in cells] == ["30", "1–7", "8", "9", "10", "11", "12", "13"]
    assert cells[1]["note"] == "国庆"
    assert cells[4]["note"] == "3 调休"
    assert cells[7] == {
        "top": "二",
        "day": "13",
        "note": "承诺 5",
        "strong": True,
        "wide": False,
        "states": ["due"],
    }


def test_days_after_the_due_day_are_over_and_a_paused_day_is_not():
    listed = days(date(2026, 11, 9), 10)
    listed[2] = StripDay(listed[2].on, True, "", is_paused=True)
    cells = strip_cells(listed, StripClock(date(2026, 11, 9), date(2026, 11, 13), date(2026, 11, 17)))
    by_day = {cell["day"]: cell["states"] for cell in cells}
    assert by_day["11"] == ["paused"]
    assert by_day["13"] == ["due", "missed"]
    assert by_day["16"] == ["over"]
    assert by_day["17"] == ["over", "today"]
    assert by_day["18"] == []


def test_the_last_day_is_due_soon_only_while_it_is_open():
    listed = days(date(2026, 11, 11), 8)
    today = date(2026, 11, 18)
    open_clock = StripClock(date(2026, 11, 11), today, today, is_soon=True)
    assert strip_cells(listed, open_clock)[-1]["states"] == ["due", "soon"]
    answered = StripClock(date(2026, 11, 11), today, today, finished_on=date(2026, 11, 17), is_soon=True)
    assert strip_cells(listed, answered)[-1]["states"] == ["due"]


@given(st.integers(1, 120), st.integers(0, 140), st.dates(date(2024, 1, 1), date(2026, 6, 1)))
def test_folding_loses_no_day_and_numbers_end_at_the_same_count(length, past, start):
    listed = days(start, length)
    clock = StripClock(start, listed[-1].on, start + timedelta(days=past))
    whole = strip_cells(listed, clock, most=1000)
    folded = strip_cells(listed, clock)
    assert len(folded) <= len(whole) == length
    assert folded[0]["note"] == "收件"
    assert folded[-1]["day"].split("–")[-1].split("/")[-1] == str(listed[-1].on.day)
    assert len(folded) <= 14
