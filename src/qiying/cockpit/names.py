"""Units, channels, categories and kinds of a district, its first and last day, history beside it; one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from qiying.cockpit.scope import history_open_to
from qiying.kernel.cases.faces.names import categories_named, field_labels
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.gatherings.kinds import all_kinds
from qiying.kernel.organisations.models import District


@dataclass
class Names:
    """Labels in the order of their registers; `paths` are units' paths by id; days of the first and last case."""

    units: dict[int, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    histories: dict[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None

    def unit(self, unit_id: int | None) -> str:
        """Return a unit's short name."""
        return self.units.get(unit_id or 0, "还没交办" if unit_id is None else "（单位已撤）")

    def channel(self, code: str) -> str:
        return self.channels.get(code, code or "没记渠道")

    def category(self, code: str) -> str:
        return self.categories.get(code, code or "还没归类")

    def kind(self, code: str) -> str:
        return self.kinds.get(code, code or "没分类型")


_NAMES = """
    SELECT 'u', CAST(id AS varchar(40)), COALESCE(NULLIF(short_name, ''), name), path, CAST(sort_order AS integer), id
    FROM organisations_unit WHERE district_id = %s
    UNION ALL SELECT 'c', code, name, '', CAST(position AS integer), id FROM cases_channel WHERE district_id = %s
    UNION ALL SELECT 'd', '', CAST((SELECT received_on FROM cases_case
        WHERE district_id = %s ORDER BY received_at LIMIT 1) AS varchar(40)), CAST((SELECT received_on FROM cases_case
        WHERE district_id = %s ORDER BY received_at DESC LIMIT 1) AS varchar(40)), 0, 0
"""


def names_of(district_id: int, procedure: str) -> Names:
    """Return the names of a district's units, channels and a procedure's categories, those out of use included."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [district_id] * 4)
        rows = cursor.fetchall()
    found = Names(categories=categories_named(district_id, procedure), kinds=kinds_of(procedure))
    for kind, key, label, path, _, _ in sorted(rows, key=lambda r: (r[0], r[4], r[5])):
        if kind == "d":
            found.since, found.until = _day(label), _day(path)
        elif kind == "u":
            found.units[int(key)] = label
            found.paths[int(key)] = path
        else:
            found.channels[key] = label
    return found


def kinds_of(procedure: str) -> dict[str, str]:
    """Return the names of a procedure's kinds."""
    if procedure not in {p.code for p in PROCEDURES.all()}:  # counted beside cases
        return {k.code: k.label for k in all_kinds() if (k.figures_as or k.code) == procedure}
    return dict(PROCEDURES.latest(procedure).kinds) or field_labels(procedure, "kind")


def histories_beside(district_id: int) -> dict[str, str]:
    """Return the history districts that people of this one may look at, by code."""
    rows = District.objects.filter(settings__has_key="is_history").values_list("code", "name", "settings")
    return {code: name for code, name, settings in rows if history_open_to(settings, district_id)}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
