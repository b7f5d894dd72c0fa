"""Where encrypted contents lie: a protocol, the directory store, and a registry for others."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class BlobStore(Protocol):
    """Keeps bytes under names; contents are encrypted before they come here."""

    def put(self, name: str, content: bytes) -> None: ...
    def get(self, name: str) -> bytes: ...
    def delete(self, name: str) -> None: ...
    def names_older_than(self, seconds: float) -> Iterator[str]: ...


class DirectoryStore:
    """Blobs as files `xx/xxxx…` of one directory; a file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: bytes) -> None:
        """Write and flush to disk before the name appears."""
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{name}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes:
        """Return the bytes; raise `FileNotFoundError`."""
        return self._path(name).read_bytes()

    def delete(self, name: str) -> None:
        """Delete; an absent name is fine, so that a repeated erasure succeeds."""
        self._path(name).unlink(missing_ok=True)

    def names_older_than(self, seconds: float) -> Iterator[str]:
        """Yield names written more than `seconds` ago, temporary files of crashed writes included."""
        limit = time.time() - seconds
        for path in self.root.glob("*/*") if self.root.is_dir() else ():
            if path.stat().st_mtime < limit:
                yield path.name

    def _path(self, name: str) -> Path:
        base = name.lstrip(".")
        if not base.split(".")[0].isalnum() or "/" in name:
            raise ValueError(f"{name!r} is no blob name")
        return self.root / base[:2] / name


_FACTORIES: dict[str, Callable[[str], BlobStore]] = {}


def register_blob_store(scheme: str, factory: Callable[[str], BlobStore]) -> None:
    """Let `QIYING_BLOB_URL=<scheme>://…` be served by `factory(url)`, as an S3 adapter does."""
    _FACTORIES[scheme] = factory


def blob_store() -> BlobStore:
    """Return the store of this installation; raise `ImproperlyConfigured` for a scheme nobody registered."""
    url = settings.QIYING_ENV.blob_url
    if not url:
        return DirectoryStore(settings.QIYING_ENV.data_dir / "blobs")
    scheme = urlsplit(url).scheme
    if scheme not in _FACTORIES:
        raise ImproperlyConfigured(
            f"QIYING_BLOB_URL 以 {scheme}:// 开头，但没有安装对应的存储适配器；"
            "请留空（存在 data_dir/blobs），或安装并登记适配器（register_blob_store）"
        )
    return _FACTORIES[scheme](url)


def new_blob_name() -> str:
    """Return a random name that tells nothing of the content."""
    return secrets.token_hex(20)
