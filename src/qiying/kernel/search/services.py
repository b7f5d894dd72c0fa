"""Writing the index, always in the transaction of the act that changed the text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from qiying.kernel.search import index
from qiying.kernel.search.models import Level
from qiying.kernel.search.tokens import reduced


class Entry(NamedTuple):
    """What `index_put` takes, as one row of many."""

    kind: str
    object_id: int
    district_id: int
    text: str
    level: str
    at: datetime


def index_put(
    *, kind: str, object_id: int, district_id: int, text: str, level: str = Level.INTERNAL, at: datetime
) -> None:
    """Make an object findable by `text`, replacing what was there; at most two statements."""
    row, plain = _row(Entry(kind, object_id, district_id, text, level, at))
    with transaction.atomic(savepoint=False):
        index.write_entry(row, plain)


def index_put_many(entries: Sequence[Entry]) -> None:
    """Make many new objects findable at once, for bulk loading; an object already there is an error."""
    with transaction.atomic(savepoint=False):
        index.insert_entries([_row(entry) for entry in entries])


def _row(entry: Entry) -> tuple[list[Any], str]:
    """Return the columns of an entry in the order of the upsert, and its reduced text."""
    if entry.level not in Level.values:
        raise ValueError(f"level {entry.level!r} is none of {', '.join(Level.values)}")
    # A NUL cannot be stored by PostgreSQL, a lone surrogate by neither database.
    clean = entry.text.replace("\x00", "").encode("utf-8", "ignore").decode()
    plain = reduced(clean)
    columns = [entry.kind, entry.object_id, entry.district_id, entry.level, clean, plain, entry.at]
    return columns, plain


def index_remove(kind: str, object_id: int, *, erase: bool = False) -> None:
    """Make an object unfindable; `erase` also rewrites the index file (personal data)."""
    index_remove_many(kind, [object_id], erase=erase)


def index_remove_many(kind: str, object_ids: Sequence[int], *, erase: bool = False) -> None:
    """Make several objects of one kind unfindable."""
    if not object_ids:
        return
    with transaction.atomic(savepoint=False):
        index.delete_entry(kind, object_ids)
        if erase:
            index.compact()
