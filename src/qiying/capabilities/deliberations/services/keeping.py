"""Rows of the registers: kept from a form, checked, noted in the audit; and whose own firm is spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

KEEP, OPINE, ANSWER = "deliberations.keep", "deliberations.opine", "deliberations.answer"
Values = Mapping[str, Any]
Faults = dict[str, list[str]]


def noted(actor: Viewer, row: Any, what: str, now: datetime) -> None:
    """Record what was done to a row that names its subject and district."""
    told = {"subject": row.subject, "data": {"what": what[:300]}, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action="deliberations.keep", **told)


def days(row: Any, name: str, on: date) -> int:
    """Return a number of the district's rules that holds on a day."""
    return int(parameter(f"deliberations.{name}", district_id=row.district_id, on=on))


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: Any,
    row: Any,
    values: Values,
    names: Sequence[str],
    now: datetime,
    unique: str = "",
    needs: str = KEEP,
) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field, also what its model's own rule says."""
    require(actor, needs)
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    if not fields and (check := CHECKS.get(model)):
        fields = check(made, values, now)
    refuse(fields)
    made.save()
    for name in (n for n in names if model._meta.get_field(n).many_to_many):
        getattr(made, name).set(values.get(name) or [])
    noted(actor, made, str(made), now)
    return made


CHECKS: dict[type, Any] = {}
"""What is wrong with a row of a model beyond what holds for any row: `check(row, values, now)`; themes add theirs."""


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
