"""Units, channels and categories of a district, and its first and last day; one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from qiying.capabilities.service_requests.models import Category
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.organisations.models import District, Unit


@dataclass
class Names:
    """Labels in the order of their registers; `paths` are units' paths by id; days of the first and last case."""

    units: dict[int, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None

    def unit(self, unit_id: int | None) -> str:
        """Return a unit's short name."""
        return self.units.get(unit_id or 0, "还没交办" if unit_id is None else "（单位已撤）")

    def channel(self, code: str) -> str:
        return self.channels.get(code, code or "没记渠道")

    def category(self, code: str) -> str:
        return self.categories.get(code, code or "还没归类")


def names_of(district_id: int) -> Names:
    """Return the names of a district's units, channels and categories, those out of use included."""
    text = CharField()
    units = Unit.objects.filter(district_id=district_id).order_by()
    channels = Channel.objects.filter(district_id=district_id).order_by()
    categories = Category.objects.filter(district_id=district_id).order_by()
    rows = units.values_list(
        Value("u", text),
        Cast("pk", text),
        Coalesce(NullIf(F("short_name"), Value("")), F("name")),
        F("path"),
        Cast("sort_order", IntegerField()),
        F("pk"),
    ).union(
        channels.values_list(
            Value("c", text), "code", "name", Value("", text), Cast("position", IntegerField()), "pk"
        ),
        categories.values_list(
            Value("k", text), "code", "name", Value("", text), Cast("position", IntegerField()), "pk"
        ),
        _days(district_id),
        all=True,
    )
    found = Names()
    for kind, key, label, path, _, _ in sorted(rows, key=lambda r: (r[0], r[4], r[5])):
        if kind == "d":
            found.since, found.until = _day(label), _day(path)
        elif kind == "u":
            found.units[int(key)] = label
            found.paths[int(key)] = path
        elif kind == "c":
            found.channels[key] = label
        else:
            found.categories[key] = label
    return found


def _days(district_id: int) -> Any:
    """Return one row with the days of the district's first and last case."""
    text = CharField()
    cases = Case.objects.filter(district=OuterRef("pk"))
    first = Subquery(cases.order_by("received_at").values("received_on")[:1])
    last = Subquery(cases.order_by("-received_at").values("received_on")[:1])
    rows = District.objects.filter(pk=district_id).order_by()
    return rows.values_list(
        Value("d", text),
        "code",
        Coalesce(Cast(first, text), Value("")),
        Coalesce(Cast(last, text), Value("")),
        Value(0, IntegerField()),
        "pk",
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
