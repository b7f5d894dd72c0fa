"""System checks: refuse to start where documents could not be stored or read."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from qiying.kernel.documents.blobs import blob_store


@register()
def blob_store_is_there(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The configured blob store has an adapter."""
    try:
        blob_store()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="documents.E001")]
    return []
