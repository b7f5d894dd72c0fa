"""What one life left, with blanks where a copy has its own: ids, names, instants, references, hashes.

Texts that are hashed or indexed become formats that `stamping` fills; rows become statements that let the database
itself write all copies of a life from a table of their blanks (`writing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
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
from qiying.kernel.figures.compaction import GROUP
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.search.models import SearchEntry

Blanks = dict[str, str]
Kinds = Sequence[type[models.Model]]
COPIES = "load_copies"
"""The table of the blanks of the copies that are written together."""
FIGURES = "load_figures"
"""The table of what all copies count, added up as they are written: adding up millions of deltas takes long."""
SUMMED = (*GROUP.split(", "), "is_late")
OWN_ID = (Case, Intake, PersonalData)
"""Tables whose ids other rows mention; SQLite's index of words adds those of search entries."""
DATABASE_FILLS = {"recorded_at"}
NUMBERS = re.compile("case|intake|search_id|firm|clerk|(lead|co)(_liaison|_handler)?")
MOMENTS = re.compile(r"t\d+")
NULLS = ("NULL", "CAST(NULL ")
MANY, MOST = 5, 120
"""From so many blanks in a text on SQLite's `printf` is quicker; it takes no more than so many."""
SEARCHED = {"id": "search_id", "plain": "search_plain"}


def asker_blanks(asker: Asker) -> Blanks:
    """Return what a copy says of its asker."""
    ids = {"firm": str(asker.enterprise_id), "clerk": str(asker.clerk_id)}
    return _with_ascii(ids | {"firm_name": asker.enterprise_name, "clerk_name": asker.clerk_name})


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
    if connection.vendor != "sqlite":
        return blanks
    return blanks | {f"{k}_a": json.dumps(v)[1:-1] for k, v in blanks.items()}


@dataclass(frozen=True)
class Share:
    """What one connection writes: the statements make all its rows of `COPIES`, which has these blanks."""

    columns: tuple[str, ...]
    statements: tuple[str, ...]


class Stencil:
    """A recording with blanks, for connections that write so many kinds each; the first counts too."""

    def __init__(self, recording: Recording, shares: Sequence[Kinds]) -> None:
        self.instants = recording.instants
        self.is_sqlite = connection.vendor == "sqlite"
        self._known = _stand_in_blanks(recording)
        self._pattern = re.compile("|".join(sorted(map(re.escape, self._known), key=len, reverse=True)))
        self._used: dict[str, None] = {}
        self.personal: list[tuple[str, int]] = []
        for k, row in enumerate(recording.rows[PersonalData]):
            self.personal.append((self._format(row.value), recording.instants.index(row.stored_at)))
            assert self._known[row.ref] == f"r{k}"
        self.events = [
            (self._format(event_text(recording.number, e)), f"h{e.seq}") for e in recording.rows[CaseEvent]
        ]
        self.search_text = self._format(recording.rows[SearchEntry][0].text)
        self.rows = sum(map(len, recording.rows.values()))
        self.shares = [self._share(recording, kinds, is_first=not n) for n, kinds in enumerate(shares)]

    def _share(self, recording: Recording, kinds: Kinds, *, is_first: bool) -> Share:
        self._used.clear()
        statements = [self._insert(kind, recording.rows[kind]) for kind in kinds if recording.rows[kind]]
        if is_first and recording.rows[FigureDelta]:
            statements.append(self._sums(recording.rows[FigureDelta]))
        if is_first and self.is_sqlite:
            named = f"{self._blank('search_id')}, {self._blank('tokens')}"
            statements.append(f"INSERT INTO search_fts (rowid, tokens) SELECT {named} FROM {COPIES} c")  # noqa: S608
        return Share(tuple(self._used), tuple(statements))

    def _format(self, text: str) -> str:
        """Return a text as a `%` format of the blanks in it."""
        return self._pattern.sub(lambda m: f"%({self._known[m[0]]})s", text.replace("%", "%%"))

    def _blank(self, name: str) -> str:
        self._used[name] = None
        return f'c."{name}"'

    def _insert(self, model: type[models.Model], rows: Sequence[Any]) -> str:
        """Return the statement that writes these rows for each copy, one copy after the other."""
        own = (*OWN_ID, SearchEntry) if self.is_sqlite else OWN_ID
        fields = [
            f
            for f in model._meta.concrete_fields
            if f.name not in DATABASE_FILLS and (not f.primary_key or model in own)
        ]
        names, columns, lines = [], [], [[str(n)] for n in range(len(rows))]
        for f in fields:
            cells = [self._cell(model, f, row) for row in rows]
            names.append(f'"{f.column}"')
            columns.append(_column(cells, lines))
        if model is SearchEntry and not self.is_sqlite:
            names.append("tokens")
            columns.append(f"CAST({self._blank('tokens')} AS tsvector)")
        first, told = "", ""
        if len(rows) > 1:
            values = ", ".join(f"({', '.join(line)})" for line in lines)
            told = f" CROSS JOIN (VALUES {values}) AS r"
            if not self.is_sqlite:
                # told of each copy, or PostgreSQL might write a row of every copy after the other
                first = f"WITH lines AS MATERIALIZED (VALUES {values}) "
                each = f"{self._blank('case')} IS NOT NULL"
                told = f" CROSS JOIN LATERAL (SELECT * FROM lines WHERE {each} OFFSET 0) AS r"  # noqa: S608
        return (
            f"{first}INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(columns)} "  # noqa: S608
            f"FROM {COPIES} c{told}"
        )

    def _sums(self, rows: Sequence[Any]) -> str:
        """Return the statement that adds up what these rows count, each unit's copies at once, into `FIGURES`."""
        lines = [[str(n)] for n in range(len(rows))]
        names = [*SUMMED, "value"]
        fields = [FigureDelta._meta.get_field(name) for name in names]
        columns = [_column([self._cell(FigureDelta, f, row) for row in rows], lines) for f in fields]
        used = ", ".join(dict.fromkeys(re.findall(r'c\.("\w+")', " ".join(columns))))
        copies = (
            f"SELECT COUNT(*) AS copies{used and ', ' + used} FROM {COPIES}{used and ' GROUP BY ' + used}"  # noqa: S608
        )
        values = ", ".join(f"({', '.join(line)})" for line in lines)
        keys = ", ".join(str(n) for n in range(1, len(names)))
        return (
            f"INSERT INTO {FIGURES} SELECT {', '.join(columns[:-1])}, SUM({columns[-1]} * c.copies) "  # noqa: S608
            f"FROM ({copies}) c CROSS JOIN (VALUES {values}) AS r GROUP BY {keys}"
        )

    def _cell(self, model: type[models.Model], f: Any, row: Any) -> str:
        """Return what a row has in a column, as SQL."""
        if model is SearchEntry and f.name in SEARCHED:
            return self._blank(SEARCHED[f.name])
        value = getattr(row, f.attname)
        text = _text(f, value)
        if text is None:
            return self._typed(f, "NULL")
        if self._pattern.search(text):
            ending = "_a" if isinstance(f, models.JSONField) and self.is_sqlite else ""
            return self._typed(f, self._joined(list(self._pieces(text, ending))))
        if not self.is_sqlite or isinstance(f, models.JSONField) or isinstance(value, datetime):
            return self._typed(f, _quoted(text))
        plain = f.get_db_prep_save(value, connection)
        return (
            repr(int(plain) if isinstance(plain, bool) else plain)
            if isinstance(plain, int)
            else _quoted(text)
        )

    def _pieces(self, text: str, ending: str) -> Iterator[str]:
        done = 0
        for found in self._pattern.finditer(text):
            if found.start() > done:
                yield _quoted(text[done : found.start()])
            blank = self._blank(self._known[found[0]] + ending)
            alone = found[0] == text
            yield blank if alone or self.is_sqlite else f"CAST({blank} AS text)"
            done = found.end()
        if done < len(text):
            yield _quoted(text[done:])

    def _joined(self, pieces: list[str]) -> str:
        """Return pieces of SQL as one text; joining many one after the other copies what is joined each time."""
        blanks = [piece for piece in pieces if not piece.startswith("'")]
        if not self.is_sqlite or not MANY <= len(blanks) <= MOST:
            return " || ".join(pieces)
        told = "".join(piece[1:-1].replace("%", "%%") if piece.startswith("'") else "%s" for piece in pieces)
        return f"printf('{told}', {', '.join(blanks)})"

    def _typed(self, f: Any, expression: str) -> str:
        """Let PostgreSQL read a text as its column's type; SQLite's columns do so themselves."""
        kind = _kind(f)
        if self.is_sqlite or kind.startswith(("varchar", "text")):
            return expression
        return f"CAST({expression} AS {kind})"


