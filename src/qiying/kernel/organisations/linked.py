"""Rows of other modules by a typed subject (`visit:12`): what they are called and where, for who may read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from qiying.kernel.organisations.offers import provide, provided
from qiying.kernel.permissions.viewer import Viewer

Link = tuple[str, str]
"""Words and address."""


def offer_linked(
    kind: str,
    rows: Callable[[Viewer], QuerySet[Any]],
    address: str,
    words: Callable[[Any], str] = str,
    key: str = "pk",
) -> None:
    """Let rows somebody may see be linked as `<kind>:<id>`; `address` is the name of a page that takes their `key`."""

    def read(viewer: Viewer, ids: Iterable[int]) -> dict[int, Link]:
        found = rows(viewer).filter(pk__in=list(ids))
        return {row.pk: (words(row), reverse(address, args=[getattr(row, key)])) for row in found}

    provide(f"linked:{kind}", read)


def links_of(viewer: Viewer, subjects: Iterable[str]) -> dict[str, Link]:
    """Return by subject what is there and the viewer may read; one query a kind."""
    by: dict[str, list[int]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if key.isascii() and key.isdigit() and len(key) < 12:
            by.setdefault(kind, []).append(int(key))
    found: dict[str, Link] = {}
    for kind, ids in by.items():
        if read := provided(f"linked:{kind}"):
            found |= {f"{kind}:{pk}": link for pk, link in read(viewer, ids).items()}
    return found
