"""One row of a register written: filled from a form, checked, saved and noted in the audit; ended on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

Values = Mapping[str, Any]
Faults = dict[str, list[str]]
Check = Callable[[Any, Values, datetime], Faults]
"""`check(row, values, now)` says what is wrong with a row of one model beyond what holds for any row."""


def row_noted(actor: Viewer, action: str, row: Any, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told = {"subject": row.subject, "data": data, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action=action, **told)


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: Any,
    row: Any,
    values: Values,
    names: Sequence[str],
    now: datetime,
    needs: str,
    action: str,
    unique: str = "",
    check: Check | None = None,
    is_told: bool = True,
) -> Any:
    """Enter or change a row and return it; raise `GuardFailed` with every reason by field.

    Args:
        names: fields taken from `values`; of many-to-many ones those of the row's district stay.
        needs, action: the permission, and what the audit calls the act.
        is_told: the audit says which row by its words, else by its number alone.
    """
    require(actor, needs)
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    refuse(fields or (check(made, values, now) if check else {}))
    made.save()
    for of in (model._meta.get_field(n) for n in names):
        if of.many_to_many:
            ids = [getattr(one, "pk", one) for one in values.get(of.name) or ()]
            related = of.related_model._default_manager.filter(pk__in=ids)
            near = any(f.name == "district" and not f.null for f in of.related_model._meta.concrete_fields)
            getattr(made, of.name).set(related.filter(district=made.district_id) if near else related)
    row_noted(actor, action, made, now, **({"what": str(made)} if is_told else {}))
    return made


@transaction.atomic
def row_end(
    *, actor: Viewer, row: Any, on: date, now: datetime, needs: str, action: str, **told: Any
) -> None:
    """End a row on a day; what was done under it stays. The audit says the day with what is `told`, else neither."""
    require(actor, needs)
    if on < row.valid_from:
        refuse({"on": ["不能早于开始的那天"]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    row_noted(actor, action, row, now, **({"on": on.isoformat()} | told if told else {}))
