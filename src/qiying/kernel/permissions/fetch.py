"""Fetch and permission in one call: what the viewer may not see does not exist for him."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from qiying.kernel.permissions.kept import kept_one
from qiying.kernel.permissions.viewer import require

__all__ = ["fetch_kept_or_404", "fetch_or_404", "require"]

NOT_THERE = "没有找到这一条，或者您看不到它"
M = TypeVar("M", bound=Model)


def fetch_or_404(queryset: QuerySet[M], **lookup: Any) -> M:
    """Return the one row of a queryset already scoped to the viewer.

    Nothing found, or a value that cannot be a key, raises `Http404`; two rows raise as a mistake in code.
    """
    found: M = _or_404(queryset.get, **lookup)
    return found


def fetch_kept_or_404(build: Callable[..., QuerySet[M]], *given: Any, **lookup: Any) -> M:
    """Like `fetch_or_404` of `build(*given)`, for what is fetched often: its statement is made once."""
    found: M = _or_404(kept_one, build, *given, **lookup)
    return found


def _or_404(get: Callable[..., Any], *given: Any, **lookup: Any) -> Any:
    try:
        return get(*given, **lookup)
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError, ValidationError):
        raise Http404(NOT_THERE) from None
