"""Backup and restore: what was there is there again, and nothing else may be restored over it."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from qiying.config.backups import MANIFEST, _unpack, backup_make
from qiying.kernel.api_access.tests.factories import NOW, OPERATOR, person_make
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

COUNT = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "qiying.config.settings"
import django; django.setup()
from django.db import connection
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.append_only import missing_protections, protections
from qiying.kernel.organisations.models import Person
from qiying.kernel.documents.blobs import blob_store
import json
print(json.dumps({
    "logins": sorted(Person.objects.values_list("login", flat=True)),
    "acts": AuditEntry.objects.filter(action="tested").count(),
    "missing": missing_protections(),
    "protected": len(protections()),
    "blob": blob_store().get("ab" * 20).decode(),
}))
"""


@pytest.fixture
def original() -> None:
    """Data of every kind: rows, an append-only row, a stored content."""
    from qiying.kernel.documents.blobs import blob_store

    person_make("kept")
    record_act(actor=OPERATOR, action="tested", subject="x:1", data={"n": 1}, at=NOW)
    blob_store().put("ab" * 20, b"encrypted")


@pytest.fixture
def elsewhere(tmp_path: Path):
    """The environment of another, empty installation."""
    env = {**os.environ, "QIYING_DATA_DIR": str(tmp_path / "other")}
    if connection.vendor != "postgresql":
        yield env
        return
    name = f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = urlsplit(os.environ["QIYING_DATABASE_URL"])
    yield {**env, "QIYING_DATABASE_URL": url._replace(path=f"/{name}").geturl()}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def qiying(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qiying.config.cli", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_contents_removed_while_a_backup_runs_are_left_out_and_the_rest_restores(
    original, elsewhere, tmp_path, monkeypatch
):
    from qiying.config import backups
    from qiying.kernel.documents.blobs import blob_store

    for n in range(20):
        blob_store().put(f"{n:02x}" * 20, b"draft")
    put = backups._put

    def put_and_remove(archive: tarfile.TarFile, name: str, path: Path) -> str | None:
        if any(f"{n:02x}" * 20 in name for n in range(20)):
            path.unlink()  # after it was listed, before it is read
        return put(archive, name, path)

    monkeypatch.setattr(backups, "_put", put_and_remove)
    made = backup_make(folder=tmp_path, now=NOW)
    with tarfile.open(made.path) as archive:
        names = archive.getnames()
    assert f"blobs/ab/{'ab' * 20}" in names
    assert not any(f"{n:02x}" * 20 in name for name in names for n in range(20))
    done = qiying(elsewhere, "restore", str(made.path))
    assert done.returncode == 0, done.stderr


def test_a_file_removed_while_it_is_read_is_whole(tmp_path):
    from qiying.config.backups import _put

    path = tmp_path / "blob"
    path.write_bytes(b"x" * 300_000)

    class Removing(tarfile.TarFile):
        def addfile(self, info: tarfile.TarInfo, fileobj: Any = None) -> None:
            path.unlink()
            super().addfile(info, fileobj)

    with Removing.open(tmp_path / "a.tar", "w") as archive:
        digest = _put(archive, "blobs/x", path)
    with tarfile.open(tmp_path / "a.tar") as read:
        found = read.extractfile("blobs/x")
        assert found is not None
        assert hashlib.sha256(found.read()).hexdigest() == digest


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "blobs/../../outside", "link", "folder"])
def test_only_files_below_the_place_leave_an_archive(name, tmp_path):
    info = tarfile.TarInfo(name)
    if name in ("link", "folder"):
        info.type, info.linkname = (
            (tarfile.SYMTYPE, "/etc/passwd") if name == "link" else (tarfile.DIRTYPE, "")
        )
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(info, io.BytesIO())
    place = tmp_path / "place"
    place.mkdir()
    with tarfile.open(tmp_path / "a.tar") as archive, pytest.raises(GuardFailed):
        _unpack(archive, place)
    assert not list(place.iterdir()) and not (tmp_path / "outside").exists()


def test_a_backup_restores_rows_contents_protections_and_the_key(original, elsewhere, tmp_path):
    key = settings.QIYING_ENV.data_dir / "secret_key"
    key.write_text("k" * 60)
    made = backup_make(folder=tmp_path, now=NOW)
    assert made.path.stat().st_mode & 0o077 == 0
    done = qiying(elsewhere, "restore", str(made.path))
    assert done.returncode == 0, done.stderr
    counted = subprocess.run(
        [sys.executable, "-c", COUNT], env=elsewhere, capture_output=True, text=True, timeout=60, check=True
    )
    found: dict[str, Any] = json.loads(counted.stdout)
    assert found.pop("protected") > 3
    assert found == {"logins": ["kept"], "acts": 1, "missing": [], "blob": "encrypted"}
    assert (Path(elsewhere["QIYING_DATA_DIR"]) / "secret_key").read_text() == "k" * 60
    again = qiying(elsewhere, "restore", str(made.path))
    assert again.returncode == 1
    assert "已有" in again.stderr


def test_a_changed_backup_is_refused(original, elsewhere, tmp_path):
    made = backup_make(folder=tmp_path, now=NOW)
    place = tmp_path / "opened"
    with tarfile.open(made.path) as tar:
        tar.extractall(place)
    blob = next((place / "blobs").rglob("ab*ab"))
    blob.write_bytes(b"something else")
    changed = tmp_path / "changed.tar"
    with tarfile.open(changed, "w") as tar:
        for path in place.rglob("*"):
            if path.is_file():
                tar.add(path, arcname=str(path.relative_to(place)))
    done = qiying(elsewhere, "restore", str(changed))
    assert done.returncode == 1
    assert "被改动" in done.stderr
    assert MANIFEST in {p.name for p in place.iterdir()}
