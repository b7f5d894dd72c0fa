"""A register of deliberations from its model: columns by field, the form by field, kept by the congress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import DateField, DateTimeField, ForeignKey

from qiying.capabilities.deliberations.selectors import ANSWER, KEEP, VIEW
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register
from qiying.kernel.registers.rows import row_form
from qiying.ui.given import whole

READ = (VIEW, ANSWER)


def column(model: Any, name: str, **more: Any) -> Column[Any]:
    """Return the column of a model's field: its label, words and way to sort."""
    of = model._meta.get_field(name)

    def value(row: Any) -> Any:
        held = getattr(row, f"get_{name}_display")() if of.choices else getattr(row, name)
        return getattr(held, "label", held) if isinstance(of, ForeignKey) else held

    label = {"valid_from": "从哪天起", "valid_to": "到哪天止"}.get(name, of.verbose_name)
    kind = "date" if isinstance(of, DateField) and not isinstance(of, DateTimeField) else "auto"
    return Column(label, value, name, (name,), **{"kind": kind, **more})


def kept_register(
    name: str,
    title: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    *,
    fields: Sequence[str] = (),
    offers: Mapping[str, Any] | None = None,
    hints: Mapping[str, str] | None = None,
    listing: Mapping[str, Any],
    **more: Any,
) -> Register[Any]:
    """Declare a register at `deliberations:<name>`: the first column leads to the row; `more` is the kit's."""

    def save(actor: Viewer, row: Any, values: dict[str, Any], now: Any) -> Any:
        given = {"values": values, "names": fields, "unique": more.get("unique", "")}
        return row_keep(actor=actor, model=model, row=row, now=now, **given)

    first = columns[0]
    if isinstance(first, str):
        first = column(model, first, url=lambda row: made.row_url(row))
    shown = [column(model, c) if isinstance(c, str) else c for c in columns[1:]]
    told: dict[str, Any] = {
        "rows": lambda viewer, today: model.objects.filter(district_id=viewer.district_id or 0),
        "noun": title,
        "new_label": f"登记{title}",
        "subject": lambda row: row.subject,
    }
    if fields:
        units = {"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)}
        told |= {
            "form": row_form(model, *fields, offers={**units, **(offers or {})}, hints=hints),
            "save": save,
        }
    table = Listing(name=f"deliberations_{name}", caption=title, columns=[first, *shown], **listing)
    seen = {"sees": READ, "opens": READ, "edits": (KEEP,), "url": f"deliberations:{name}"}
    made: Register[Any] = Register(
        name=f"deliberations_{name}", title=title, listing=table, **{**seen, **told, **more}
    )
    return declare_register(made)


def one_of(name: str, label: str, rows: Any, field: str) -> Filter[Any]:
    """Return a filter by another row that the viewer may see."""

    def choices(request: ViewerRequest) -> list[tuple[int, str]]:
        return [(row.pk, str(row)) for row in rows(request.viewer)[:200]]

    return Filter(name, label, lambda found, pk: found.filter(**{field: whole(pk) or 0}), choices)


def step(code: str, label: str, do: Any, said: Any, *states: str, **more: Any) -> Act[Any]:
    """Return an act that hands the form's values to a service and applies in some states."""

    def run(actor: Viewer, row: Any, data: dict[str, Any], now: Any) -> str:
        made = do(actor=actor, row=row, now=now, **data)
        return str(said(made)) if callable(said) else str(said)

    if states:
        more.setdefault("applies", lambda viewer, row: row.state in states)
    return Act(code, label, run, **more)


def whole_form(do: Any) -> Any:
    """Return a service that takes the form's values as one."""
    return lambda *, actor, row, now, **data: do(actor=actor, row=row, values=data, now=now)
