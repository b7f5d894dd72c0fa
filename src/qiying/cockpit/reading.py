"""Everything the numbers page reads: names, figures of one moment, open cases; a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.cockpit.addresses import cases_url
from qiying.cockpit.live import Open, open_by_status, received_by_level, stuck_cases
from qiying.cockpit.names import Names, names_of
from qiying.cockpit.scope import Scope, dimensions, units_of
from qiying.cockpit.stuck import Stuck, stuck_rows
from qiying.kernel.figures.asking import Asked, settled
from qiying.kernel.figures.boards import Board, Extra, Question
from qiying.kernel.figures.definitions import measures_of, rate_of
from qiying.kernel.figures.periods import Period
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.viewer import Viewer

YEAR = 12
MAIN = ("measure", "month", "kind", "bucket")
MONTHS = ("measure", "month", "bucket")
UNITS = ("measure", "unit_id", "month", "bucket")
CHANNELS = ("measure", "month", "channel_code")
CATEGORIES = ("measure", "month", "category")


@dataclass
class Numbers:
    """What was read; `units` is empty for a person of one unit, `district` is the whole district's main rates."""

    asked: Asked
    scope: Scope
    names: Names
    where: dict[str, Any]
    months: list[date]
    main: Sums
    year: Sums
    units: Sums
    channels: Sums
    categories: Sums
    district: Sums
    open: Open
    levels: list[Mapping[str, Any]]
    stuck: list[Stuck]
    extra: Extra
    has_rows: bool

    @property
    def board(self) -> Board:
        return self.asked.board

    @property
    def now(self) -> list[date]:
        """Return the months looked at."""
        return self.asked.period.months

    @property
    def before(self) -> list[date] | None:
        """Return the months compared with."""
        compared: Period | None = self.asked.compared
        return compared.months if compared is not None else None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left out: the district without a filter by unit."""
        return "unit_id" not in self.where

    @property
    def coming(self) -> str:
        """Return the measure that counts as coming in under these filters."""
        return self.board.coming(at_unit=not self.is_whole, with_category=bool(self.asked.category))

    def url(self, *measures: str, **more: object) -> str:
        """Return the list of the cases behind a figure; empty where the viewer may not open it."""
        if measures and self.board.rows_url and not self.has_rows:
            return ""
        return cases_url(self.asked, *measures, **more)


def numbers_for(viewer: Viewer, scope: Scope, a: Asked, today: date) -> Numbers:
    """Read the numbers a viewer may see; six queries and what the capability adds."""
    names = names_of(scope.district_id, a.board.procedure)
    a = settled(a, names.since, names.until, today)
    where = dimensions(a, scope, names.paths)
    months, sums = figures_read(scope, a, where, dimensions(a, scope, names.paths, with_unit=False))
    procedure = a.board.procedure
    return Numbers(
        asked=a,
        scope=scope,
        names=names,
        where=where,
        months=months,
        main=sums[0],
        year=sums[1],
        units=sums[2] if scope.is_district else Sums([], UNITS, procedure),
        channels=sums[3],
        categories=sums[4],
        district=sums[5],
        open=open_by_status(scope.district_id, procedure, where, today),
        levels=received_by_level(scope.district_id, procedure, a.period, where),
        stuck=stuck_rows(stuck_cases(scope.district_id, procedure, where, viewer, today), today),
        extra=_extra(viewer, scope, a, names, today),
        has_rows=not a.board.rows_permission or viewer.has(a.board.rows_permission),
    )


def _extra(viewer: Viewer, scope: Scope, a: Asked, names: Names, today: date) -> Extra:
    """Ask the capability for what only it can count."""
    counted = provided(f"numbers:{a.board.procedure}")
    if counted is None:
        return Extra()
    units = units_of(a, scope, names.paths)
    query = a.query()
    found: Extra = counted(
        Question(viewer, scope.district_id, a.period, units, a.category, query, today, names.units)
    )
    return found


def figures_read(
    scope: Scope, a: Asked, where: dict[str, Any], whole: dict[str, Any]
) -> tuple[list[date], list[Sums]]:
    """Return the months drawn, and the sums of the page's questions in one statement."""
    board = a.board
    drawn = [Period(a.period.after).moved(-i).first for i in range(YEAR, 0, -1)]
    pair = [*a.period.months, *(a.compared.months if a.compared else [])]
    every = [m.code for m in measures_of(board.procedure)]
    coming = {m for m in (board.came, board.came_at_unit, board.came_with_category) if m}
    lines = _measures(board, board.lines)
    whole_rates = _measures(board, [c.code for c in board.cards]) | coming
    by_unit = _measures(board, board.unit_rates) if scope.is_district else set()
    asks = [
        Ask(every, pair, MAIN, where),
        Ask(lines, drawn, MONTHS, where),
        Ask(by_unit, {*drawn, *a.period.months}, UNITS, whole),
        Ask(coming, pair, CHANNELS, where),
        Ask(coming, pair, CATEGORIES, where),
        Ask(whole_rates if where != whole else (), pair, MONTHS, whole),
    ]
    found = figures_many(district_id=scope.district_id, procedure=board.procedure, asks=asks)
    return drawn, [Sums(rows, ask.group_by, board.procedure) for rows, ask in zip(found, asks, strict=True)]


def _measures(board: Board, rates: Iterable[str]) -> set[str]:
    return {m for code in rates for m in rate_of(board.procedure, code).measures}
