"""Writing stamped rows: COPY on PostgreSQL, `executemany` on SQLite; the tables' triggers stay in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from qiying.config.loading.stamping import Stamped
from qiying.config.loading.stencil import Stencil
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.search.models import SearchEntry


def highest_id(model: type[models.Model]) -> int:
    """Return the highest id of a table, 0 when it is empty."""
    return model._default_manager.aggregate(top=models.Max("pk"))["top"] or 0


def write_copies(stencil: Stencil, copies: Sequence[Stamped]) -> int:
    """Write every row of copies of one stencil; return how many rows."""
    written = 0
    for model, table in stencil.tables.items():
        rows = [row(copy.values) for copy in copies for row in table.rows]
        columns = table.columns
        if model is SearchEntry:
            rows, columns = _with_tokens(rows, columns, copies)
        _insert(model._meta.db_table, columns, rows)
        written += len(rows)
    return written


def _with_tokens(
    rows: list[tuple[Any, ...]], columns: list[str], copies: Sequence[Stamped]
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Put the words a case is found by where this database's index has them (`search.index`)."""
    if connection.vendor == "sqlite":
        tokens = ((c.blanks["search_id"], " ".join(c.tokens)) for c in copies)
        _insert("search_fts", ["rowid", "tokens"], tokens)
        return rows, columns
    lexemes = (" ".join(f"'{t}'" for t in c.tokens) for c in copies)
    return [(*row, words) for row, words in zip(rows, lexemes, strict=True)], [*columns, "tokens"]


def _insert(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{c}"' for c in columns)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write("".join(["\t".join(row) + "\n" for row in rows]))


def ids_taken() -> None:
    """Let the database go on after the ids the loader chose itself."""
    if connection.vendor == "sqlite":
        return  # AUTOINCREMENT goes on after the highest id by itself
    with connection.cursor() as cursor:
        for model in (Case, Intake):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"  # noqa: S608
            )


def analyze() -> None:
    """Let the planner know the tables as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
