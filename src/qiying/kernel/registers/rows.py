"""Rows of a register written from their model: what a field is called, holds and offers is said there once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

from django import forms
from django.db.models import BooleanField, DateField, Field, IntegerField, Model

from qiying.kernel.organisations.forms import NONE
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import MakeForm
from qiying.ui.given import day_input

M = TypeVar("M", bound=Model)
Offered: TypeAlias = Callable[[Viewer, date], Sequence[tuple[Any, str]]]
Made: TypeAlias = Callable[[Viewer, Any], forms.Field]
DAY = day_input()
MOST = 10_000_000
TERM = {"valid_from": "从哪天起", "valid_to": "到哪天止"}


def row_form(
    model: type[Model],
    *names: str,
    offers: Mapping[str, Offered] | None = None,
    fields: Mapping[str, Made] | None = None,
    hints: Mapping[str, str] | None = None,
    once: Sequence[str] = (),
) -> MakeForm:
    """Return what makes the form of a row from fields of its model.

    Args:
        offers: what may be chosen where another row is named, for somebody on a day.
        fields: fields of one's own, made for who asks and the row.
        hints: what stands below a field.
        once: what is said of a new row and stands from then on.
    """
    offered, own, told = offers or {}, fields or {}, hints or {}

    def make(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
        start = {"valid_from": today} if row is None else {n: _standing(row, n) for n in names}
        form = forms.Form(data, initial=start)
        for name in names if row is None else [n for n in names if n not in once]:
            if name in own:
                form.fields[name] = own[name](viewer, row)
                continue
            choices = offered[name](viewer, today) if name in offered else None
            form.fields[name] = _field(model._meta.get_field(name), choices)  # type: ignore[arg-type]
            form.fields[name].help_text = told.get(name, form.fields[name].help_text)
        return form

    return make


def _standing(row: Model, name: str) -> Any:
    of = next((f for f in row._meta.get_fields() if f.name == name), None)
    if of is None:
        return None
    return [one.pk for one in getattr(row, name).all()] if of.many_to_many else of.value_from_object(row)  # type: ignore[union-attr]


def _field(of: Field[Any, Any], choices: Sequence[tuple[Any, str]] | None) -> forms.Field:
    # of a box, needed would mean that it has to be ticked
    is_needed = not (of.blank or of.null or isinstance(of, BooleanField))
    label = TERM.get(of.name, of.verbose_name)
    common: dict[str, Any] = {"label": label, "required": is_needed, "help_text": of.help_text}
    if of.many_to_many:
        return forms.TypedMultipleChoiceField(
            **{**common, "required": False}, coerce=int, choices=choices or ()
        )
    if choices is not None:
        first = NONE if is_needed else ("", "不选")
        return forms.TypedChoiceField(**common, coerce=int, empty_value=None, choices=[first, *choices])
    if of.choices:
        return forms.ChoiceField(**common, choices=list(of.choices))
    if isinstance(of, DateField):
        return forms.DateField(**common, widget=DAY)
    if isinstance(of, IntegerField):
        start = of.default if of.has_default() else None
        return forms.IntegerField(**common, min_value=0, max_value=MOST, initial=start)
    made = of.formfield(**common)
    assert made is not None
    return made


def row_filled(row: M, values: Mapping[str, Any], *names: str) -> M:
    """Return a row with the values of some fields, another row given as itself or by its id, never many."""
    for name in names:
        of = row._meta.get_field(name)
        for given in (name, getattr(of, "attname", name)):
            if given in values and not of.many_to_many:
                is_id = of.is_relation and not isinstance(values[given], Model)
                setattr(row, of.attname if is_id else name, values[given])  # type: ignore[union-attr]
    return row


def row_faults(row: Model, *, unique: str = "name") -> dict[str, list[str]]:
    """Say what is wrong with any row: a name taken in its district, days out of order, anything of another district."""
    found: dict[str, list[str]] = {}
    kin = type(row)._default_manager.filter(district=row.district_id)  # type: ignore[attr-defined]
    if unique and kin.filter(**{unique: getattr(row, unique)}).exclude(pk=row.pk).exists():
        found[unique] = [f"已经有“{getattr(row, unique)}”，请换一个"]
    valid_from = getattr(row, "valid_from", None)
    if valid_from and getattr(row, "valid_to", None) and row.valid_to < valid_from:  # type: ignore[attr-defined]
        found["valid_to"] = ["止不能早于起"]
    for of in row._meta.concrete_fields:
        if of.related_model is not None and of.name != "district" and getattr(row, of.attname) is not None:
            near = [f.name for f in of.related_model._meta.concrete_fields if f.name == "district"]
            rows = of.related_model._default_manager.filter(pk=getattr(row, of.attname))
            if near and not rows.filter(district=row.district_id).exists():  # type: ignore[attr-defined]
                found[of.name] = [f"本区没有这个{of.verbose_name}"]
    return found
