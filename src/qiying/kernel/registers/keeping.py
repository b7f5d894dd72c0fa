"""One row of a register written: filled from a form, checked, saved and noted in the audit; ended on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.models import MadeRow
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

R = TypeVar("R", bound=Any)
Values = Mapping[str, Any]
Faults = dict[str, list[str]]
Check = Callable[[Any, Values, datetime], Faults]
"""`check(row, values, now)` says what is wrong with a row of one model beyond what holds for any row."""


def row_begun(row: R, actor: Viewer, now: datetime) -> R:
    """Return a row; one that is new of the actor's district, with who entered it where it says so."""
    if row._state.adding:
        row.district_id = row.district_id or actor.district_id or 0
        if isinstance(row, MadeRow):
            row.made_by_id, row.made_at = actor.person_id, now
    return row


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
        row: the one to change, or a new one that says something no form asks.
        needs, action: the permission, if any is asked for, and what the audit calls the act.
        is_told: the audit says which row by its words, else by its number alone.
    """
    if needs:
        require(actor, needs)
    made = row_filled(row_begun(row or model(), actor, now), values, *names)
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


def keeper(
    action: str,
    needs: str,
    checks: Mapping[Any, Check],
    *,
    may: Callable[[Viewer, Any], bool] | None = None,
    why: str = "",
    otherwise: Mapping[Any, str] | None = None,
) -> Callable[..., Any]:
    """Return the service that keeps rows of some models, each by its own rule.

    Args:
        may: tells whether a row as it would stand is somebody's to keep; `why` is said to everybody else.
        otherwise: models that need another permission.
    """

    def keep(*, actor: Viewer, model: Any, **given: Any) -> Any:
        def check(row: Any, values: Values, now: datetime) -> Faults:
            if may is not None and not may(actor, row):
                raise NotPermitted(why)
            return checks[model](row, values, now) if model in checks else {}

        told = {"needs": (otherwise or {}).get(model, needs), "action": action, "check": check}
        return row_keep(actor=actor, model=model, **{**told, **given})

    return keep


def row_locked(row: R, *states: str, related: Sequence[str] = ()) -> R:
    """Return a row as it now is, held until the end; raise `ActionNotAvailable` where somebody was quicker.

    After waiting for a lock PostgreSQL reads `related` rows as they were before the wait.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",))
    found: R = (rows.select_related(*related) if related else rows).get(pk=row.pk)
    if states and found.state not in states:
        raise ActionNotAvailable(f"“{found}”现在是“{found.get_state_display()}”，请刷新后再看")
    return found


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
