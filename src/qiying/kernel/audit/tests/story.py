"""A small source of chains for tests: one append-only table of events, as `kernel.cases` has."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from qiying.kernel.audit import append_only, chains
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.chains import EventTableSource, register_chain_source
from qiying.kernel.audit.digest import ALGORITHM, link

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
TABLE = "audit_test_storyevent"


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


class StoryEvent(models.Model):
    """One act in one story."""

    id = models.BigAutoField(primary_key=True)
    story_id = models.BigIntegerField()
    seq = models.IntegerField()
    data = models.TextField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=16)

    objects: "models.Manager[StoryEvent]" = models.Manager()

    class Meta:
        app_label = "audit"
        db_table = TABLE
        managed = False


def story_text(row: Mapping[str, Any]) -> str:
    return canonical({"story_id": row["story_id"], "seq": row["seq"], "data": row["data"]})


def tell(story_id: int, *, data: Any = None, id: int | None = None) -> StoryEvent:
    """Append one event to a story."""
    last = StoryEvent.objects.filter(story_id=story_id).order_by("-seq").first()
    row = {"story_id": story_id, "seq": last.seq + 1 if last else 1, "data": canonical(data)}
    prev_hash = last.hash if last else ""
    return StoryEvent.objects.create(
        id=id, **row, prev_hash=prev_hash, hash=link(prev_hash, story_text(row)), algorithm=ALGORITHM
    )


def source() -> EventTableSource:
    return EventTableSource(
        name="story", model=StoryEvent, key="story_id", fields=("story_id", "data"), text=story_text
    )


@contextmanager
def story_source(monkeypatch: Any) -> Iterator[EventTableSource]:
    """Make the table and register the source, for as long as the context lasts."""
    monkeypatch.setattr(chains, "_SOURCES", dict(chains._SOURCES))
    monkeypatch.setattr(append_only, "_PROTECTIONS", dict(append_only._PROTECTIONS))
    key = "INTEGER PRIMARY KEY AUTOINCREMENT" if connection.vendor == "sqlite" else "bigserial PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (id {key}, story_id bigint NOT NULL, seq integer NOT NULL,"
            " data text NOT NULL, prev_hash varchar(64) NOT NULL, hash varchar(64) NOT NULL,"
            " algorithm varchar(16) NOT NULL)"
        )
        cursor.execute(f"CREATE INDEX audit_test_story ON {TABLE} (story_id, seq)")
    append_only.protect(TABLE)
    append_only.protect_all()
    new = source()
    register_chain_source(new)
    try:
        yield new
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


def tamper(sql: str, params: list[Any] | None = None) -> None:
    """Do what only somebody with the database's own rights can do: lift the triggers and change rows."""
    with append_only.suspended(), connection.cursor() as cursor:
        cursor.execute(sql, params or [])
