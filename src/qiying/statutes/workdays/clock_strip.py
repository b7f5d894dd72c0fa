"""The clock strip: a deadline drawn as days, at most fourteen cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from qiying.statutes.workdays.arithmetic import due_with_pauses, workdays_between
from qiying.statutes.workdays.calendars import WEEKDAYS, Calendar
from qiying.statutes.workdays.wording import is_paused

CellKind = Literal["zero", "work", "gone", "rest", "today", "due"]
MOST_CELLS = 14
_ONE_DAY = timedelta(days=1)
_SHORT = {"国庆节": "国庆", "清明节": "清明", "劳动节": "五一", "端午节": "端午", "中秋节": "中秋"}


@dataclass(frozen=True)
class StripCell:
    """One cell: a day, or a folded run of days.

    `label` is the weekday over the cell (三, 四至三), `number` what is in it (30, 1–7), `caption` what is
    under it (收件, 1, 3 调休, 国庆, 停表). `kind` names the look; paused days look like rest days.
    `first_count` and `last_count` are the workdays a run counts, 0 where it counts none.
    """

    first: date
    last: date
    label: str
    number: str
    kind: CellKind
    caption: str
    is_paused: bool = False
    is_today: bool = False
    first_count: int = 0
    last_count: int = 0

    @property
    def days(self) -> int:
        """Return the calendar days in the cell; the page widens a folded cell by it."""
        return (self.last - self.first).days + 1

    @property
    def is_key(self) -> bool:
        """Return whether the caption is set in bold: receipt, make-up day, today, due day."""
        return self.kind in ("zero", "today", "due") or "调休" in self.caption


def strip(
    start: date,
    n_or_due: int | date,
    today: date,
    calendar: Calendar,
    pauses: Sequence[tuple[date, date]] = (),
) -> list[StripCell]:
    """Return the cells from receipt to the due day; one more cell follows when the due day is past.

    `n_or_due` is a limit in workdays or the due day itself. Long runs fold, first holidays, then weekends,
    then workdays already used or still to come, until the strip has at most fourteen cells.
    """
    due = due_with_pauses(start, n_or_due, pauses, calendar) if isinstance(n_or_due, int) else n_or_due
    cells: list[StripCell] = []
    count, day = 0, start
    while day <= due:
        counts = day > start and calendar.is_workday(day) and not is_paused(day, pauses)
        count += counts
        cells.append(_cell(day, start, due, today, calendar, count if counts else 0, pauses))
        day += _ONE_DAY
    limit = MOST_CELLS - (1 if today > due else 0)
    cells = _fold(cells, _same_holiday, shortest=3)
    for together in (_both_rest, _same_kind):
        if len(cells) > limit:
            cells = _fold(cells, together, shortest=2)
    while len(cells) > limit:
        cells = _join_one_pair(cells, today)
    if today > due:
        cells.append(_overdue(due, today, calendar))
    return cells


def _cell(
    day: date,
    start: date,
    due: date,
    today: date,
    calendar: Calendar,
    count: int,
    pauses: Sequence[tuple[date, date]],
) -> StripCell:
    paused = day > start and is_paused(day, pauses)
    kind: CellKind
    note = "调休" if calendar.kind(day) == "makeup" else ""
    if day == start:
        kind, words = "zero", ["收件"] if day != due else ["收件", "到期"]
    elif day == due:
        kind, words = "due", [str(count) if count else "", "到期" if day != today else "今天到期"]
    elif day == today:
        kind, words = "today", ["今天", str(count) if count else "停表" if paused else ""]
    elif count:
        kind, words = "gone" if day < today else "work", [str(count), note]
    else:
        holiday = calendar.day_note(day) if calendar.kind(day) == "holiday" else ""
        kind, words = "rest", ["停表" if paused else _short(holiday)]
    return StripCell(
        first=day,
        last=day,
        label=WEEKDAYS[day.weekday()],
        number=str(day.day),
        kind=kind,
        caption=" ".join(filter(None, words)),
        is_paused=paused,
        is_today=day == today,
        first_count=count,
        last_count=count,
    )


def _short(note: str) -> str:
    name = note.removesuffix("放假")
    return "·".join(_SHORT.get(part, part) for part in name.split("、"))


def _overdue(due: date, today: date, calendar: Calendar) -> StripCell:
    late = workdays_between(due, today, calendar)
    first = due + _ONE_DAY
    caption = f"今天 超 {late}" if late else "今天"
    return replace(
        _join([StripCell(day, day, "", "", "today", "") for day in (first, today)]),
        caption=caption,
        is_today=True,
    )


def _fold(
    cells: Sequence[StripCell], together: Callable[[StripCell, StripCell], bool], shortest: int
) -> list[StripCell]:
    groups: list[list[StripCell]] = []
    for cell in cells:
        if groups and together(groups[-1][-1], cell):
            groups[-1].append(cell)
        else:
            groups.append([cell])
    folded: list[StripCell] = []
    for group in groups:
        folded += [_join(group)] if len(group) >= shortest else group
    return folded


def _join(group: Sequence[StripCell]) -> StripCell:
    first, last = group[0], group[-1]
    if first.first == last.last:
        label, number = WEEKDAYS[first.first.weekday()], str(first.first.day)
    else:
        label = f"{WEEKDAYS[first.first.weekday()]}至{WEEKDAYS[last.last.weekday()]}"
        one_month = (first.first.year, first.first.month) == (last.last.year, last.last.month)
        start = str(first.first.day) if one_month else f"{first.first.month}/{first.first.day}"
        end = str(last.last.day) if one_month else f"{last.last.month}/{last.last.day}"
        number = f"{start}–{end}"
    counts = [n for cell in group for n in (cell.first_count, cell.last_count) if n]
    if counts:
        caption = str(counts[0]) if counts[0] == counts[-1] else f"{counts[0]}–{counts[-1]}"
        kind = next(cell.kind for cell in group if cell.first_count)
    else:
        caption = "·".join(dict.fromkeys(cell.caption for cell in group if cell.caption))
        kind = first.kind
    return StripCell(
        first=first.first,
        last=last.last,
        label=label,
        number=number,
        kind=kind,
        caption=caption,
        is_paused=any(cell.is_paused for cell in group),
        first_count=counts[0] if counts else 0,
        last_count=counts[-1] if counts else 0,
    )


def _same_holiday(a: StripCell, b: StripCell) -> bool:
    return a.kind == b.kind == "rest" and a.caption == b.caption != ""


def _both_rest(a: StripCell, b: StripCell) -> bool:
    return a.kind == b.kind == "rest"


def _same_kind(a: StripCell, b: StripCell) -> bool:
    return a.kind == b.kind and a.kind in ("rest", "gone", "work")


def _join_one_pair(cells: list[StripCell], today: date) -> list[StripCell]:
    """Join the two oldest cells of the past, or else the two latest before the due day: today stays sharp."""
    plain = [cell.kind in ("rest", "gone", "work") for cell in cells]
    pairs = [i for i in range(len(cells) - 1) if plain[i] and plain[i + 1]]
    i = pairs[0] if cells[pairs[0] + 1].last < today else pairs[-1]
    return [*cells[:i], _join(cells[i : i + 2]), *cells[i + 2 :]]
