"""A register of study from its model, and what its forms offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from qiying.capabilities.study.models import Plan
from qiying.capabilities.study.services.keeping import may_keep, row_keep
from qiying.kernel.organisations.listing import Column
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept


def own_units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return [(pk, words) for pk, words in unit_choices(viewer.district_id or 0) if pk in viewer.unit_ids]


def units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return unit_choices(viewer.district_id or 0)


def people(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return who may be named in a plan: those who lead, of any unit, and everybody of one's own."""
    rows = Person.objects.filter(memberships__unit__district_id=viewer.district_id or 0, is_active=True)
    rows = rows.filter(memberships__role__in=("leader", "district_leader")) | rows.filter(
        memberships__unit_id__in=viewer.unit_ids
    )
    return list(rows.distinct().order_by("name", "pk").values_list("pk", "name"))


def plans(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    rows = Plan.objects.filter(unit_id__in=viewer.unit_ids, district_id=viewer.district_id or 0)
    return [(row.pk, str(row)) for row in rows]


OFFERS: dict[str, Callable[..., Any]] = {"unit": own_units, "units": units, "members": people, "plan": plans}


def act(do: Callable[..., Any], words: str) -> Callable[..., str]:
    """Return what an act of a register runs: a service that takes the row, and what is said after."""

    def run(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
        do(actor, row, data, now)
        return words

    return run


def kept_register(
    name: str, title: str, model: Any, columns: Sequence[str | Column[Any]], **more: Any
) -> Any:
    """Declare a register of the viewer's district at `study:<name>`."""
    given = {"keep": row_keep, "may_touch": may_keep, "edits_apart": True, "offers": OFFERS, **more}
    return kept.kept_register("study", name, title, model, columns, **given)
