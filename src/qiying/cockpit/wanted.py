"""What the numbers page is asked for: month, comparison, filters; read from the address and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from qiying.cockpit.months import month_code, month_of, month_read, months_later
from qiying.cockpit.names import Names
from qiying.cockpit.scope import Scope

COMPARISONS = {"before": "上月", "year": "去年同月", "none": "不比"}
FILTERS = ("unit", "channel", "category")


@dataclass(frozen=True)
class Wanted:
    """The month looked at, what it is compared with, and at most one value per filter."""

    month: date
    than: str = "before"
    unit: int | None = None
    channel: str = ""
    category: str = ""
    district: str = ""
    is_chosen: bool = True

    @property
    def compared(self) -> date | None:
        """Return the month compared with."""
        return {"before": months_later(self.month, -1), "year": months_later(self.month, -12)}.get(self.than)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.unit or self.channel or self.category)

    def query(self, **changes: object) -> str:
        """Return the address's query with changes; empty values are left out."""
        values = {
            "month": month_code(self.month),
            "than": "" if self.than == "before" else self.than,
            "unit": self.unit or "",
            "channel": self.channel,
            "category": self.category,
            "district": self.district,
            **changes,
        }
        return urlencode({k: v for k, v in values.items() if v not in ("", None)})

    def cases_url(self, *measures: str, **more: object) -> str:
        """Return the list of the cases behind a figure."""
        changes = {"than": "", "measure": ",".join(measures), **more}
        return f"{reverse('cockpit:cases')}?{self.query(**changes)}"


def wanted(given: Mapping[str, str], today: date) -> Wanted:
    """Read an address; anything unreadable is dropped, a month to come is this month."""
    this_month = month_of(today)
    chosen = month_read(given.get("month", ""))
    month = chosen or months_later(this_month, -1)
    unit = given.get("unit", "")
    than = given.get("than", "")
    return Wanted(
        month=min(month, this_month),
        than=than if than in COMPARISONS else "before",
        unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 12 else None,
        channel=given.get("channel", "")[:40],
        category=given.get("category", "")[:60],
        district=given.get("district", "")[:32],
        is_chosen=chosen is not None,
    )


def settled(w: Wanted, names: Names, today: date) -> Wanted:
    """Return the month that has something to show where nobody chose one: a young or a finished district's."""
    this_month = month_of(today)
    if w.is_chosen or names.since is None or names.until is None:
        return w
    if names.since >= this_month:
        return replace(w, month=this_month)
    return replace(w, month=min(w.month, month_of(names.until)))


def dimensions(w: Wanted, scope: Scope, names: Names, *, with_unit: bool = True) -> dict[str, object]:
    """Return the filters as dimensions of figures; a person of a unit never leaves his own units."""
    found: dict[str, object] = {}
    if w.channel:
        found["channel_code"] = w.channel
    if w.category:
        found["category"] = w.category
    if with_unit and (units := units_of(w, scope, names)) is not None:
        found["unit_id"] = units
    return found


def units_of(w: Wanted, scope: Scope, names: Names) -> list[int] | None:
    """Return the units looked at with those below them, None for the whole district."""
    own = [u for u, path in names.paths.items() if scope.holds(path)]
    if w.unit is not None:
        root = names.paths.get(w.unit, "")
        return [u for u in own if root and names.paths[u].startswith(root)]
    return None if scope.is_district else own
