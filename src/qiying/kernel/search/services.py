"""Writing the index, always in the transaction of the act that changed the text."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from qiying.kernel.search import index
from qiying.kernel.search.models import Level
from qiying.kernel.search.tokens import reduced


def index_put(
    *, kind: str, object_id: int, district_id: int, text: str, level: str = Level.INTERNAL, at: datetime
) -> None:
    """Make an object findable by `text`, replacing what was there; at most two statements."""
    if level not in Level.values:
        raise ValueError(f"level {level!r} is none of {', '.join(Level.values)}")
    # A NUL cannot be stored by PostgreSQL, a lone surrogate by neither database.
    clean = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    plain = reduced(clean)
    with transaction.atomic(savepoint=False):
        index.write_entry([kind, object_id, district_id, level, clean, plain, at], plain)


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
