"""The sentence that explains a date and the strip that draws it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from qiying.statutes.workdays import (
    add_days_rolled,
    default_calendar,
    explain_deadline,
    nth_workday,
    strip,
)

CALENDAR = default_calendar()


def test_the_explanation_names_receipt_make_up_day_holiday_and_result() -> None:
    assert explain_deadline(date(2026, 2, 13), 3, CALENDAR) == (
        "2月13日（周五）收到，收到日不计；2月14日为调休工作日，计1日；2月15日至23日春节放假，不计；"
        "2月24日至25日计2日；满 3 个工作日，所以到2月25日（周三）。"
    )


def test_the_limit_comes_first_in_words_and_a_long_limit_names_only_unusual_days() -> None:
    words = explain_deadline(date(2026, 9, 30), 20, CALENDAR, "按“复杂”办，限 20 个工作日")
    assert words == (
        "按“复杂”办，限 20 个工作日。9月30日（周三）收到，收到日不计；10月1日至7日国庆节放假，不计；"
        "10月10日为调休工作日，计1日；期间周六、周日 7 天不计；满 20 个工作日，所以到11月3日（周二）。"
    )


def test_a_pause_and_an_immediate_limit_are_explained() -> None:
    words = explain_deadline(
        date(2026, 11, 9), 5, CALENDAR, pauses=[(date(2026, 11, 10), date(2026, 11, 16))]
    )
    assert "11月11日至16日停表，不计" in words
    assert words.endswith("所以到11月20日（周五）。")
    assert explain_deadline(date(2026, 11, 9), 0, CALENDAR) == "11月9日（周一）收到，当天到期。"


def test_what_does_not_start_with_the_receipt_does_not_say_so():
    words = explain_deadline(date(2026, 12, 2), 2, CALENDAR, "公示 2 个工作日", is_receipt=False)
    assert words.startswith("公示 2 个工作日。12月2日（周三）算起，这天不计；")
    assert "收到" not in words + explain_deadline(date(2026, 11, 9), 0, CALENDAR, is_receipt=False)


def test_a_rolled_period_says_why_it_rolled() -> None:
    assert add_days_rolled(date(2026, 11, 6), 8, CALENDAR).explanation == (
        "11月6日（周五）起算，当天不计，满 8 天是11月14日（周六）；这天是周六，顺延到下一个工作日，"
        "所以到11月16日（周一）。"
    )


@settings(max_examples=80)
@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), st.integers(1, 10))
def test_the_days_counted_in_the_explanation_add_up_to_the_limit(start: date, n: int) -> None:
    words = explain_deadline(start, n, CALENDAR)
    clauses = [clause for clause in words.split("；") if "计" in clause and "不计" not in clause]
    assert sum(int(clause.rpartition("计")[2].removesuffix("日")) for clause in clauses) == n
    due = nth_workday(start, n, CALENDAR)
    assert f"{due.month}月{due.day}日（周" in words.rpartition("所以到")[2]


def _drawn(start: date, limit: int | date, today: date) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.label, c.number, c.caption) for c in strip(start, limit, today, CALENDAR)]


def test_the_strip_over_national_day_folds_the_holiday_and_names_the_make_up_day() -> None:
    expected = [
        ("zero", "三", "30", "收件"),
        ("rest", "四至三", "1–7", "国庆"),
        ("gone", "四", "8", "1"),
        ("gone", "五", "9", "2"),
        ("gone", "六", "10", "3 调休"),
        ("rest", "日", "11", ""),
        ("gone", "一", "12", "4"),
        ("due", "二", "13", "5 今天到期"),
    ]
    assert _drawn(date(2026, 9, 30), 5, date(2026, 10, 13)) == expected
    assert _drawn(date(2026, 9, 30), date(2026, 10, 13), date(2026, 10, 13)) == expected


def test_the_strip_shows_used_today_and_coming_days() -> None:
    assert [cell[0] for cell in _drawn(date(2026, 11, 13), 5, date(2026, 11, 18))] == [
        *("zero", "rest", "rest", "gone", "gone", "today", "work", "due")
    ]


def test_an_overdue_strip_ends_in_a_cell_that_counts_the_late_workdays() -> None:
    last = strip(date(2026, 11, 13), 5, date(2026, 11, 24), CALENDAR)[-1]
    assert (last.caption, last.number, last.is_today) == ("今天 超 2", "21–24", True)


def test_paused_days_are_hatched_and_count_nothing() -> None:
    pause = [(date(2026, 11, 10), date(2026, 11, 16))]
    cells = strip(date(2026, 11, 9), 5, date(2026, 11, 18), CALENDAR, pause)
    paused = [cell for cell in cells if cell.is_paused]
    assert [(c.kind, c.number, c.caption) for c in paused] == [("rest", "11–16", "停表")]


@settings(max_examples=80)
@given(
    st.dates(date(2025, 6, 1), date(2026, 9, 1)),
    st.integers(0, 90),
    st.integers(0, 160),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=2),
)
def test_a_strip_covers_every_day_once_in_at_most_fourteen_cells(
    start: date, n: int, shift: int, raw_pauses: list[tuple[int, int]]
) -> None:
    today = start + timedelta(days=shift)
    pauses = [(start + timedelta(days=a), start + timedelta(days=a + length)) for a, length in raw_pauses]
    cells = strip(start, n, today, CALENDAR, pauses)
    assert len(cells) <= 14
    assert cells[0].kind == "zero"
    for before, after in pairwise(cells):
        assert after.first == before.last + timedelta(days=1)
    ranges = [(c.first_count, c.last_count) for c in cells if c.first_count]
    assert [n for first, last in ranges for n in range(first, last + 1)] == list(range(1, n + 1))
    assert sum(cell.is_today for cell in cells) == 1
