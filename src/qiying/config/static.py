"""Static files under hashed names, so browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Manifest storage that does not fail on a name missing from third-party CSS."""

    manifest_strict = False
