"""Cursor pages: every row once, in order, whatever is added between two pages."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qiying.kernel.api_access.models import IdempotencyRecord
from qiying.kernel.api_access.pagination import cursor_page
from qiying.kernel.api_access.tests.factories import NOW
from qiying.kernel.permissions.errors import GuardFailed

ORDER = ("-created_at", "-id")


def add(*minutes: int) -> None:
    start = IdempotencyRecord.objects.count()
    IdempotencyRecord.objects.bulk_create(
        IdempotencyRecord(
            person_id=1, key=f"k{start + i}", route="r", body_hash="h", created_at=NOW + timedelta(minutes=m)
        )
        for i, m in enumerate(minutes)
    )


class Walk(TestCase):
    """Pages over random rows with many equal times."""

    @given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5))
    def test_pages_hold_every_row_once_and_in_order(self, minutes: list[int], limit: int) -> None:
        add(*minutes)
        queryset, seen, cursor = IdempotencyRecord.objects.all(), [], None
        while True:
            page = cursor_page(queryset, order=ORDER, cursor=cursor, limit=limit)
            assert len(page.rows) <= limit
            seen += [row.pk for row in page.rows]
            add(9)  # newer than all: belongs before the first page
            cursor = page.next_cursor
            if cursor is None:
                break
        old = IdempotencyRecord.objects.filter(created_at__lt=NOW + timedelta(minutes=9))
        assert seen == list(old.order_by(*ORDER).values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "!!", "W10", "WzEsMiwzXQ", "W1sxXSwyXQ", "WyJhIiwiYiJd"])
def test_a_cursor_no_page_gave_is_refused(cursor):
    add(1)
    with pytest.raises(GuardFailed, match="cursor"):
        cursor_page(IdempotencyRecord.objects.all(), order=ORDER, cursor=cursor)


@pytest.mark.django_db
def test_a_page_is_one_query_and_never_larger_than_a_hundred(django_assert_num_queries):
    add(*range(120))
    with django_assert_num_queries(1):
        page = cursor_page(IdempotencyRecord.objects.all(), order=ORDER, cursor=None, limit=5000)
    assert len(page.rows) == 100
    assert page.next_cursor is not None
