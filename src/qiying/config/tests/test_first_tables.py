"""An empty SQLite database gets the tables its migrations would have made."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

BOTH_WAYS = """
import sys, django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command() if sys.argv[1] == "replayed" else "migrate", verbosity=0, interactive=False)
"""


def _made(folder: Path, way: str) -> dict[str, object]:
    folder.mkdir()
    env = {
        "QIYING_DATA_DIR": str(folder),
        "QIYING_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "qiying.config.settings",
    }
    env |= {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", BOTH_WAYS, way], env=env, check=True)
    with sqlite3.connect(folder / "qiying.sqlite3") as database:
        return _described(database)


def _described(database: sqlite3.Connection) -> dict[str, object]:
    """Return columns, keys, indexes, triggers and the applied migrations, without the order of columns."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    found: dict[str, object] = {}
    for kind, name, _, sql in rows:
        if kind == "table":
            found[f"columns {name}"] = sorted(
                r[1:] for r in database.execute(f'PRAGMA table_xinfo("{name}")')
            )
            keys = database.execute(f'PRAGMA foreign_key_list("{name}")')
            found[f"keys {name}"] = sorted(r[2:] for r in keys)
            found[f"unique {name}"] = sorted(_indexes(database, name))
            found[f"checks {name}"] = sql.count("CHECK (")
        elif sql:
            # a trigger names the columns that stay in the table's order
            found[f"{kind} {name}"] = (
                sorted(re.findall(r"\w+", sql)) if kind == "trigger" else " ".join(sql.split())
            )
    applied = database.execute("SELECT app, name FROM django_migrations").fetchall()
    found["migrations"] = sorted(applied)
    return found


def _indexes(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    named = []
    for _, name, unique, origin, partial in database.execute(f'PRAGMA index_list("{table}")'):
        columns = tuple(r[2] for r in database.execute(f'PRAGMA index_info("{name}")'))
        named.append((columns, unique, origin == "pk", partial))
    return sorted(named, key=str)


@pytest.mark.prove
def test_the_tables_made_at_once_are_those_of_the_migrations(tmp_path: Path) -> None:
    at_once, replayed = _made(tmp_path / "a", "at once"), _made(tmp_path / "b", "replayed")
    assert sorted(at_once) == sorted(replayed)
    for name, described in replayed.items():
        assert at_once[name] == described, name
