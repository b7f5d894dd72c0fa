"""The full-text index of each database, made by migration 0002: writing an entry, asking for one.

SQLite: FTS5 without positions and with the `ascii` tokenizer, which leaves every non-ASCII character alone
(unicode61 knows Unicode 6.1 only and would split newer ideographs). PostgreSQL: a `tsvector` made from an
array, so no parser and no locale can change a token, and no document is too long for the 16,383 positions
of a phrase. On both the order of pairs is proved on the reduced text.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from qiying.kernel.search.tokens import Term, index_tokens, reduced

_UPSERT = """
INSERT INTO search_searchentry (kind, object_id, district_id, level, text, plain, updated_at{columns})
VALUES (%s, %s, %s, %s, %s, %s, %s{values})
ON CONFLICT (kind, object_id) DO UPDATE SET district_id = excluded.district_id, level = excluded.level,
    text = excluded.text, plain = excluded.plain, updated_at = excluded.updated_at{assign}
RETURNING id
"""
UPSERT_SQLITE = _UPSERT.format(columns="", values="", assign="")
UPSERT_POSTGRES = _UPSERT.format(
    columns=", tokens", values=", array_to_tsvector(%s::text[])", assign=", tokens = excluded.tokens"
)


def write_entry(row: Sequence[Any], plain: str) -> None:
    """Insert or replace one entry (`row` in the order of the upsert) with its tokens: 1–2 statements."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(UPSERT_SQLITE, [*row[:-1], connection.ops.adapt_datetimefield_value(row[-1])])
            entry_id = cursor.fetchone()[0]
            cursor.execute(
                "INSERT OR REPLACE INTO search_fts (rowid, tokens) VALUES (%s, %s)",
                [entry_id, " ".join(index_tokens(plain))],
            )
        else:
            cursor.execute(UPSERT_POSTGRES, [*row, index_tokens(plain)])


@contextmanager
def bulk_loading() -> Iterator[None]:
    """Load many entries at once: PostgreSQL's index is dropped meanwhile and built once at the end."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS search_tokens")
        try:
            yield
        finally:
            cursor.execute("CREATE INDEX search_tokens ON search_searchentry USING gin (tokens)")


def delete_entry(kind: str, object_ids: Sequence[int]) -> None:
    """Delete entries and their tokens."""
    marks = ", ".join(["%s"] * len(object_ids))
    where = f"kind = %s AND object_id IN ({marks})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"DELETE FROM search_fts WHERE rowid IN (SELECT id FROM search_searchentry WHERE {where})",  # noqa: S608
                [kind, *object_ids],
            )
        cursor.execute(f"DELETE FROM search_searchentry WHERE {where}", [kind, *object_ids])  # noqa: S608


def compact() -> None:
    """Rewrite the index so that deleted tokens are gone from the file, not only from the answers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")
        else:
            cursor.execute("SELECT gin_clean_pending_list('search_tokens')")


def match_sql(
    kind: str, terms: Sequence[Term], district_id: int | None, levels: Sequence[str] | None, column: str
) -> tuple[str, list[Any]]:
    """Return a SELECT of `column` (of entry `e`) for all that matches, unordered, with its parameters."""
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        # CROSS JOIN keeps the index the outer loop, so "newest first, limit n" stops early.
        source = "search_fts CROSS JOIN search_searchentry e ON e.id = search_fts.rowid"
        where, params = ["search_fts MATCH %s"], [_fts5_query(terms)]
    else:
        source = "search_searchentry e"
        where, params = ["e.tokens @@ %s::tsquery"], [_tsquery(terms)]
    where.append("e.kind = %s")
    params.append(kind)
    if district_id is not None:
        where.append("e.district_id = %s")
        params.append(district_id)  # type: ignore[arg-type]
    if levels is not None:
        where.append(f"e.level IN ({', '.join(['%s'] * len(levels))})" if levels else "1 = 0")
        params.extend(levels)
    contains = "instr(e.plain, %s) > 0" if sqlite else "strpos(e.plain, %s) > 0"
    for term in terms:
        if term.needs_recheck:
            where.append(contains)
            params.append(term.plain)
    return f"SELECT {column} FROM {source} WHERE {' AND '.join(where)}", params  # noqa: S608


def newest_first() -> str:
    """Return the ORDER BY that the index of this database serves without sorting."""
    return "search_fts.rowid DESC" if connection.vendor == "sqlite" else "e.id DESC"


def _fts5_query(terms: Sequence[Term]) -> str:
    # Tokens hold letters and digits only, so quoting needs no escapes.
    parts = [f'"{t.prefix}"*' if t.prefix else " AND ".join(f'"{x}"' for x in t.tokens) for t in terms]
    return " AND ".join(parts)


def _tsquery(terms: Sequence[Term]) -> str:
    parts = [f"'{t.prefix}':*" if t.prefix else " & ".join(f"'{x}'" for x in t.tokens) for t in terms]
    return " & ".join(parts)


def rebuild(size: int = 500) -> int:
    """Reduce every stored text anew and write its tokens, in steps of `size`; return how many entries there are.

    Run by the migration that follows a change of the rules of reduction.
    """
    done = last = 0
    sqlite = connection.vendor == "sqlite"
    tokens = (
        "INSERT OR REPLACE INTO search_fts (tokens, rowid) VALUES (%s, %s)"
        if sqlite
        else "UPDATE search_searchentry SET tokens = array_to_tsvector(%s::text[]) WHERE id = %s"
    )
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, text FROM search_searchentry WHERE id > %s ORDER BY id LIMIT %s", [last, size]
            )
            rows = [(reduced(text), pk) for pk, text in cursor.fetchall()]
            if not rows:
                return done
            cursor.executemany("UPDATE search_searchentry SET plain = %s WHERE id = %s", rows)
            found = ((index_tokens(plain), pk) for plain, pk in rows)
            cursor.executemany(tokens, [(" ".join(t) if sqlite else t, pk) for t, pk in found])
            done, last = done + len(rows), rows[-1][1]
