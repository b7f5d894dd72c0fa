"""Statements kept ready: inserts and updates whose text is built once for each table (reads: `permissions/kept.py`).

An act writes some twenty rows. Django builds the text of each statement anew, which costs five times what the database
needs to run it, while the case is locked. Rows, converters and checks stay Django's; only the text is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import DatabaseDefault

MOST_PARAMETERS = 900  # SQLite built with its old limit takes 999
MOMENTS: dict[type, type] = {models.DateTimeField: datetime, models.DateField: date}


def rows_insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new rows of one model and give them their keys; fields left to the database's default stay so.

    With `ignore_conflicts` rows that are there already are passed over, and no row learns its key.
    """
    if not rows:
        return
    fields = _insertable(rows[0])
    together = max(1, MOST_PARAMETERS // max(1, len(fields)))
    for start in range(0, len(rows), together):
        _insert(rows[start : start + together], fields, ignore_conflicts)


def row_insert(row: models.Model) -> None:
    """Insert one new row and give it its key."""
    rows_insert([row])


def row_update(row: models.Model, names: Iterable[str]) -> None:
    """Write some fields of one row by its key, as `save(update_fields=…)` does."""
    rows_update([row], names)


def rows_update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write some fields, the same in all of these rows of one model, in one statement."""
    model = type(rows[0])
    fields = _fields(model, tuple(sorted(names)))
    here = connections[DEFAULT_DB_ALIAS]  # itself: its proxy looks it up at each of a field's many questions
    values = _prepared(rows[:1], fields, here, adds=False)
    keys = [row._meta.pk.get_db_prep_value(row.pk, here) for row in rows]
    with here.cursor() as cursor:
        cursor.execute(_update_text(model, tuple(f.column for f in fields), len(rows)), [*values, *keys])
        if cursor.rowcount != len(rows):
            raise models.ObjectDoesNotExist(f"{rows!r} are not all stored")


def _insertable(row: models.Model) -> tuple[Any, ...]:
    """Return the fields that carry a value: not the key the database draws, not what it has a default for."""
    given = row.__dict__
    drawn = row.pk is None
    return tuple(
        f
        for f, name, draws in _stored(type(row))
        if not (draws and drawn) and given.get(name).__class__ is not DatabaseDefault
    )


@cache
def _stored(model: type[models.Model]) -> tuple[tuple[Any, str, bool], ...]:
    """Return the fields a row is stored in, their attributes, and whether the database draws them."""
    return tuple(
        (f, f.attname, f.primary_key and f.get_internal_type().endswith("AutoField"))
        for f in model._meta.concrete_fields
        if not f.generated
    )


def _prepared(rows: Sequence[models.Model], fields: tuple[Any, ...], here: Any, *, adds: bool) -> list[Any]:
    """Return what these fields of the rows are stored as; most values are stored as they are, and are not asked."""
    how = _asked(type(rows[0]), tuple(f.attname for f in fields), here.vendor)
    values = []
    for row in rows:
        for f, name, as_is, moment in how:
            value = getattr(row, name) if as_is else f.pre_save(row, adds)
            if value.__class__ not in as_is:
                kept = value.__class__ is moment
                value = _moment(moment, value, here.alias) if kept else f.get_db_prep_save(value, here)
            values.append(value)
    return values


@cache
def _asked(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[tuple[Any, str, frozenset[type], type | None], ...]:
    """Return per field: itself, its attribute, the types of value that are stored as they are, and the moment's."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return tuple((f, f.attname, _as_is(f, vendor), MOMENTS.get(type(f))) for f in fields)


@lru_cache(maxsize=1024)
def _moment(kind: type, value: date, alias: str) -> Any:
    """Return how a day or an instant is stored: one act writes the same one in twenty rows."""
    field: Any = models.DateTimeField() if kind is datetime else models.DateField()
    return field.get_db_prep_save(value, connections[alias])


def _as_is(field: Any, vendor: str) -> frozenset[type]:
    target: Any = field.target_field if isinstance(field, models.ForeignKey) else field
    kind, nothing = type(target), type(None)
    if kind in {models.CharField, models.TextField}:
        return frozenset({str, nothing})
    if kind is models.BooleanField:
        return frozenset({bool, nothing})
    if kind in MOMENTS and not (target.auto_now or target.auto_now_add):  # those are set when they are stored
        return frozenset({nothing})
    # PostgreSQL is told the width of a whole number, a key's excepted
    if isinstance(target, models.AutoField if vendor == "postgresql" else models.IntegerField):
        return frozenset({int, nothing})
    return frozenset()


def _insert(rows: Sequence[models.Model], fields: tuple[Any, ...], ignore_conflicts: bool) -> None:
    here = connections[DEFAULT_DB_ALIAS]
    values = _prepared(rows, fields, here, adds=True)
    model = type(rows[0])
    with here.cursor() as cursor:
        cursor.execute(
            _insert_text(model, tuple(f.column for f in fields), len(rows), ignore_conflicts), values
        )
        if ignore_conflicts:
            return
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = here.alias


_do_insert: Any = vars(models.Model)["_do_insert"]


def _do_insert_kept(row: Any, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
    """Insert what `save` stores, as Django does; itself does it where more than values and a key is asked for."""
    model: Any = type(row)
    if (
        not raw
        and using == DEFAULT_DB_ALIAS
        and model is manager.model
        and returning_fields == [model._meta.pk]
    ):
        here = connections[using]
        values = _prepared([row], tuple(fields), here, adds=True)
        if not any(hasattr(value, "as_sql") for value in values):
            with here.cursor() as cursor:
                cursor.execute(_insert_text(model, tuple([f.column for f in fields]), 1, False), values)
                return cursor.fetchall()
    return _do_insert(row, manager, using, fields, returning_fields, raw)


_do_update: Any = vars(models.Model)["_do_update"]


def _do_update_kept(
    row: Any, base_qs: Any, using: str, pk_val: Any, values: Any, update_fields: Any, forced_update: bool
) -> Any:
    """Write what `save` stores of a row that is there; Django itself does it where more than values is written."""
    model: Any = base_qs.model
    meta = model._meta
    if (
        values
        and using == DEFAULT_DB_ALIAS
        and not (meta.select_on_save or meta.parents or base_qs.query.where)
    ):
        here = connections[using]
        kept = _written(model, values, here)
        if kept is not None:
            text = _update_text(model, tuple([f.column for f, _, _ in values]), 1)
            with here.cursor() as cursor:
                cursor.execute(text, [*kept, meta.pk.get_db_prep_value(pk_val, here)])
                return cursor.rowcount > 0
    return _do_update(row, base_qs, using, pk_val, values, update_fields, forced_update)


def _written(model: Any, values: Any, here: Any) -> list[Any] | None:
    """Return what these values of fields are stored as; None where one is no value but an expression or a row."""
    kept = []
    how = _asked(model, tuple([f.attname for f, _, _ in values]), here.vendor)
    for (f, _, as_is, moment), (_, _, value) in zip(how, values, strict=True):
        if value.__class__ not in as_is:
            if (
                hasattr(f, "get_placeholder")
                or hasattr(value, "resolve_expression")
                or hasattr(value, "_meta")
            ):
                return None
            is_moment = value.__class__ is moment
            value = _moment(moment, value, here.alias) if is_moment else f.get_db_prep_save(value, here)
            if hasattr(value, "as_sql"):
                return None
        kept.append(value)
    return kept


def saves_kept() -> None:
    """Let every `save` use a kept text, from now on."""
    models.Model._do_insert = _do_insert_kept  # type: ignore[attr-defined]
    models.Model._do_update = _do_update_kept  # type: ignore[assignment, method-assign]


@cache
def _insert_text(
    model: type[models.Model], columns: tuple[str, ...], count: int, ignore_conflicts: bool
) -> str:
    names = ", ".join(f'"{c}"' for c in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    table, key = model._meta.db_table, model._meta.pk.column
    last = "ON CONFLICT DO NOTHING" if ignore_conflicts else f'RETURNING "{key}"'
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([one] * count)} {last}'  # noqa: S608


@cache
def _update_text(model: type[models.Model], columns: tuple[str, ...], count: int) -> str:
    sets, keys = ", ".join(f'"{c}" = %s' for c in columns), ", ".join(["%s"] * count)
    return f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "{model._meta.pk.column}" IN ({keys})'  # noqa: S608


@cache
def _fields(model: type[models.Model], names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(model._meta.get_field(n) for n in names))
