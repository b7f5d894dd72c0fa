"""Static files under hashed names, so browsers may keep them for ever."""

from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Packer(Compressor):  # type: ignore[misc]  # whitenoise has no types
    """Gzip for all, Brotli too for the two bundles that every phone fetches first: a sixth less.

    Of the rest Brotli would take most of a minute for a few kilobytes less.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(use_brotli=False, **kwargs)
        self._both = Compressor(**kwargs)

    def compress(self, path: str) -> list[str]:
        """Write the packed files beside a file and return their names."""
        if Path(path).name.startswith("all."):
            return list(self._both.compress(path))
        return list(super().compress(path))


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Manifest storage that does not fail on a name missing from third-party CSS."""

    manifest_strict = False

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return what packs the files once, when they are collected."""
        return Packer(**kwargs)
