"""Reads of the service request that effects and pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.rules.reading import aliases
from qiying.kernel.audit.keeping import Kept
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_forget


class KnownUnit(NamedTuple):
    """A unit as the desk meets it: what people call it, whether it can lead, whether it is a place as well."""

    id: int
    name: str
    label: str
    phone: str
    names: tuple[str, ...]
    is_handling: bool
    is_region: bool


class KnownCategory(NamedTuple):
    """A category in use, with the unit it usually belongs to and the words that speak for it."""

    code: str
    name: str
    group: str
    usual_unit_id: int | None
    keywords: tuple[str, ...]


class Directory(NamedTuple):
    """A district's units and categories, read together because suggestions need all of them."""

    units: dict[int, KnownUnit]
    categories: dict[str, KnownCategory]


@Kept
def _channels(district_id: int) -> dict[str, Channel]:
    return {c.code: c for c in Channel.objects.filter(district_id=district_id, is_active=True)}


def forget() -> None:
    """Drop what this process keeps (after a change of units or categories)."""
    units_forget()
    for kept in (_channels, category_names, directory):
        kept.forget()


def channel_in_use(district_id: int, code: str) -> Channel | None:
    """Return a channel of the district by code if it is in use."""
    return _channels(district_id).get(code)


def unit_names(ids: Iterable[int]) -> str:
    """Return units' names joined for a sentence."""
    wanted = list(ids)
    found = dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return "、".join(found[i] for i in wanted if i in found)


@Kept
def category_names(district_id: int) -> dict[str, str]:
    """Return the district's categories in use, code to name."""
    rows = Category.objects.filter(district_id=district_id, is_active=True)
    return {c.code: c.name for c in rows}


def category_codes(district_id: int) -> set[str]:
    return set(category_names(district_id))


@Kept
def directory(district_id: int) -> Directory:
    """Return the district's active units and categories; two queries."""
    units = Unit.objects.filter(district_id=district_id, is_active=True).order_by("sort_order", "id")
    rows = Category.objects.filter(district_id=district_id, is_active=True)
    return Directory(
        {u.pk: _known_unit(u) for u in units},
        {c.code: KnownCategory(c.code, c.name, c.group, c.usual_unit_id, tuple(c.keywords)) for c in rows},
    )


def _known_unit(u: Unit) -> KnownUnit:
    names = tuple(aliases(u.name, u.short_name))
    is_region = u.kind == "town" or "region" in u.functions
    return KnownUnit(u.pk, u.name, u.label, u.phone, names, "handling" in u.functions, is_region)
