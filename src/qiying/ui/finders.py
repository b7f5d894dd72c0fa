"""Serve the listed npm files in development and hand them to collectstatic."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from qiying.ui import assets


class NpmStorage(Storage):
    """A read-only view of the listed files in node_modules, source map references removed."""

    prefix = ""

    def _source(self, name: str) -> Path:
        return assets.node_modules() / assets.NPM_FILES[name.replace("\\", "/")]

    def _parts(self, name: str) -> list[Path]:
        found = [finders.find(part) for part in assets.BUNDLES[name]]
        return [Path(part) for part in found if part]

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        is_bundle = name in assets.BUNDLES
        content = assets.bundle_bytes(name) if is_bundle else assets.asset_bytes(self._source(name))
        return ContentFile(content, name=name)

    def exists(self, name: str) -> bool:
        """Say whether the file is listed and installed."""
        return name in assets.NPM_FILES and self._source(name).is_file()

    def path(self, name: str) -> str:
        """Return the file's place on disk."""
        return str(self._parts(name)[0] if name in assets.BUNDLES else self._source(name))

    def get_modified_time(self, name: str) -> datetime:
        """Return the file's time in UTC, so that collectstatic copies only what changed."""
        sources = self._parts(name) if name in assets.BUNDLES else [self._source(name)]
        return datetime.fromtimestamp(max(path.stat().st_mtime for path in sources), tz=UTC)


class NpmAssetFinder(BaseFinder):
    """Find `vendor/…` in node_modules; without it, in the copies a bundle carries."""

    storage = NpmStorage()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the place of a listed file, or an empty list when it is not listed or not installed."""
        wanted_all = find_all or bool(kwargs.get("all", False))
        if path not in assets.NPM_FILES:
            return []
        places = [Path(self.storage.path(path)), assets.BUNDLED / path]
        found = [str(place) for place in places if place.is_file()]
        if wanted_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield the installed files and the bundles; an offline package's copies are in the app's own folder."""
        for name in assets.NPM_FILES:
            if self.storage.exists(name):
                yield name, self.storage
        for name in assets.BUNDLES:
            yield name, self.storage
