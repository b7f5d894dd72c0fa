"""Backup and restore of one installation: database, document contents, anchors and the secret key.

The database is copied first and the document contents after it: contents are written before the row that
names them, so every row of the copy finds its content.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.db import connection

from qiying.kernel.permissions.errors import GuardFailed

MANIFEST = "manifest.json"
FORMAT = 1
FOLDERS = ("blobs", "anchors", "fonts")


@dataclass(frozen=True)
class BackupMade:
    """A finished archive: where, how many files and bytes it holds."""

    path: Path
    files: int
    size: int


def backup_make(*, folder: Path, now: datetime) -> BackupMade:
    """Write one archive into `folder` while the product runs; it appears whole or not at all.

    Raises `GuardFailed` when the copy of the database is not sound.
    """
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"qiying-backup-{now:%Y%m%d-%H%M%S}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as temporary:
        place = Path(temporary)
        database = _dump_database(place)
        digests: dict[str, str] = {}
        with tarfile.open(place / "archive.tar", "w") as archive:
            for name, path in [(database.name, database), *_kept_files()]:
                if digest := _put(archive, name, path):
                    digests[name] = digest
            manifest = place / MANIFEST
            manifest.write_text(
                json.dumps(_manifest(now, database.name, digests), ensure_ascii=False, indent=1)
            )
            archive.add(manifest, arcname=MANIFEST)
        (place / "archive.tar").chmod(0o600)
        (place / "archive.tar").rename(final)
    return BackupMade(final, len(digests), final.stat().st_size)


class _Hashed:
    """Hashes what the archive reads, so that the manifest describes exactly what went in."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sha.update(data)
        return data


def _put(archive: tarfile.TarFile, name: str, path: Path) -> str | None:
    """Add one file; None when it was removed since it was listed: a draft taken back, a document erased."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:  # once open it is read to its end, whoever removes it
        source = _Hashed(file)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), cast("IO[bytes]", source))
    return source.sha.hexdigest()


def backup_restore(*, archive: Path) -> dict[str, Any]:
    """Put an archive's content into this empty installation; return its manifest.

    Raises `GuardFailed` when the installation holds data, the archive was changed, or it is of the other
    kind of database.
    """
    env = settings.QIYING_ENV
    if reason := _why_not_empty():
        raise GuardFailed([reason])
    env.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=env.data_dir, prefix=".restore-") as temporary:
        place = Path(temporary)
        with tarfile.open(archive) as tar:
            _unpack(tar, place)
        manifest = _checked_manifest(place)
        _load_database(place / manifest["database"])
        for folder in FOLDERS:
            if (place / folder).is_dir():
                shutil.copytree(place / folder, _folder(folder), dirs_exist_ok=True)
        if (place / "secret_key").is_file():
            shutil.copy2(place / "secret_key", env.data_dir / "secret_key")
    return manifest


def _unpack(tar: tarfile.TarFile, place: Path) -> None:
    """Write the archive's files below `place` and nothing else; `extractall` of Python 3.11.2 cannot be told so."""
    for member in tar:
        target = (place / member.name).resolve()
        if not member.isfile() or not target.is_relative_to(place.resolve()):
            raise GuardFailed([f"备份里有不该有的内容“{member.name}”，没有恢复。请换一份备份。"])
        target.parent.mkdir(parents=True, exist_ok=True)
        with cast("IO[bytes]", tar.extractfile(member)) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        target.chmod(member.mode & 0o755)


def _manifest(now: datetime, database: str, digests: dict[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "product": version("qiying"),
        "made_at": now.isoformat(),
        "engine": connection.vendor,
        "database": database,
        "blobs_elsewhere": settings.QIYING_ENV.blob_url,
        "files": digests,
    }


def _folder(name: str) -> Path:
    return settings.QIYING_ENV.anchors if name == "anchors" else settings.QIYING_ENV.data_dir / name


def _kept_files() -> Iterator[tuple[str, Path]]:
    """Yield archive name and path of everything beside the database."""
    for name in FOLDERS:
        root = _folder(name)
        for folder, inside, files in os.walk(root):  # passes over a folder that is gone by now
            inside.sort()
            for path in (Path(folder, file) for file in sorted(files) if not file.startswith(".")):
                yield f"{name}/{path.relative_to(root).as_posix()}", path
    key = settings.QIYING_ENV.data_dir / "secret_key"
    if key.is_file():
        yield "secret_key", key


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump_database(place: Path) -> Path:
    """Copy the database as of one instant, without stopping writers."""
    if connection.vendor == "sqlite":
        target = place / "database.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise GuardFailed([f"备份出来的数据库不完好：{found}"])
        return target
    target = place / "database.dump"
    _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def _load_database(dump: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        for leftover in target.parent.glob(target.name + "-*"):
            leftover.unlink()
        shutil.copy2(dump, target)
        return
    _postgres(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump)
    )


def _postgres(program: str, *arguments: str) -> None:
    """Run a PostgreSQL client on this installation's database; raise `GuardFailed` with what it said."""
    if shutil.which(program) is None:
        raise GuardFailed([f"没有 {program}：请安装 postgresql-client"])
    database = connection.settings_dict
    words = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    access = {variable: str(database[name]) for variable, name in words.items() if database[name]}
    command = [program, *arguments, f"--dbname={database['NAME']}"]
    done = subprocess.run(command, env={**os.environ, **access}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GuardFailed([f"{program} 没有成功：{done.stderr.strip()[-500:]}"])


def _why_not_empty() -> str | None:
    """Return why nothing may be restored here, or None; an empty file is no database."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        if path.is_file() and path.stat().st_size:
            return f"{path} 已有数据库。请恢复到一个新的 QIYING_DATA_DIR"
        return None
    if connection.introspection.table_names():
        return "目标 PostgreSQL 数据库里已有表。请恢复到一个新建的空数据库"
    return None


def _checked_manifest(place: Path) -> dict[str, Any]:
    path = place / MANIFEST
    if not path.is_file():
        raise GuardFailed(["这不是企应的备份：没有 manifest.json"])
    manifest: dict[str, Any] = json.loads(path.read_text())
    if manifest["format"] != FORMAT:
        raise GuardFailed([f"备份的格式是 {manifest['format']}，这个版本只认 {FORMAT}"])
    if manifest["engine"] != connection.vendor:
        raise GuardFailed([f"备份来自 {manifest['engine']}，这里是 {connection.vendor}"])
    changed = [
        name
        for name, digest in manifest["files"].items()
        if not (place / name).is_file() or _digest(place / name) != digest
    ]
    if changed:
        raise GuardFailed([f"备份里有 {len(changed)} 个文件缺失或被改动：{'、'.join(changed[:5])}"])
    return manifest
