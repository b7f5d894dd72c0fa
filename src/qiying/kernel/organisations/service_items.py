"""Items of the catalogue as other capabilities read them: who applies for one knows no table of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiying.kernel.organisations.offers import provided

NAME = "service_items"
"""The name under which a catalogue provides `(district_id, codes, on) -> Mapping[code, OfferedItem]`."""


@dataclass(frozen=True)
class OfferedItem:
    """The version of an item that is in force on a day; `unit_id` is None where no unit of the district handles it."""

    pk: int
    code: str
    version: int
    name: str
    unit_id: int | None
    unit: str
    who: str
    promised: int | None
    promised_unit: str
    statutory_days: int | None
    basis: str = ""
    result: str = ""
    outside_url: str = ""
    materials: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_handled_here(self) -> bool:
        """Tell whether it is applied for here, and not with somebody else or on another site."""
        return self.unit_id is not None and not self.outside_url


def service_items(district_id: int, codes: Iterable[str], on: date) -> Mapping[str, OfferedItem]:
    """Return the items in force by their whole and their base code; nothing where no catalogue is installed."""
    read, wanted = provided(NAME), list(codes)
    found: Mapping[str, OfferedItem] = read(district_id, wanted, on) if read and wanted else {}
    return found


def service_item(district_id: int, code: str, on: date) -> OfferedItem | None:
    """Return one item in force by its code."""
    return service_items(district_id, [code], on).get(code)
