"""What one life left, with blanks where a copy has its own: ids, names, instants, references, hashes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import connection, models

from qiying.config.loading.ground import Asker, People, Team
from qiying.config.loading.recording import (
    CASE_ID,
    INTAKE_ID,
    STAND_IN_WORDS,
    STAND_INS,
    Recording,
)
from qiying.kernel.audit.models import PersonalData
from qiying.kernel.cases.chain import event_text, instant
from qiying.kernel.cases.models import Case, CaseEvent, Intake
from qiying.kernel.search.models import SearchEntry

Blanks = dict[str, str]
OWN_ID = (Case, Intake, PersonalData)
"""Tables whose ids other rows mention; SQLite's index of words adds those of search entries."""
DATABASE_FILLS = {"recorded_at"}


def asker_blanks(asker: Asker) -> Blanks:
    """Return what a copy says of its asker."""
    return _with_ascii({"firm": str(asker.enterprise_id), "clerk": str(asker.clerk_id)}) | _with_ascii(
        {"firm_name": asker.enterprise_name, "clerk_name": asker.clerk_name}
    )


def team_blanks(team: Team, who: str) -> Blanks:
    """Return what a copy says of a unit and its two people, under the prefix `lead` or `co`."""
    return _with_ascii(
        {
            f"{who}": str(team.unit_id),
            f"{who}_name": team.unit_name,
            f"{who}_liaison": str(team.liaison_id),
            f"{who}_liaison_name": team.liaison_name,
            f"{who}_handler": str(team.handler_id),
            f"{who}_handler_name": team.handler_name,
        }
    )


def people_blanks(people: People) -> Blanks:
    return asker_blanks(people.asker) | team_blanks(people.lead, "lead") | team_blanks(people.co, "co")


def words_blanks(title: str, text: str) -> Blanks:
    """Return what a copy is about."""
    return _with_ascii({"title": title, "text": text})


def contact_blanks(name: str, phone: str) -> Blanks:
    """Return whom a copy names to be called back."""
    return _with_ascii({"contact_name": name, "contact_phone": phone})


def instant_blanks(instants: tuple[datetime, ...], seconds: int) -> Blanks:
    """Return a copy's instants in the forms tables, JSON, chain and references write them."""
    found = {}
    for i, at in enumerate(instants):
        moved = at + timedelta(seconds=seconds)
        micro = instant(moved)
        found[f"t{i}"] = f"{moved:%Y-%m-%d %H:%M:%S}"
        found[f"j{i}"] = micro.replace(".000000Z", "Z")
        found[f"m{i}"] = micro
        found[f"x{i}"] = f"{int(moved.timestamp() * 1000):012x}"
    return _with_ascii(found)


def _with_ascii(blanks: Blanks) -> Blanks:
    """Add each blank as JSON columns of SQLite write it: with escapes for everything beyond ASCII."""
    return blanks | {f"{k}_a": json.dumps(v)[1:-1] for k, v in blanks.items()}


@dataclass
class Table:
    """One table's rows: columns, and per row a function from all values of a copy to the row."""

    columns: list[str]
    rows: list[Callable[[tuple[Any, ...]], tuple[Any, ...]]] = field(default_factory=list)


