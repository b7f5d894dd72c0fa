"""A register declared from its model: columns by field, the form by field, one service that keeps a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import DateField, DateTimeField, ForeignKey

from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.rows import TERM, row_form

OFFERS: dict[str, Any] = {"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)}


def column(model: Any, name: str, **more: Any) -> Column[Any]:
    """Return the column of a model's field: its label, words and way to sort."""
    of = model._meta.get_field(name)
    sort = f"{name}__name" if isinstance(of, ForeignKey) else name
    kind = "date" if isinstance(of, DateField) and not isinstance(of, DateTimeField) else "auto"

    def value(row: Any) -> Any:
        held = getattr(row, f"get_{name}_display")() if of.choices else getattr(row, name)
        return getattr(held, "label", held) if isinstance(of, ForeignKey) else held

    return Column(TERM.get(name, of.verbose_name), value, name, (sort,), **{"kind": kind, **more})


def kept_register(
    place: str,
    name: str,
    title: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    *,
    keep: Callable[..., Any],
    listing: Mapping[str, Any],
    fields: Sequence[str] = (),
    offers: Mapping[str, Any] | None = None,
    hints: Mapping[str, str] | None = None,
    related: Sequence[str] = (),
    **more: Any,
) -> Register[Any]:
    """Declare a register of the viewer's district at `<place>:<name>`: the first column leads to the row.

    Args:
        columns: a field's name or a `Column` each.
        keep: `keep(actor, model, row, values, names, unique, now)` enters or changes a row and returns it.
        fields: those of the form; without any nothing is entered by hand.
        more: what the kit takes besides (`Register`).
    """

    def save(actor: Viewer, row: Any, values: dict[str, Any], now: Any) -> Any:
        given = {"values": values, "names": fields, "unique": more.get("unique", "")}
        return keep(actor=actor, model=model, row=row, now=now, **given)

    def rows(viewer: Viewer, today: Any) -> Any:
        return model.objects.filter(district_id=viewer.district_id or 0).select_related(*related)

    shown = [column(model, c) if isinstance(c, str) else c for c in columns[1:]]
    first = columns[0]
    if isinstance(first, str):
        first = column(model, first, url=lambda row: made.row_url(row))
    noun = more.get("noun", title)
    told: dict[str, Any] = {
        "rows": rows,
        "noun": noun,
        "new_label": f"登记{noun}",
        "subject": lambda r: r.subject,
    }
    if fields:
        told["form"] = row_form(model, *fields, offers={**OFFERS, **(offers or {})}, hints=hints)
        told["save"] = save
    table = Listing(name=f"{place}_{name}", caption=title, columns=[first, *shown], **listing)
    given = {"url": f"{place}:{name}", **told, **more}
    made: Register[Any] = Register(name=f"{place}_{name}", title=title, listing=table, **given)
    return declare_register(made)
