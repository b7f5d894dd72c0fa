"""Fetch and permission in one call: what the viewer may not see does not exist for him."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from qiying.kernel.permissions.viewer import require

__all__ = ["fetch_or_404", "require"]

M = TypeVar("M", bound=Model)


def fetch_or_404(queryset: QuerySet[M], **lookup: Any) -> M:
    """Return the one row of a queryset already scoped to the viewer.

    Nothing found, or a value that cannot be a key, raises `Http404`; two rows raise as a mistake in code.
    """
    try:
        return queryset.get(**lookup)
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError, ValidationError):
        raise Http404("没有找到这一条，或者您看不到它") from None