class Stencil:
    """A recording with blanks; `tables` take the values that `values` makes of a copy's blanks."""

    def __init__(self, recording: Recording) -> None:
        self.instants = recording.instants
        self.events: list[tuple[str, str]] = []
        self.personal: list[tuple[str, int]] = []
        self._known: dict[str, str] = {}
        self._constants: list[Any] = []
        self._places: dict[Any, int] = {}
        self._formats: dict[str, None] = {}
        self._name_blanks(recording)
        self._pattern = re.compile("|".join(sorted(map(re.escape, self._known), key=len, reverse=True)))
        for k, row in enumerate(recording.rows[PersonalData]):
            at = recording.instants.index(row.stored_at)
            self.personal.append((self._blanked(row.value), at))
            assert self._known[row.ref] == f"r{k}"
        for e in recording.rows[CaseEvent]:
            self.events.append((self._blanked(event_text(recording.number, e)), f"h{e.seq}"))
        self.search_text = self._blanked(recording.rows[SearchEntry][0].text)
        drafts = {m: self._draft(m, rows) for m, rows in recording.rows.items() if rows}
        offset = len(self._constants)
        self._format_list = tuple(self._formats)
        places = {f: offset + i for i, f in enumerate(self._format_list)}
        self.tables = {
            m: Table(
                columns, [_getter([v if isinstance(v, int) else places[v] for v in row]) for row in rows]
            )
            for m, (columns, rows) in drafts.items()
        }
        self._head = tuple(self._constants)

    def values(self, blanks: Mapping[str, str]) -> tuple[Any, ...]:
        """Return every value of a copy, in the places the tables' rows take them from."""
        return self._head + tuple([f % blanks for f in self._format_list])

    def _name_blanks(self, recording: Recording) -> None:
        stand_ins = (
            people_blanks(STAND_INS)
            | words_blanks(STAND_IN_WORDS.title, STAND_IN_WORDS.text)
            | contact_blanks(STAND_IN_WORDS.contact_name, STAND_IN_WORDS.contact_phone)
            | instant_blanks(recording.instants, 0)
        )
        self._known = {v: k for k, v in stand_ins.items() if not k.endswith("_a") and not k.startswith("x")}
        self._known |= {str(CASE_ID): "case", str(INTAKE_ID): "intake", STAND_IN_WORDS.suffix: "suffix"}
        for k, row in enumerate(recording.rows[PersonalData]):
            self._known |= {row.ref: f"r{k}", row.salt: f"s{k}", row.commitment: f"c{k}"}
        for e in recording.rows[CaseEvent]:
            self._known[e.hash] = f"h{e.seq}"

    def _blanked(self, text: str, ending: str = "") -> str:
        """Return a text as a `%` format of the blanks in it."""
        escaped = text.replace("%", "%%")
        return self._pattern.sub(lambda m: f"%({self._known[m[0]]}{ending})s", escaped)

    def _draft(self, model: type[models.Model], rows: Any) -> tuple[list[str], list[list[Any]]]:
        own = (*OWN_ID, SearchEntry) if connection.vendor == "sqlite" else OWN_ID
        chosen = [
            f
            for f in model._meta.concrete_fields
            if f.name not in DATABASE_FILLS and (not f.primary_key or model in own)
        ]
        return [str(f.column) for f in chosen], [[self._place(model, f, row) for f in chosen] for row in rows]

    def _place(self, model: type[models.Model], f: Any, row: Any) -> Any:
        """Return the place of a constant, or the format of a column that differs from copy to copy."""
        if model is SearchEntry and f.name in ("id", "plain"):
            return self._format(f"%(search_{f.name})s")
        value = getattr(row, f.attname)
        is_json = isinstance(f, models.JSONField)
        text = _text(f, value)
        if text is not None and self._pattern.search(text):
            ending = "_a" if is_json and connection.vendor == "sqlite" else ""
            return self._format(self._blanked(_copied(text), ending))
        return self._constant(_constant(f, value, text))

    def _format(self, text: str) -> str:
        self._formats[text] = None
        return text

    def _constant(self, value: Any) -> int:
        key = (type(value), value)
        if key not in self._places:
            self._places[key] = len(self._constants)
            self._constants.append(value)
        return self._places[key]


def _getter(places: list[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return itemgetter(*places)


def _text(f: Any, value: Any) -> str | None:
    """Return a column's value as text of the form this database takes."""
    if value is None:
        return None
    if isinstance(f, models.JSONField):
        return json.dumps(value, cls=f.encoder, ensure_ascii=connection.vendor == "sqlite")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" + (f".{value.microsecond:06}" if value.microsecond else "")
    return str(f.get_db_prep_save(value, connection))


def _constant(f: Any, value: Any, text: str | None) -> Any:
    if connection.vendor == "sqlite":
        is_text = isinstance(f, models.JSONField) or isinstance(value, datetime)
        return text if is_text else f.get_db_prep_save(value, connection)
    return "\\N" if text is None else _copied(text)


def _copied(text: str) -> str:
    """Escape a text for COPY on PostgreSQL."""
    if connection.vendor == "sqlite":
        return text
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
