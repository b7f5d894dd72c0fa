"""Reads of the service request that effects and pages share."""

from __future__ import annotations

import time
from collections.abc import Iterable

from qiying.capabilities.service_requests.models import Category
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.models import Unit

TTL = 30.0
_units: dict[int, tuple[float, dict[str, list[int]]]] = {}
_categories: dict[int, tuple[float, dict[str, str]]] = {}
_channels: dict[int, tuple[float, dict[str, Channel]]] = {}


def forget() -> None:
    """Drop what this process keeps (after a change of units or categories, and between tests)."""
    _units.clear()
    _categories.clear()
    _channels.clear()


def district_units(district_id: int, function: str) -> list[int]:
    """Return the ids of a district's active units with a function (`desk`, `supervision`, `callback` …)."""
    kept = _units.get(district_id)
    if kept is None or time.monotonic() - kept[0] >= TTL:
        by_function: dict[str, list[int]] = {}
        rows = Unit.objects.filter(district_id=district_id, is_active=True).order_by("sort_order", "id")
        for pk, functions in rows.values_list("pk", "functions"):
            for f in functions:
                by_function.setdefault(f, []).append(pk)
        kept = (time.monotonic(), by_function)
        _units[district_id] = kept
    return kept[1].get(function, [])


def channel_in_use(district_id: int, code: str) -> Channel | None:
    """Return a channel of the district by code if it is in use."""
    kept = _channels.get(district_id)
    if kept is None or time.monotonic() - kept[0] >= TTL:
        rows = Channel.objects.filter(district_id=district_id, is_active=True)
        kept = (time.monotonic(), {c.code: c for c in rows})
        _channels[district_id] = kept
    return kept[1].get(code)


def unit_names(ids: Iterable[int]) -> str:
    """Return units' names joined for a sentence."""
    wanted = list(ids)
    found = dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return "、".join(found[i] for i in wanted if i in found)


def category_names(district_id: int) -> dict[str, str]:
    """Return the district's categories in use, code to name."""
    kept = _categories.get(district_id)
    if kept is None or time.monotonic() - kept[0] >= TTL:
        rows = Category.objects.filter(district_id=district_id, is_active=True)
        kept = (time.monotonic(), {c.code: c.name for c in rows})
        _categories[district_id] = kept
    return kept[1]


def category_codes(district_id: int) -> set[str]:
    return set(category_names(district_id))
