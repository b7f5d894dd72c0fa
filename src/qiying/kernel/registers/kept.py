"""A register declared from its model: columns by field, the form by field, one service that keeps a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import DateField, DateTimeField, ForeignKey

from qiying.kernel.organisations.listing import Column, Listing, search
from qiying.kernel.organisations.selectors import people_choices, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.rows import TERM, row_form
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act

OFFERS: dict[str, Any] = {
    "unit": lambda viewer, today: unit_choices(viewer.district_id or 0),
    "person": lambda viewer, today: people_choices(viewer.district_id or 0, today),
}
"""What may be chosen in fields of these names where a register says nothing else."""


def column(model: Any, name: str, **more: Any) -> Column[Any]:
    """Return the column of a model's field: its label, words and way to sort."""
    of = model._meta.get_field(name)
    sort = f"{name}__name" if isinstance(of, ForeignKey) else name
    kind = "date" if isinstance(of, DateField) and not isinstance(of, DateTimeField) else "auto"

    def value(row: Any) -> Any:
        held = getattr(row, f"get_{name}_display")() if of.choices else getattr(row, name)
        return str(getattr(held, "label", held)) if held is not None and isinstance(of, ForeignKey) else held

    return Column(TERM.get(name, of.verbose_name), value, name, (sort,), **{"kind": kind, **more})


def dated(ends: Callable[..., Any]) -> dict[str, Any]:
    """Return how rows of a register are ended: by an act on a day, and an imported one undone at its first."""

    def undo(actor: Viewer, row: Any, now: Any) -> None:
        ends(actor=actor, row=row, on=row.valid_from, reason="撤回导入", now=now)

    def end(actor: Viewer, row: Any, on: Any, reason: str, now: Any) -> None:
        ends(actor=actor, row=row, on=on, reason=reason, now=now)

    return {"end": undo, "acts": (end_act(end),)}


def kept_register(
    place: str,
    name: str,
    title: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    *,
    keep: Callable[..., Any] | None = None,
    listing: Mapping[str, Any],
    fields: Sequence[str] = (),
    offers: Mapping[str, Any] | None = None,
    hints: Mapping[str, str] | None = None,
    related: Sequence[str] = (),
    found: Sequence[str] = (),
    ends: Callable[..., Any] | None = None,
    code: str = "",
    **more: Any,
) -> Register[Any]:
    """Declare a register of the viewer's district at `<place>:<name>`: the first column leads to the row.

    Args:
        columns: a field's name or a `Column` each.
        keep: `keep(actor, model, row, values, names, unique, now)` enters or changes a row and returns it; needless
            where nothing is entered or a `save` of one's own is.
        fields: those of the form; without any nothing is entered by hand.
        found: fields in which typed words are looked for.
        ends: `ends(*, actor, row, on, reason, now)`: rows hold from a day to a day; an imported one ends at its first.
        code: what the register is called by lists, exports and the API; `<place>_<name>` where nothing is said.
        more: what the kit takes besides (`Register`).
    """

    def save(actor: Viewer, row: Any, values: dict[str, Any], now: Any) -> Any:
        assert keep is not None
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
    }
    if keep:
        told["save"] = save
    if fields:
        told["form"] = row_form(model, *fields, offers={**OFFERS, **(offers or {})}, hints=hints)
    narrows: dict[str, Any] = {"filters": [search(first.label, *found)]} if found else {}
    if ends:
        shown += TERM_COLUMNS
        narrows["tabs"] = TERM_TABS
        told |= dated(ends)
    code = code or f"{place}_{name}"
    table = Listing(columns=[first, *shown], **{**narrows, **listing})
    given = {"url": f"{place}:{name}", **told, **more}
    made: Register[Any] = Register(name=code, title=title, listing=table, **given)
    return declare_register(made)
