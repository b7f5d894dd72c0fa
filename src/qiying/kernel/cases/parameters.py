"""Dated parameters of the rules: declared in code with a default and its source, overridden per district by rows.

Kept per process for half a minute; what was fixed at a case's opening stays with the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from qiying.kernel.audit.keeping import Kept
from qiying.kernel.cases.models.parameters import DatedParameter


class ParameterUnknown(LookupError):
    """A parameter that nobody declared."""


@dataclass(frozen=True)
class Declared:
    """A parameter as its capability declares it."""

    name: str
    label: str
    default: Any
    source: str
    unit: str = ""
    is_assumption: bool = False
    group: str = ""


_declared: dict[str, Declared] = {}


def declare_parameter(
    name: str,
    label: str,
    default: Any,
    *,
    source: str,
    unit: str = "",
    is_assumption: bool = False,
    group: str = "",
) -> None:
    """Declare a parameter; raise `ValueError` on a second, different declaration."""
    found = Declared(name, label, default, source, unit, is_assumption, group)
    if _declared.setdefault(name, found) != found:
        raise ValueError(f"参数 {name} 声明了两次，而且不一样")


def declared_parameters() -> list[Declared]:
    """Return every declared parameter in the order of declaration."""
    return list(_declared.values())


def _load(district_id: int) -> dict[str, list[DatedParameter]]:
    rows: dict[str, list[DatedParameter]] = {}
    for p in DatedParameter.objects.filter(Q(district_id=None) | Q(district_id=district_id)):
        rows.setdefault(p.name, []).append(p)
    for found in rows.values():
        found.sort(key=lambda p: (p.district_id is not None, p.valid_from), reverse=True)
    return rows


_rows = Kept(_load)
forget = _rows.forget


def parameter_row(name: str, *, district_id: int, on: date) -> DatedParameter | None:
    """Return the row valid on a day, the district's own first, or None when the default holds."""
    if name not in _declared:
        raise ParameterUnknown(name)
    for p in _rows(district_id).get(name, ()):
        if p.valid_from <= on and (p.valid_to is None or on <= p.valid_to):
            return p
    return None


def parameter(name: str, *, district_id: int, on: date) -> Any:
    """Return the value valid on a day; raise `ParameterUnknown` for a name nobody declared."""
    row = parameter_row(name, district_id=district_id, on=on)
    return _declared[name].default if row is None else row.value
