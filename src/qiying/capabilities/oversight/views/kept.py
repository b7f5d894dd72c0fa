"""A register of oversight from its model: the congress keeps it, everybody with oversight reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import DateField, ForeignKey

from qiying.capabilities.oversight.forms.checks import CiteForm
from qiying.capabilities.oversight.selectors.basis import article_choices
from qiying.capabilities.oversight.services.keeping import cite, row_keep
from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.organisations.selectors import people_with_role, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register
from qiying.kernel.registers.rows import row_form

VIEW, KEEP = "oversight.view", "oversight.keep"


def people(viewer: Viewer, today: Any, *roles: str) -> list[tuple[int, str]]:
    """Return the district's people of some roles as choices."""
    units = [pk for pk, _ in unit_choices(viewer.district_id or 0)]
    rows = people_with_role(units, roles, today)
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in rows}.values())


OFFERS: dict[str, Any] = {
    "unit": lambda viewer, today: unit_choices(viewer.district_id or 0),
    "article": article_choices,
}


def column(model: Any, name: str, **more: Any) -> Column[Any]:
    """Return the column of a model's field: its label, words and way to sort."""
    of = model._meta.get_field(name)
    sort = f"{name}__name" if isinstance(of, ForeignKey) else name
    kind = "date" if isinstance(of, DateField) else "auto"

    def value(row: Any) -> Any:
        held = getattr(row, f"get_{name}_display")() if of.choices else getattr(row, name)
        return getattr(held, "label", held) if isinstance(of, ForeignKey) else held

    label = {"valid_from": "从哪天起", "valid_to": "到哪天止"}.get(name, of.verbose_name)
    return Column(label, value, name, (sort,), **{"kind": kind, **more})


def _cite(actor: Viewer, row: Any, data: dict[str, Any], now: Any) -> str:
    made = cite(actor=actor, articles=data["articles"], subject=row.subject, label=str(row), now=now)
    return f"引用了 {len(made)} 条。"


CITES: Act[Any] = Act("cite", "引用条款", _cite, form=CiteForm, submit="引用")


def kept_register(
    name: str,
    title: str,
    model: Any,
    columns: Sequence[str | Column[Any]],
    *,
    fields: Sequence[str] = (),
    offers: Mapping[str, Any] | None = None,
    hints: Mapping[str, str] | None = None,
    related: Sequence[str] = (),
    listing: Mapping[str, Any],
    **more: Any,
) -> Register[Any]:
    """Declare a register of the viewer's district at `oversight:<name>`: the first column leads to the row.

    A column is a field's name or a `Column`; `fields` are those of its form; `more` is the kit's.
    """

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
        "noun": title,
        "new_label": f"登记{title}",
        "subject": lambda row: row.subject,
    }
    if fields:
        told["form"] = row_form(model, *fields, offers={**OFFERS, **(offers or {})}, hints=hints)
        told["save"] = save
    table = Listing(name=f"oversight_{name}", caption=title, columns=[first, *shown], **listing)
    seen = {"sees": (VIEW,), "opens": (VIEW,), "edits": (KEEP,), "url": f"oversight:{name}"}
    made: Register[Any] = Register(
        name=f"oversight_{name}", title=title, listing=table, **{**seen, **told, **more}
    )
    return declare_register(made)
