"""What a page of numbers is asked for: procedure, period, comparison, filters; read from an address, written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from qiying.kernel.figures.boards import Board
from qiying.kernel.figures.periods import Period, period_of, period_read
from qiying.ui.given import whole

COMPARISONS = {"before": "上一期", "year": "去年同期", "none": "不比"}
FILTERS = ("unit", "channel", "category", "kind")


@dataclass(frozen=True)
class Asked:
    """The period looked at, what it is compared with, and at most one value per filter."""

    board: Board
    period: Period
    than: str = "before"
    unit: int | None = None
    channel: str = ""
    category: str = ""
    kind: str = ""
    district: str = ""
    is_chosen: bool = True

    @property
    def compared(self) -> Period | None:
        """Return the period compared with."""
        if self.than == "year":
            return Period(self.period.first.replace(year=self.period.first.year - 1), self.period.count)
        return self.period.moved(-1) if self.than == "before" else None

    def query(self, **changes: object) -> str:
        """Return the address's query with changes; empty values are left out."""
        values = {
            "procedure": "" if self.board.is_first else self.board.procedure,
            "month": self.period.code,
            "than": "" if self.than == "before" else self.than,
            "unit": self.unit or "",
            **{name: getattr(self, name) for name in ("channel", "category", "kind", "district")},
            **changes,
        }
        return urlencode({k: v for k, v in values.items() if v not in ("", None)})


def asked(given: Mapping[str, str], board: Board, today: date) -> Asked:
    """Read an address; anything unreadable is dropped, a period to come is the present one."""
    chosen = period_read(given.get("month", ""))
    here = period_of(today, chosen.count if chosen else board.months)
    period = chosen or (here.moved(-1) if board.months == 1 else here)
    unit, than = given.get("unit", ""), given.get("than", "")
    return Asked(
        board=board,
        period=min(period, here),
        than=than if than in COMPARISONS else "before",
        unit=whole(unit),
        is_chosen=chosen is not None,
        **{name: given.get(name, "")[:60] for name in ("channel", "category", "kind", "district")},
    )


def settled(a: Asked, since: date | None, until: date | None, today: date) -> Asked:
    """Return the period that has something to show where nobody chose one: a young or a finished district's."""
    here = period_of(today, a.period.count)
    if a.is_chosen or since is None or until is None:
        return a
    if since >= here.first:
        return replace(a, period=here)
    return replace(a, period=min(a.period, period_of(until, a.period.count)))
