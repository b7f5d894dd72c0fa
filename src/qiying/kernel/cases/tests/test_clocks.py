"""One clock's arithmetic: a promised day is a workday, and a text that explains a day moves with it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.cases import clocks
from qiying.kernel.cases.models import Clock, ClockPause
from qiying.statutes.workdays import business_minutes_between, load_calendar, nth_workday

CALENDAR = load_calendar()


def _clock(started: date, limit: int, unit: str = "workday") -> Clock:
    fields = clocks.start_fields(
        kind="handle",
        limit=limit,
        unit=unit,
        rule="r",
        words="按“简易”办，当场答复" if limit == 0 else f"限 {limit} 个工作日",
        started_on=started,
        started_at=datetime(started.year, started.month, started.day, 2, tzinfo=UTC),
        calendar=CALENDAR,
        rungs=[],
    )
    return Clock(no=1, **fields)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 29), date(2026, 11, 30)),  # a Sunday
        (date(2026, 10, 1), date(2026, 10, 8)),  # National Day
        (date(2026, 2, 14), date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 11, 27), date(2026, 11, 27)),
    ],
)
def test_what_is_due_at_once_is_due_on_a_workday(received: date, due: date) -> None:
    clock = _clock(received, 0)
    assert (clock.promised_by, clock.due_by) == (due, due)
    assert f"{due.month}月{due.day}日" in clock.explanation


@given(
    st.dates(date(2025, 1, 1), date(2026, 10, 31)), st.integers(0, 30), st.sampled_from(["workday", "day"])
)
def test_a_promised_day_is_always_a_workday_not_before_the_receipt(
    started: date, limit: int, unit: str
) -> None:
    clock = _clock(started, limit, unit)
    assert CALENDAR.is_workday(clock.promised_by)
    assert clock.promised_by >= started


@given(
    st.dates(date(2025, 1, 1), date(2026, 9, 30)), st.integers(0, 8), st.integers(0, 9), st.integers(0, 12)
)
def test_a_pause_gives_back_its_workdays_from_a_day_of_rest_too(
    started: date, limit: int, after: int, long: int
) -> None:
    clock = _clock(started, limit)
    first = nth_workday(started, after, CALENDAR)
    last = nth_workday(first, long, CALENDAR)
    clock.state, clock.paused_from = Clock.State.PAUSED, first
    fields = clocks.resume_fields(clock, on=last, calendar=CALENDAR)
    counted = long if first <= clock.promised_by else 0
    assert fields["due_by"] == nth_workday(clock.promised_by, counted, CALENDAR)


def _resumed(clock: Clock, first: date, last: date, at_least: int = 0) -> None:
    clock.state, clock.paused_from = Clock.State.PAUSED, first
    for name, value in clocks.resume_fields(clock, on=last, calendar=CALENDAR, at_least=at_least).items():
        setattr(clock, name, value)


def _days(first: date, last: date) -> ClockPause:
    return ClockPause(kind="material", from_on=first, to_on=last)


def test_an_extension_is_told_with_the_new_day() -> None:
    clock = _clock(date(2026, 11, 26), 5)
    clock.extended_by = 5
    clock.due_by = clocks.due_of(clock, CALENDAR)
    told = clocks.explain_again(clock, [], CALENDAR)
    assert told.startswith(clock.explanation)
    assert told.endswith("后来延期 5 个工作日，所以现在到12月10日（周四）。")


def test_a_pause_is_told_with_what_it_gave_back_and_why_but_not_in_anybodys_own_words() -> None:
    clock = _clock(date(2026, 11, 23), 5)
    _resumed(clock, date(2026, 11, 25), date(2026, 11, 27))
    told = clocks.explain_again(clock, [_days(date(2026, 11, 25), date(2026, 11, 27))], CALENDAR)
    assert "停表（等补材料），补回 2 个工作日" in told
    assert told.endswith("所以现在到12月2日（周三）。")


def test_a_reopening_that_leaves_at_least_a_day_says_so() -> None:
    clock = _clock(date(2026, 11, 23), 4)
    _resumed(clock, date(2026, 11, 27), date(2026, 11, 27), at_least=1)
    assert clock.due_by == date(2026, 11, 30)
    told = clocks.explain_again(clock, [_days(date(2026, 11, 27), date(2026, 11, 27))], CALENDAR)
    assert told.endswith("后来重新办理，再留 1 个工作日，所以现在到11月30日（周一）。")


def test_told_twice_it_is_told_once() -> None:
    clock = _clock(date(2026, 11, 26), 5)
    clock.extended_by = 2
    clock.due_by = clocks.due_of(clock, CALENDAR)
    clock.explanation = clocks.explain_again(clock, [], CALENDAR)
    assert clocks.explain_again(clock, [], CALENDAR) == clock.explanation


def test_a_due_day_that_did_not_move_needs_no_second_sentence() -> None:
    clock = _clock(date(2026, 11, 26), 5)
    pauses = [_days(date(2026, 11, 26), date(2026, 11, 26))]
    assert clocks.explain_again(clock, pauses, CALENDAR) == clock.explanation


def _hours(at: datetime, limit: int) -> Clock:
    fields = clocks.start_fields(
        kind="handle", limit=limit, unit="hour", rule="r", words="企业开办，7 个工作小时", calendar=CALENDAR,
        started_on=at.astimezone(clocks.SHANGHAI).date(), started_at=at, rungs=[],
    )  # fmt: skip
    return Clock(no=1, **fields)


@pytest.mark.parametrize(
    ("at", "hours", "due", "minute"),
    [
        (datetime(2026, 11, 30, 0, 30, tzinfo=UTC), 7, date(2026, 11, 30), "17:00"),  # opens at 8:30
        (datetime(2026, 11, 30, 2, 0, tzinfo=UTC), 7, date(2026, 12, 1), "10:00"),
        (datetime(2026, 9, 30, 2, 0, tzinfo=UTC), 7, date(2026, 10, 8), "10:00"),  # over National Day
        (datetime(2026, 11, 28, 4, 0, tzinfo=UTC), 1, date(2026, 11, 30), "09:30"),  # begun on a Saturday
    ],
)
def test_business_hours_end_at_a_minute_of_a_workday(at, hours, due, minute):
    clock = _hours(at, hours)
    assert (clock.due_by, clock.promised_by) == (due, due)
    ends = clocks.ends_at(clock, CALENDAR)
    assert ends is not None and f"{ends:%H:%M}" == minute
    assert minute in clock.explanation
    assert clocks.is_in_time(clock, due, ends, CALENDAR)
    assert not clocks.is_in_time(clock, due, ends + timedelta(minutes=1), CALENDAR)


def _paused(began: datetime, ended: datetime, granted: int = 0) -> ClockPause:
    days = (began.astimezone(clocks.SHANGHAI).date(), ended.astimezone(clocks.SHANGHAI).date())
    row = _days(*days)
    row.from_at, row.to_at, row.granted_seconds = began, ended, granted
    return row


def _due_again(clock: Clock, *pauses: ClockPause) -> datetime:
    for name, value in clocks.due_fields(clock, pauses, CALENDAR).items():
        setattr(clock, name, value)
    ends = clocks.ends_at(clock, CALENDAR)
    assert ends is not None and ends.date() == clock.due_by
    return ends


MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # ten o'clock: seven hours end on Tuesday at ten


@pytest.mark.parametrize(
    ("began", "hours", "ends", "given"),
    [
        (MONDAY + timedelta(minutes=20), 1, "12-01 11:00", "1 小时"),
        (MONDAY + timedelta(hours=6), 17, "12-01 11:30", "1 小时 30 分"),  # over night: 16:00 to 9:00
        (MONDAY + timedelta(hours=8), 1, "12-01 10:00", ""),  # after closing
        (MONDAY + timedelta(hours=24), 1, "12-01 11:00", "1 小时"),  # at its very end
        (MONDAY + timedelta(hours=24, seconds=1), 1, "12-01 10:00", ""),  # late: stays late
        (MONDAY + timedelta(seconds=1), 1 / 120, "12-01 10:00", "不到 1 分钟"),
    ],
)
def test_a_pause_gives_a_clock_of_hours_back_the_business_time_in_it_and_says_so(began, hours, ends, given):
    clock = _hours(MONDAY, 7)
    pause = _paused(began, began + timedelta(hours=hours))
    assert f"{_due_again(clock, pause):%m-%d %H:%M}" == ends
    told = clocks.explain_again(clock, [pause], CALENDAR)
    if not given:
        assert told == clock.explanation
    else:
        assert f"停表（等补材料），补回工作时间 {given}，" in told
        assert f"{began.astimezone(clocks.SHANGHAI):%H:%M}到" in told
        assert told.endswith(f"所以现在到12月1日（周二）{ends[-5:]}。")


def test_pauses_without_instants_are_read_as_before_beside_those_that_have_them():
    clock = _hours(MONDAY, 7)
    old = _days(date(2026, 11, 30), date(2026, 12, 1))
    clock.paused_workdays = clocks.given_back(clock, [old], CALENDAR)
    assert (clock.paused_workdays, f"{_due_again(clock, old):%m-%d %H:%M}") == (7, "12-02 10:00")
    new = _paused(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1, hours=1))
    assert clocks.given_back(clock, [old, new], CALENDAR) == 7
    assert f"{_due_again(clock, old, new):%m-%d %H:%M}" == "12-02 11:00"
    told = clocks.explain_again(clock, [old, new], CALENDAR)
    assert "补回 7 个工作小时；" in told and "补回工作时间 1 小时，" in told


def test_a_clock_of_hours_from_before_the_column_ends_as_it_did():
    clock = _hours(MONDAY, 7)
    clock.due_at, clock.paused_workdays = None, 7
    ends = clocks.ends_at(clock, CALENDAR)
    assert ends is not None and f"{ends:%m-%d %H:%M}" == "12-02 10:00"


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3), st.integers(1, 14))
def test_what_is_granted_on_top_leaves_so_many_office_days(after, long, at_least, limit):
    clock = _hours(MONDAY, limit)
    began = MONDAY + timedelta(minutes=after)
    now = began + timedelta(minutes=long)
    granted = clocks.seconds_to_grant(clock, [_paused(began, now)], now, at_least, CALENDAR)
    ends = _due_again(clock, _paused(began, now, granted))
    assert business_minutes_between(now, ends, CALENDAR) >= at_least * 420
    assert not granted or business_minutes_between(now, ends, CALENDAR) == at_least * 420
