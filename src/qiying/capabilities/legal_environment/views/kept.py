"""A register of the legal environment from its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import DateField, ForeignKey

from qiying.capabilities.legal_environment.services.keeping import may_keep, row_keep
from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.rows import row_form

OFFERS: dict[str, Any] = {"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)}
TERM = {"valid_from": "从哪天起", "valid_to": "到哪天止"}


def column(model: Any, name: str, **more: Any) -> Column[Any]:
    """Return the column of a model's field: its label, words and way to sort."""
    of = model._meta.get_field(name)
    sort = f"{name}__name" if isinstance(of, ForeignKey) else name

    def value(row: Any) -> Any:
        held = getattr(row, f"get_{name}_display")() if of.choices else getattr(row, name)
        return getattr(held, "label", held) if isinstance(of, ForeignKey) else held

    kind = "date" if isinstance(of, DateField) else "auto"
    return Column(TERM.get(name, of.verbose_name), value, name, (sort,), **{"kind": kind, **more})


def kept_register(
    name: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    *,
    title: str = "",
    fields: Sequence[str] = (),
    offers: Mapping[str, Any] | None = None,
    hints: Mapping[str, str] | None = None,
    related: Sequence[str] = (),
    listing: Mapping[str, Any],
    **more: Any,
) -> Register[Any]:
    """Declare a register of the viewer's district at `legal:<name>`: the first column leads to the row."""
    noun = str(model._meta.verbose_name)

    def save(actor: Viewer, row: Any, values: dict[str, Any], now: Any) -> Any:
        given = {"values": values, "names": fields, "unique": more.get("unique", "")}
        return row_keep(actor=actor, model=model, row=row, now=now, **given)

    shown = [column(model, c) if isinstance(c, str) else c for c in columns[1:]]
    first = columns[0]
    if isinstance(first, str):
        first = column(model, first, url=lambda row: made.row_url(row))
    told: dict[str, Any] = {
        "rows": lambda viewer, today: model.objects.filter(
            district_id=viewer.district_id or 0
        ).select_related(*related),
        "noun": noun,
        "new_label": f"登记{noun}",
        "subject": lambda row: row.subject,
        "may_touch": may_keep,
        "edits_apart": True,
    }
    if fields:
        told["form"] = row_form(model, *fields, offers={**OFFERS, **(offers or {})}, hints=hints)
        told["save"] = save
    table = Listing(name=f"legal_{name}", caption=title or noun, columns=[first, *shown], **listing)
    made: Register[Any] = Register(
        name=f"legal_{name}", title=title or noun, listing=table, url=f"legal:{name}", **{**told, **more}
    )
    return declare_register(made)
