"""The cells of a clock strip from plain days: what `{% clock_strip %}` draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from qiying.ui.humanize import WEEKDAYS


@dataclass(frozen=True)
class StripDay:
    """One calendar day as the statutory calendar sees it; `name` is 国庆, 调休 or empty."""

    on: date
    is_workday: bool
    name: str = ""
    is_paused: bool = False


@dataclass(frozen=True)
class StripClock:
    """The dates of one clock; after `finished_on` no day is used, `is_soon` comes from its first warning."""

    received_on: date
    due_on: date
    today: date
    finished_on: date | None = None
    is_soon: bool = False
    due_label: str = "答复"

    @property
    def end(self) -> date:
        """The last day that counts: when it was finished, else today."""
        return self.finished_on or self.today


class StripCell(TypedDict):
    """One cell: words above, the day, words below, and the states that decide its look."""

    top: str
    day: str
    note: str
    strong: bool
    wide: bool
    states: list[str]


@dataclass(frozen=True)
class _Drawn:
    day: StripDay
    number: int  # which workday after receipt, 0 when it does not count
    states: tuple[str, ...]
    note: str


def strip_cells(days: Sequence[StripDay], clock: StripClock, *, most: int = 14) -> list[StripCell]:
    """Number the workdays after receipt and mark receipt, today and the due day; fold to about `most` cells.

    The day of receipt is day zero. A named holiday is always one cell.
    """
    drawn: list[_Drawn] = []
    number = 0
    for day in days:
        counts = day.is_workday and not day.is_paused and day.on > clock.received_on
        number += counts
        drawn.append(_Drawn(day, number if counts else 0, _states(day, counts, clock), _note(day, clock)))
    runs: list[list[_Drawn]] = []
    for key in (_named_rest, _rest, _plain, _week):
        runs = _runs(drawn, key)
        if len(runs) <= most:
            break
    return [_cell(run) for run in runs]


def _states(day: StripDay, counts: bool, clock: StripClock) -> tuple[str, ...]:
    if day.on == clock.received_on:
        return ("receipt", "due") if day.on == clock.due_on else ("receipt",)
    is_today = day.on == clock.today and clock.finished_on is None
    if day.on == clock.due_on:
        missed = clock.end > clock.due_on
        return (
            ("due", "missed")
            if missed
            else ("due", "soon")
            if clock.is_soon and not clock.finished_on
            else ("due",)
        )
    now = ("today",) if is_today else ()
    if day.is_paused or not day.is_workday:
        return ("paused" if day.is_paused else "rest", *now)
    if counts and clock.due_on < day.on <= clock.end:
        return ("over", *now)
    if counts and (day.on <= clock.end if clock.finished_on else day.on < clock.today):
        return ("used",)
    return now


def _note(day: StripDay, clock: StripClock) -> str:
    if day.on == clock.received_on:
        return "收件"
    if day.on == clock.due_on:
        return clock.due_label
    return "今天" if day.on == clock.today and clock.finished_on is None else ""


Key = Callable[[_Drawn, str], str]


def _named_rest(one: _Drawn, before: str) -> str:
    return one.day.name if one.states == ("rest",) and one.day.name else ""


def _rest(one: _Drawn, before: str) -> str:
    return _named_rest(one, before) or ("rest" if one.states == ("rest",) else "")


def _plain(one: _Drawn, before: str) -> str:
    if one.note or len(one.states) > 1 or (one.day.is_workday and one.day.name):
        return ""
    return _rest(one, before) or (one.states[0] if one.states else "ahead")


def _week(one: _Drawn, before: str) -> str:
    """As `_plain`, rest days swallowed by the run they interrupt."""
    key = _plain(one, before)
    return before if key and before and one.states == ("rest",) else key


def _runs(drawn: list[_Drawn], key: Key) -> list[list[_Drawn]]:
    """Group neighbours of one key; an empty key stands alone."""
    runs: list[list[_Drawn]] = []
    before = ""
    for one in drawn:
        found = key(one, before)
        if runs and found and found == before:
            runs[-1].append(one)
        else:
            runs.append([one])
        before = found
    return runs


def _cell(run: list[_Drawn]) -> StripCell:
    first, last = run[0], run[-1]
    a, b = first.day.on, last.day.on
    same_month = a.month == b.month
    numbers = [str(one.number) for one in run if one.number]
    counted = "–".join(dict.fromkeys((numbers[0], numbers[-1]))) if numbers else ""
    note = " ".join(part for part in (first.note, counted, first.day.name) if part)
    is_run = len(run) > 1
    return {
        "top": f"{WEEKDAYS[a.weekday()]}至{WEEKDAYS[b.weekday()]}" if is_run else WEEKDAYS[a.weekday()],
        "day": str(a.day)
        if not is_run
        else f"{a.day}–{b.day}"
        if same_month
        else f"{a.month}/{a.day}–{b.month}/{b.day}",
        "note": note,
        "strong": bool(first.note) or (first.day.is_workday and bool(first.day.name)),
        "wide": is_run,
        "states": list(first.states),
    }
