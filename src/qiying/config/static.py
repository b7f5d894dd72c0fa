"""Static files under hashed names, so browsers may keep them for ever."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Manifest storage that does not fail on a name missing from third-party CSS; gzip only.

    Brotli would take most of a minute for a few kilobytes less.
    """

    manifest_strict = False

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that leaves Brotli alone even where it is installed."""
        return Compressor(use_brotli=False, **kwargs)
