"""Pages by cursor: no page is skipped or repeated when rows are added meanwhile."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from ninja import Schema

from qiying.kernel.permissions.errors import GuardFailed

LARGEST_PAGE = 100


class Page(NamedTuple):
    """Rows of one page and the cursor of the next, or None at the end."""

    rows: list[Any]
    next_cursor: str | None


class PageOut(Schema):
    """Fields every page carries beside its `items`."""

    next_cursor: str | None = None


def _encode(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, date | datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        values = None
    is_ours = isinstance(values, list) and len(values) == length
    if not is_ours or any(isinstance(v, list | dict) for v in values):
        raise GuardFailed(["cursor 不对：请原样使用上一页的 next_cursor"], fields={"cursor": ["cursor 不对"]})
    return list(values)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition 'behind these values' in the given order."""
    condition = Q()
    for i, name in enumerate(order):
        same = {f.lstrip("-"): values[n] for n, f in enumerate(order[:i])}
        step = "lt" if name.startswith("-") else "gt"
        condition |= Q(**same, **{f"{name.lstrip('-')}__{step}": values[i]})
    return condition


def cursor_page(
    queryset: QuerySet[Any], *, order: Sequence[str], cursor: str | None, limit: int = 25
) -> Page:
    """Return the page behind `cursor`; `order` names fields that are never null and end in a unique one.

    One query. Raises `GuardFailed` on a cursor that no page gave.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    rows = queryset.order_by(*order)
    if cursor:
        try:
            rows = rows.filter(_after(order, _decode(cursor, len(order))))
        except (ValueError, TypeError, ValidationError) as error:
            raise GuardFailed(["cursor 不对：请原样使用上一页的 next_cursor"]) from error
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], _encode([getattr(last, name.lstrip("-")) for name in order]))
