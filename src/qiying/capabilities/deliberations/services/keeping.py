"""Rows of the registers: kept from a form, checked, noted in the audit; and whose own firm is spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Check, Faults, keeper

KEEP, OPINE, ANSWER = "deliberations.keep", "deliberations.opine", "deliberations.answer"


def noted(actor: Viewer, row: Any, what: str, now: datetime) -> None:
    """Record what was done to a row."""
    row_noted(actor, "deliberations.keep", row, now, what=what[:300])


def days(row: Any, name: str, on: date) -> int:
    """Return a number of the district's rules that holds on a day."""
    return int(parameter(f"deliberations.{name}", district_id=row.district_id, on=on))


CHECKS: dict[type, Check] = {}
"""What is wrong with a row of a model beyond what holds for any row; themes add theirs."""
row_keep = keeper("deliberations.keep", KEEP, CHECKS)


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
