"""Rows of the registers: kept from a form, checked, noted in the audit; and whose own firm is spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import keeping
from qiying.kernel.registers.keeping import Check, Faults, row_noted

KEEP, OPINE, ANSWER = "deliberations.keep", "deliberations.opine", "deliberations.answer"


def noted(actor: Viewer, row: Any, what: str, now: datetime) -> None:
    """Record what was done to a row."""
    row_noted(actor, "deliberations.keep", row, now, what=what[:300])


def days(row: Any, name: str, on: date) -> int:
    """Return a number of the district's rules that holds on a day."""
    return int(parameter(f"deliberations.{name}", district_id=row.district_id, on=on))


def row_keep(*, model: Any, needs: str = KEEP, **given: Any) -> Any:
    """Enter or change a row, by the kit's `row_keep` and the model's own rule."""
    told: dict[str, Any] = {"needs": needs, "action": "deliberations.keep", "check": CHECKS.get(model)}
    return keeping.row_keep(model=model, **told, **given)


CHECKS: dict[type, Check] = {}
"""What is wrong with a row of a model beyond what holds for any row; themes add theirs."""


def own_firms(people: Iterable[Person], text: str, on: date, firm_id: int | None = None) -> list[str]:
    """Return which firms of these people's own a text names or is about."""
    ids = {pk for one in people for pk in viewer_for(one, on).enterprise_ids}
    firms = Enterprise.objects.filter(pk__in=ids)
    return [f.name for f in firms if f.pk == firm_id or f.name in text]


def conflict_faults(firms: list[str], conflict: str) -> Faults:
    """Refuse what is about one's own firm and does not say so."""
    if not firms or len(conflict.strip()) >= 4:
        return {}
    return {"conflict": [f"说到了{'、'.join(firms)}，是代表自己的企业：写明关系，会记进记录"]}
