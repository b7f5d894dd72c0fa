"""Ids in rows and events as the names people know, looked up in two queries for a whole page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import face_of, source
from qiying.kernel.cases.models import Supervision
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Procedure
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Person, Unit
from qiying.ui.humanize import number_said

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Names:
    """Units, people and enterprises by id."""

    def __init__(
        self,
        units: Mapping[int, Unit],
        people: Mapping[int, str],
        enterprises: Mapping[int, Enterprise] | None = None,
    ) -> None:
        self.units = units
        self.people = people
        self.enterprises = enterprises or {}

    def party(self, key: str) -> str:
        """Return the short name of the unit or enterprise behind a party key, empty for anybody else."""
        kind, _, number = key.partition(":")
        if kind == "u":
            return self.unit(int(number))
        found = self.enterprises.get(int(number)) if kind == "e" else None
        return found.label if found else ""

    def unit(self, unit_id: int | None) -> str:
        """Return a unit's short name, empty for None."""
        found = self.units.get(unit_id) if unit_id else None
        return found.label if found else ("" if unit_id is None else "（单位已撤）")

    def person(self, person_id: int | None) -> str:
        return self.people.get(person_id, "") if person_id else ""


def names_for(
    units: Iterable[int],
    people: Iterable[int],
    known: Iterable[Unit] = (),
    firms: Iterable[int] = (),
    known_firms: Iterable[Enterprise] = (),
) -> Names:
    """Look up names; what is already loaded is not asked again. At most three queries."""
    found = {u.pk: u for u in known}
    missing = set(units) - set(found)
    if missing:
        rows = Unit.objects.filter(pk__in=missing).only("id", "name", "short_name")
        found |= {u.pk: u for u in rows}
    wanted = set(people)
    named = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    known_by_id = {e.pk: e for e in known_firms}
    others = set(firms) - set(known_by_id)
    if others:
        known_by_id |= {
            e.pk: e for e in Enterprise.objects.filter(pk__in=others).only("id", "name", "short_name")
        }
    return Names(found, named, known_by_id)


def ids_in(action: Action | None, given: Mapping[str, Any]) -> tuple[set[int], set[int], set[int]]:
    """Return the unit ids, person ids and, where a sentence says them, enterprise ids that an input mentions."""
    units: set[int] = set()
    people: set[int] = set()
    firms: set[int] = set()
    sentence = action.sentence if action is not None else ""
    for name, value in given.items():
        kind = _kind(action, name)
        ids = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, int)]
        if kind == "unit":
            units.update(ids)
        elif kind == "person":
            people.update(ids)
        elif kind == "enterprise" and f"{{{name}}}" in sentence:
            firms.update(ids)
    return units, people, firms


def field_extra(action: Action | None, name: str) -> dict[str, Any]:
    """Return what an input's field declares (widget, choices, source …); empty for an unknown field."""
    if action is None or name not in action.input.model_fields:
        return {}
    extra = action.input.model_fields[name].json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def _kind(action: Action | None, name: str) -> str:
    found = source(str(field_extra(action, name).get("source", "")))
    return found.kind if found else ""


def words_of(context: CaseContext, action: Action | None, name: str, value: Any, names: Names) -> str:
    """Return one input value as a person reads it: names for ids, labels for codes."""
    if isinstance(value, list):
        return "、".join(w for w in (words_of(context, action, name, v, names) for v in value) if w)
    extra = field_extra(action, name)
    choices = extra.get("choices") or {}
    if str(value) in choices:
        return str(choices[str(value)])
    if isinstance(value, bool):
        return "是" if value else ""
    found = source(str(extra.get("source", "")))
    if found and found.kind == "unit" and isinstance(value, int):
        return names.unit(value)
    if found and found.kind == "person" and isinstance(value, int):
        return names.person(value)
    if found and found.kind == "enterprise" and isinstance(value, int):
        return names.party(f"e:{value}")
    if found and found.labels:
        return str(found.labels(context.case.district_id).get(str(value), value))
    if action is not None and not action.is_manual and value in Supervision.Kind.values:
        return str(Supervision.Kind(value).label)
    if isinstance(value, int):
        return number_said(value)
    if isinstance(value, str) and action is not None and Decimal in _types(action.input, name):
        return number_said(Decimal(value)) if _NUMBER.fullmatch(value) else value
    return "" if value is None else str(value)


@cache
def _types(model: type[BaseModel], name: str) -> frozenset[Any]:
    """Return what a field may hold; a decimal number is stored as its text."""
    info = model.model_fields.get(name)
    annotation = info.annotation if info else None
    return frozenset({annotation, *get_args(annotation)})


def field_labels(procedure: str, name: str) -> dict[str, str]:
    """Return the labels of a field's fixed choices, wherever an action of the procedure declares them."""
    try:
        machine = PROCEDURES.latest(procedure)
    except KeyError:
        return {}
    of, labels = _labels.get((procedure, name), (None, {}))
    if of is not machine:  # asked for every row of a list
        labels = _labels_of(machine, name)
        _labels[procedure, name] = machine, labels
    return labels


_labels: dict[tuple[str, str], tuple[Procedure, dict[str, str]]] = {}


def _labels_of(machine: Procedure, name: str) -> dict[str, str]:
    for action in machine.actions:
        choices = field_extra(action, name).get("choices")
        if choices and "" not in choices:
            return {str(k): str(v) for k, v in choices.items()}
    return {}


def label(procedure: str, name: str, value: str) -> str:
    """Return the label of a case's code (its level, its kind), or the code itself."""
    return field_labels(procedure, name).get(value, value)


def categories_named(district_id: int, procedure: str) -> dict[str, str]:
    """Return a procedure's categories as its capability names them."""
    found = source(face_of(procedure).categories)
    return dict(found.labels(district_id)) if found is not None and found.labels is not None else {}


def category_label(district_id: int, code: str, procedure: str = "") -> str:
    """Return a category's name as the procedure's capability knows it."""
    found = source(face_of(procedure).categories)
    if not code or found is None or found.labels is None:
        return code
    return found.labels(district_id).get(code, code)
