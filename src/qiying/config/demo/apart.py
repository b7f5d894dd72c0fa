"""Stories told by a process of its own, in a copy of the database, whose rows are taken over when they have ended.

SQLite has one writer, so what two processors may do at once is done in two files. Which rows came, changed or went is
read from the three files (before, told apart, told here); a row both sides changed ends the building with an error.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper

from qiying.kernel.cases.world import World

AWAY = 100_000
"""How far keys drawn apart stand from those drawn here."""


class ToldTwice(Exception):
    """Both sides changed the same row."""


@dataclass(frozen=True)
class Apart:
    """Stories under way in another process."""

    process: int
    before: Path
    copy: Path
    told: Path

    def join(self, world: World) -> None:
        """Wait until they are told and take over their rows, acts and what they were refused."""
        _, status = os.waitpid(self.process, 0)
        if status or not self.told.exists():
            raise ChildProcessError("故事没有讲完，原因见上面")
        acts, refused = pickle.loads(self.told.read_bytes())  # noqa: S301 - our own process wrote it
        world.acts += acts
        world.refused += refused
        _take_over(self.before, self.copy)
        for file in (self.before, self.copy, self.told):
            for left in file.parent.glob(f"{file.name}*"):
                left.unlink()


def can_tell_apart() -> bool:
    """Tell whether there is a file to copy, nobody's transaction under way, and a second processor."""
    return (
        connection.vendor == "sqlite"
        and not connection.in_atomic_block
        and "memory" not in str(connection.settings_dict["NAME"])
        and hasattr(os, "fork")
        and (os.cpu_count() or 1) > 1
    )


def tell_apart(tells: Sequence[Callable[[World], None]], world: World) -> Apart:
    """Begin to tell stories in a process of its own; nobody sees what they tell before it has joined."""
    here = Path(connection.settings_dict["NAME"])
    before, copy, told = (here.with_name(f"{name}-{here.name}") for name in ("before", "apart", "told"))
    for file in (before, copy):
        with closing(sqlite3.connect(here)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
    connection.close()
    sys.stdout.flush()
    process = os.fork()
    if process:
        return Apart(process, before, copy, told)
    try:
        connection.settings_dict["NAME"] = str(copy)
        with connection.cursor() as cursor:
            _draw_away(cursor)
        world.acts, world.refused = 0, []
        for tell in tells:
            tell(world)
        connection.close()
        told.write_bytes(pickle.dumps((world.acts, world.refused)))
        sys.stdout.flush()
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


def _draw_away(cursor: CursorWrapper) -> None:
    """Let the copy draw its keys where nobody else draws."""
    cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s", [AWAY])
    cursor.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT name, %s FROM sqlite_master WHERE type = 'table' "
        "AND sql LIKE '%%AUTOINCREMENT%%' AND name NOT IN (SELECT name FROM sqlite_sequence)",
        [AWAY],
    )


def _take_over(before: Path, copy: Path) -> None:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as db:
        db.execute("ATTACH ? AS before", [str(before)])
        db.execute("ATTACH ? AS apart", [str(copy)])
        for said in ("foreign_keys = ON", "synchronous = OFF", "cache_size = -262144", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {said}")
        db.execute("BEGIN IMMEDIATE")
        db.execute("PRAGMA defer_foreign_keys = ON")
        for table, key in _tables(db):
            _rows_over(db, table, key)
        db.execute(
            "INSERT INTO search_fts (rowid, tokens) SELECT rowid, tokens FROM apart.search_fts "
            "WHERE rowid NOT IN (SELECT rowid FROM before.search_fts)"
        )
        db.execute("COMMIT")


def _tables(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return every table of rows with its key."""
    names = db.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'search_fts%'"
    ).fetchall()
    keys = "SELECT name FROM pragma_table_info(?) WHERE pk = 1"
    return [(name, db.execute(keys, [name]).fetchone()[0]) for (name,) in names]


def _rows_over(db: sqlite3.Connection, table: str, key: str) -> None:
    """Take over one table: rows that changed or went apart are dropped where they are as before, those that came added.

    Where keys are drawn, those drawn since are of rows nobody had before: they need no comparing.
    """
    drawn = db.execute("SELECT seq FROM apart.sqlite_sequence WHERE name = ?", [table]).fetchone() is not None
    seq = db.execute("SELECT seq FROM before.sqlite_sequence WHERE name = ?", [table]).fetchone() or (0,)
    names = ", ".join(f'"{row[0]}"' for row in db.execute("SELECT name FROM pragma_table_info(?)", [table]))
    rows = {side: f'SELECT {names} FROM {side}."{table}"' for side in ("main", "before", "apart")}  # noqa: S608
    known = f'{rows["apart"]} WHERE "{key}" <= {seq[0]}' if drawn else rows["apart"]
    gone = f"{rows['before']} EXCEPT {known}"
    lost = db.execute(f"SELECT count(*) FROM (SELECT * FROM ({gone}) EXCEPT {rows['main']})").fetchone()[0]  # noqa: S608
    if lost:
        raise ToldTwice(f"{table}：{lost} 行两边都改了")
    came = f"{known} EXCEPT {rows['before']}"
    db.execute("CREATE TEMP TABLE came AS " + came)
    db.execute(f'DELETE FROM main."{table}" WHERE "{key}" IN (SELECT "{key}" FROM ({gone}))')  # noqa: S608
    db.execute(f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM temp.came')  # noqa: S608
    db.execute("DROP TABLE temp.came")
    if drawn:
        db.execute(f'INSERT INTO main."{table}" ({names}) {rows["apart"]} WHERE "{key}" > {seq[0]}')
