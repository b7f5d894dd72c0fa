"""Everything the numbers page reads: names, figures of one moment, open cases; five statements whatever the size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.cockpit.live import Open, open_by_status, received_by_level, stuck_cases
from qiying.cockpit.months import months_later
from qiying.cockpit.names import Names, names_of
from qiying.cockpit.scope import Scope
from qiying.cockpit.stuck import Stuck, stuck_rows
from qiying.cockpit.sums import PROCEDURE, Sums
from qiying.cockpit.wanted import Wanted, dimensions, settled
from qiying.kernel.figures.definitions import measures_of, rate_of
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.permissions.viewer import Viewer

YEAR = 12
RATES = ("on_time", "solved")
MAIN = ("measure", "month", "kind", "bucket")
SHORT = ("measure", "month")
UNITS = ("measure", "unit_id", "month")
CHANNELS = ("measure", "month", "channel_code")
CATEGORIES = ("measure", "month", "category")


@dataclass
class Numbers:
    """What was read; `units` is empty for a person of one unit, `district` is the whole district's main rates."""

    wanted: Wanted
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

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left out: the district without a filter by unit."""
        return "unit_id" not in self.where

    @property
    def coming(self) -> str:
        """Return what counts as coming in: at a unit what was given to it; a category is known at acceptance."""
        if not self.is_whole:
            return "assigned"
        return "accepted" if self.wanted.category else "received"


def numbers_for(viewer: Viewer, scope: Scope, w: Wanted, today: date) -> Numbers:
    """Read the numbers a viewer may see; five queries."""
    names = names_of(scope.district_id)
    w = settled(w, names, today)
    where = dimensions(w, scope, names)
    months, sums = _figures(scope, w, where, dimensions(w, scope, names, with_unit=False))
    return Numbers(
        wanted=w,
        scope=scope,
        names=names,
        where=where,
        months=months,
        main=sums[0],
        year=sums[1],
        units=sums[2] if scope.is_district else Sums([], UNITS),
        channels=sums[3],
        categories=sums[4],
        district=sums[5],
        open=open_by_status(scope.district_id, where, today),
        levels=received_by_level(scope.district_id, w.month, where),
        stuck=stuck_rows(stuck_cases(scope.district_id, where, viewer, today), today),
    )


def _figures(
    scope: Scope, w: Wanted, where: dict[str, Any], whole: dict[str, Any]
) -> tuple[list[date], list[Sums]]:
    months = [months_later(w.month, i) for i in range(1 - YEAR, 1)]
    pair = [m for m in (w.month, w.compared) if m is not None]
    rates = sorted({m for code in RATES for m in rate_of(PROCEDURE, code).measures})
    every = [m.code for m in measures_of(PROCEDURE)]
    coming = ["received", "accepted", "assigned"]
    asks = [
        Ask(every, pair, MAIN, where),
        Ask(rates, months, SHORT, where),
        Ask([*rates, "assigned", "returned"], months, UNITS, whole),
        Ask(coming, pair, CHANNELS, where),
        Ask([*coming, *rates], pair, CATEGORIES, where),
        Ask([*rates, *coming], pair, SHORT, whole),
    ]
    found = figures_many(district_id=scope.district_id, procedure=PROCEDURE, asks=asks)
    return months, [Sums(rows, ask.group_by) for rows, ask in zip(found, asks, strict=True)]
