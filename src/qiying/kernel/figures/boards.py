"""What a page of numbers shows of a procedure, as data its capability declares beside its measures.

A procedure with measures and no board has a page too: what came in, its rates, its days, everything counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.kernel.figures.definitions import Term, _discover, measures_of, procedures_counted, rates_of
from qiying.kernel.figures.periods import Period
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.charts import Chart


@dataclass(frozen=True)
class RateCard:
    """A rate on top of the page: what its denominator is called, and a measure told beside it in words with {n}."""

    code: str
    of: str
    beside: str = ""
    words: str = ""


@dataclass(frozen=True)
class Days:
    """A histogram of workdays: what the mean is called, the chart's title and note, what one of them is called."""

    measure: str
    label: str
    title: str
    note: str
    noun: str = "件"
    groups: tuple[tuple[int, int | None], ...] = (
        (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, None),
    )  # fmt: skip
    within: tuple[int, int] = (3, 10)


@dataclass(frozen=True)
class Share:
    """One line of a list of shares; `is_part` stands out, `aside` gives the words in place of a share."""

    label: str
    terms: tuple[Term, ...]
    less: tuple[Term, ...] = ()
    aside: str = ""
    is_part: bool = False
    live: str = ""


@dataclass(frozen=True)
class Shares:
    """A list of shares of one whole; `rest` names what no line counts, so that the shares add up to the whole."""

    code: str
    title: str
    lines: tuple[Share, ...]
    whole: tuple[Term, ...]
    note: str = ""
    unit: str = "件"
    is_chart: bool = False


@dataclass(frozen=True)
class Definition:
    """What a figure beside the declared measures means: its denominator and when it stops counting."""

    code: str
    label: str
    sentence: str
    of: str
    cutoff: str


@dataclass(frozen=True)
class Board:
    """The page of one procedure's numbers."""

    procedure: str
    label: str
    came: str
    title: str = ""
    came_at_unit: str = ""
    came_with_category: str = ""
    came_labels: Mapping[str, str] = field(default_factory=dict)
    came_of: tuple[str, str] = ("", "")
    cards: tuple[RateCard, ...] = ()
    days: Days | None = None
    lines: tuple[str, ...] = ()
    lines_title: str = ""
    pace: tuple[str, str, str] = ("", "", "")
    unit_rates: Mapping[str, str] = field(default_factory=dict)
    unit_short: str = ""
    category_title: str = "说的是什么事"
    category_label: str = "类别"
    shares: tuple[Shares, ...] = ()
    rates: tuple[str, ...] = ()
    rates_title: str = "主要的率"
    public: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    imported: str = ""
    definitions: tuple[Definition, ...] = ()
    permission: str = ""
    rows_url: str = ""
    rows_permission: str = ""
    months: int = 1
    order: int = 50
    is_first: bool = False

    @property
    def name(self) -> str:
        """Return the page's name."""
        return self.title or f"{self.label}的数字"

    def coming(self, *, at_unit: bool, with_category: bool) -> str:
        """Return what counts as coming in: at a unit what was given to it; a category is known only later."""
        if at_unit and self.came_at_unit:
            return self.came_at_unit
        return self.came_with_category if with_category and self.came_with_category else self.came


@dataclass(frozen=True)
class Card:
    """One figure as the template shows it; `of` is its denominator in words."""

    label: str
    value: str
    unit: str
    of: str
    than: str
    url: str
    definition_url: str
    status_kind: str = ""
    status_words: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: `money` holds fen, `percent` a share from 0 to 1; `in_page` false is in workbooks only."""

    title: str
    kind: str = "number"
    in_page: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of plain values, read by the page as words and by the workbook as numbers."""

    columns: tuple[Column, ...]
    rows: list[list[Any]]
    urls: list[dict[int, str]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    """A part of the page: a chart, a table or a list of shares; `width` of twelve columns; none is a sheet only."""

    code: str
    title: str
    chart: Chart | None = None
    table: Table | None = None
    shares: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""
    foot: str = ""
    width: int = 12
    in_page: bool = True
    in_book: bool = True


@dataclass(frozen=True)
class Question:
    """What a capability is asked for when it adds its own figures to the page."""

    viewer: Viewer
    district_id: int
    period: Period
    unit_ids: list[int] | None
    category: str
    query: str
    today: date
    unit_names: Mapping[int, str]


@dataclass(frozen=True)
class Extra:
    """What only the capability can count, such as money: headline, cards, panels before and after the common ones."""

    headline: str = ""
    cards: tuple[Card, ...] = ()
    first: tuple[Panel, ...] = ()
    more: tuple[Panel, ...] = ()
    empty: str = ""


_boards: dict[str, Board] = {}


def declare_board(board: Board) -> None:
    """Declare the page of a procedure; raise `ValueError` on a second, different one."""
    if _boards.setdefault(board.procedure, board) != board:
        raise ValueError(f"{board.procedure} 的数字页声明了两次")


def boards(label: Any = None) -> list[Board]:
    """Return the pages in order; `label` names a procedure that declared measures and no page."""
    _discover()
    plain = [(code, label(code)) for code in procedures_counted() if code not in _boards] if label else []
    found = [*_boards.values(), *(_plain(code, words) for code, words in plain if words)]
    return sorted(found, key=lambda b: (b.order, b.procedure))


def _plain(procedure: str, label: str) -> Board:
    """Return the page of a procedure that declared measures alone."""
    measures, rates = measures_of(procedure), rates_of(procedure)
    days = next((m for m in measures if m.bucket.startswith("工作日")), None)
    first = measures[0]
    return Board(
        procedure,
        label,
        came=first.code,
        cards=tuple(RateCard(r.code, "件") for r in rates[:2]),
        lines=tuple(r.code for r in rates[:2]),
        unit_rates={r.code: r.label for r in rates[:2]},
        rates=tuple(r.code for r in rates),
        acts=tuple(m.code for m in measures if m is not first and not m.bucket),
        days=Days(days.code, days.label, days.label, "按工作日算") if days else None,
    )
