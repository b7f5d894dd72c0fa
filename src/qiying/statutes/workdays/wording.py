"""Why a deadline is that day, in sentences that a person can check against a wall calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qiying.statutes.workdays.arithmetic import due_with_pauses, nth_workday
from qiying.statutes.workdays.calendars import WEEKDAYS, Calendar

FULL_LISTING_UP_TO = 10  # workdays; a longer limit names only holidays and make-up days
_ONE_DAY = timedelta(days=1)


def short_date(day: date, beside: date | None = None) -> str:
    """Return 11月25日, with the year in front when it is not that of `beside`."""
    year = f"{day.year}年" if beside is not None and beside.year != day.year else ""
    return f"{year}{day.month}月{day.day}日"


def full_date(day: date, beside: date | None = None) -> str:
    """Return 11月25日（周三）."""
    return f"{short_date(day, beside)}（周{WEEKDAYS[day.weekday()]}）"


@dataclass(frozen=True)
class Run:
    """Neighbouring days of one sort: plain workdays, one weekend, one holiday, one make-up day, a pause."""

    first: date
    last: date
    sort: str
    note: str

    @property
    def days(self) -> int:
        """Return the number of calendar days."""
        return (self.last - self.first).days + 1


def is_paused(day: date, pauses: Sequence[tuple[date, date]]) -> bool:
    """Return whether the day lies in one of the (from, to] stretches."""
    return any(first < day <= last for first, last in pauses)


def runs_between(
    first: date, last: date, calendar: Calendar, pauses: Sequence[tuple[date, date]] = ()
) -> Iterator[Run]:
    """Yield the days first..last as runs; a holiday and the plain weekend beside it stay apart."""
    run: Run | None = None
    day = first
    while day <= last:
        sort, note = str(calendar.kind(day)), calendar.day_note(day)
        if is_paused(day, pauses):
            sort, note = "paused", "停表"
        elif sort == "rest":
            note = "周末"
        if run and (run.sort, run.note) == (sort, note) and sort != "makeup":
            run = Run(run.first, day, sort, note)
        else:
            if run:
                yield run
            run = Run(day, day, sort, note)
        day += _ONE_DAY
    if run:
        yield run


def explain_deadline(
    start: date,
    n: int,
    calendar: Calendar,
    limit_words: str = "",
    pauses: Sequence[tuple[date, date]] = (),
    is_receipt: bool = True,
) -> str:
    """Return why the n-th workday after `start` is that day; `start` is the day of receipt, or another day.

    `limit_words` comes first, e.g. "按“复杂”办，限 5 个工作日". Limits over ten workdays name only the days
    that are not ordinary.
    """
    head = f"{limit_words.rstrip('。')}。" if limit_words else ""
    if n == 0:
        return head + _same_day(start, calendar, "收到，" if is_receipt else "")
    due = due_with_pauses(start, n, pauses, calendar)
    runs = list(runs_between(start + _ONE_DAY, due, calendar, pauses))
    clauses = [f"{full_date(start)}{'收到，收到日不计' if is_receipt else '算起，这天不计'}"]
    if n <= FULL_LISTING_UP_TO:
        clauses += [_clause(run, start) for run in runs]
    else:
        clauses += _summary(runs, start)
    closing = f"满 {n} 个工作日，所以到{full_date(due, start)}。"
    return head + "；".join(clauses) + "；" + closing + provisional_words(due, calendar)


def _same_day(start: date, calendar: Calendar, begins: str) -> str:
    """Return why what is due at once is due on that day: a promised day is a workday."""
    if calendar.is_workday(start):
        return f"{full_date(start)}{begins}当天到期。"
    due = nth_workday(start, 1, calendar)
    why = f"{full_date(start)}{begins}{_not_a_workday(start, calendar)}"
    return f"{why}，顺延到下一个工作日，所以到{full_date(due, start)}。{provisional_words(due, calendar)}"


def _not_a_workday(day: date, calendar: Calendar) -> str:
    note = calendar.day_note(day)
    return f"这天{note}" if note.endswith("放假") else f"这天是{note}"


def explain_rolled(start: date, n_days: int, end: date, on: date, calendar: Calendar) -> str:
    """Return why a period of natural days ends on that day (民法典 art. 203)."""
    if n_days == 0:
        return f"{full_date(start)}当天到期。"
    words = f"{full_date(start)}起算，当天不计，满 {n_days} 天是{full_date(end, start)}"
    if on == end:
        return f"{words}，到这天为止。" + provisional_words(on, calendar)
    moved = f"{words}；{_not_a_workday(end, calendar)}，顺延到下一个工作日，所以到{full_date(on, start)}。"
    return moved + provisional_words(on, calendar)


def provisional_words(day: date, calendar: Calendar) -> str:
    """Return the sentence that marks a date as provisional, or ""."""
    if calendar.status(day) == "confirmed":
        return ""
    year = calendar.confirmed_until.year + 1
    return f"{year} 年的放假安排还没公布，这个日期是暂定的，公布后会重新算。"


def _stretch(run: Run, start: date) -> str:
    if run.first == run.last:
        return full_date(run.first, start)
    if run.first.month == run.last.month:
        return f"{short_date(run.first, start)}至{run.last.day}日"
    return f"{short_date(run.first, start)}至{short_date(run.last, run.first)}"


def _clause(run: Run, start: date) -> str:
    where = _stretch(run, start)
    if run.sort == "makeup":
        return f"{short_date(run.first, start)}为调休工作日，计1日"
    if run.sort == "work":
        return f"{where}计{run.days}日"
    if run.sort == "paused":
        return f"{where}停表，不计"
    if run.sort == "rest":
        return f"{where}不计" if run.days == 1 else f"{where}周末，不计"
    return f"{where}{run.note}，不计"


def _summary(runs: Sequence[Run], start: date) -> list[str]:
    clauses = [_clause(run, start) for run in runs if run.sort not in ("work", "rest")]
    weekend_days = sum(run.days for run in runs if run.sort == "rest")
    if weekend_days:
        clauses.append(f"期间周六、周日 {weekend_days} 天不计")
    return clauses
