"""Asking the index; the caller narrows to what the viewer may see, here by level, in his table by party."""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from qiying.kernel.search import index
from qiying.kernel.search.tokens import query_terms, reduced_with_places


def matching_ids(
    kind: str,
    query: str,
    district_id: int | None = None,
    levels: Sequence[str] | None = None,
    limit: int = 200,
) -> list[int]:
    """Return ids of objects whose text holds every word of `query`, newest first; no words find nothing."""
    terms = query_terms(query)
    if not terms:
        return []
    sql, params = index.match_sql(kind, terms, district_id, levels, "e.object_id")
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {index.newest_first()} LIMIT %s", [*params, limit])
        return [row[0] for row in cursor.fetchall()]


def matching_subquery(
    kind: str, query: str, district_id: int | None = None, levels: Sequence[str] | None = None
) -> RawSQL | None:
    """Return the ids as a subquery for `filter(pk__in=…)`; None when the query holds no word.

    So the caller's own scope is applied in the same query, before any limit.
    """
    terms = query_terms(query)
    if not terms:
        return None
    sql, params = index.match_sql(kind, terms, district_id, levels, "e.object_id")
    return RawSQL(sql, params)  # noqa: S611 (fixed text and placeholders)


def matching_each(
    kind: str, words: Sequence[str], district_id: int | None = None, limit: int = 60
) -> dict[str, list[int]]:
    """Return for each word the newest objects that hold it, at most `limit`; one query for all words."""
    parts, params = [], []
    for i, word in enumerate(words):
        if terms := query_terms(word):
            sql, given = index.match_sql(kind, terms, district_id, None, f"{i} AS word, e.object_id AS found")
            parts.append(f"SELECT * FROM ({sql} ORDER BY {index.newest_first()} LIMIT %s) AS w{i}")  # noqa: S608
            params += [*given, limit]
    found: dict[str, list[int]] = {word: [] for word in words}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for i, object_id in cursor.fetchall():
                found[words[i]].append(object_id)
    return found


def excerpt(text: str, words: Sequence[str], width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a piece of `text` around the first of the reduced `words`, and where the words stand in it."""
    plain, places = reduced_with_places(text)
    spans = []
    for word in filter(None, words):
        at = plain.find(word)
        if at >= 0:
            spans.append((places[at], places[at + len(word) - 1] + 1))
    first = min((s for s, _ in spans), default=0)
    start = max(0, min(first - width // 3, len(text) - width))
    end = min(len(text), start + width)
    piece = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    shift = (1 if start else 0) - start
    marks = tuple(sorted((s + shift, e + shift) for s, e in spans if start <= s and e <= end))
    return piece, marks