def _stand_in_blanks(recording: Recording) -> dict[str, str]:
    """Return by each text that stands in for a copy's own which blank it is."""
    people: People = STAND_INS
    named = (
        asker_blanks(people.asker)
        | team_blanks(people.lead, "lead")
        | team_blanks(people.co, "co")
        | words_blanks(STAND_IN_WORDS.title, STAND_IN_WORDS.text)
        | contact_blanks(STAND_IN_WORDS.contact_name, STAND_IN_WORDS.contact_phone)
        | instant_blanks(recording.instants, 0)
    )
    known = {v: k for k, v in named.items() if not k.endswith("_a") and not k.startswith("x")}
    known |= {str(CASE_ID): "case", str(INTAKE_ID): "intake", STAND_IN_WORDS.suffix: "suffix"}
    for k, row in enumerate(recording.rows[PersonalData]):
        known |= {row.ref: f"r{k}", row.salt: f"s{k}", row.commitment: f"c{k}"}
    return known | {e.hash: f"h{e.seq}" for e in recording.rows[CaseEvent]}


@cache
def _kind(f: Any) -> str:
    found: str = f.db_type(connection)
    return found


def blank_type(name: str) -> str:
    """Return the type PostgreSQL keeps a blank in: what many rows take is read once."""
    if NUMBERS.fullmatch(name):
        return "bigint"
    return "timestamptz" if MOMENTS.fullmatch(name) else "text"


def _column(cells: list[str], lines: list[list[str]]) -> str:
    """Return a column over all rows: one expression, a value told by the row's line, or a case of the row's number."""
    if len(set(cells)) == 1:
        return cells[0]
    if not any('c."' in cell for cell in cells):
        for line, cell in zip(lines, cells, strict=True):
            line.append(cell)
        return f"r.column{len(lines[0])}"
    whens = " ".join(f"WHEN {n} THEN {cell}" for n, cell in enumerate(cells) if not cell.startswith(NULLS))
    return f"CASE r.column1 {whens} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _text(f: Any, value: Any) -> str | None:
    """Return a column's value as text of the form this database takes."""
    if value is None:
        return None
    if isinstance(f, models.JSONField):
        return json.dumps(value, cls=f.encoder, ensure_ascii=connection.vendor == "sqlite")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" + (f".{value.microsecond:06}" if value.microsecond else "")
    return str(f.get_db_prep_save(value, connection))
