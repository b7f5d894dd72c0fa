"""A register's form as the columns of a table, and what stands in a table as the data of its form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms

from qiying.kernel.tables.cells import clean_text, said
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.names import NameIndex
from qiying.kernel.tables.spec import Field, Spec

_BETWEEN = re.compile(r"[、,，;；]+")


def spec_of(name: str, title: str, form: forms.Form) -> Spec:
    """Return the table whose columns are the form's fields."""
    return Spec(f"register_{name}", title, tuple(_column(key, one) for key, one in form.fields.items()))


def _column(key: str, one: forms.Field) -> Field:
    kind: Any = "date" if isinstance(one, forms.DateField) else "text"
    return Field(
        key,
        str(one.label),
        kind=kind,
        is_required=one.required,
        note=str(one.help_text),
        choices=tuple(labels(one)),
    )


def labels(one: forms.Field) -> dict[str, Any]:
    """Return the words a field offers, each with the value behind it."""
    if isinstance(one, forms.BooleanField):
        return {"是": "on", "否": ""}
    if not isinstance(one, forms.ChoiceField):
        return {}
    offered: Iterable[tuple[Any, Any]] = one.choices  # type: ignore[assignment]
    return {str(label): value for value, label in offered if value not in ("", None)}


def posted(form: forms.Form, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a table's row as the form's data, and what cannot be read, one sentence a field."""
    data: dict[str, Any] = {}
    problems: list[str] = []
    for key, one in form.fields.items():
        text = said(values.get(key))
        offered = labels(one)
        if not text:
            continue
        if isinstance(one, forms.DateField):
            try:
                data[key] = read_day(values.get(key), None).isoformat()
            except ValueError as reason:
                problems.append(f"{one.label}{reason}")
        elif isinstance(one, forms.BooleanField):
            data[key] = "" if text in ("否", "停用", "不", "0", "×") else "on"
        elif offered:
            names = list(offered)
            index = NameIndex(((n, w, "") for n, w in enumerate(names)), by_part=True)
            is_many = isinstance(one, forms.MultipleChoiceField)
            words = [w for w in _BETWEEN.split(text) if w] if is_many else [text]
            found = [(word, index.find(word)) for word in words]
            problems += [
                f"{one.label}“{word[:20]}”不在可选的里面，可以写：{'、'.join(names[:6])}"
                for word, number in found
                if number is None
            ]
            values_found = [offered[names[number]] for _, number in found if number is not None]
            if values_found:
                data[key] = values_found if is_many else values_found[0]
        else:
            data[key] = clean_text(values.get(key))
    return data, problems


def kept(form: forms.Form) -> dict[str, Any]:
    """Return what a row's form starts with as data that can be stored and posted again."""
    found: dict[str, Any] = {}
    for key in form.fields:
        value = form.get_initial_for_field(form.fields[key], key)
        if isinstance(value, (date, datetime)):
            value = value.isoformat()[:10]
        if value not in (None, False, ""):
            found[key] = "on" if value is True else value
    return found
