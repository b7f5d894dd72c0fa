"""A statement made once asks the database anew, whatever stands in its values, in whichever thread."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection

from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.kept import Kept, statement_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
ODD = "'); DROP TABLE x; -- 100%s %% \\ 区"


def make(name: str, code: str) -> District:
    return District.objects.create(name=name, code=code)


def test_each_reading_sees_the_rows_there_are_now() -> None:
    kept = Kept(District.objects.filter(name=ODD).order_by("code"))
    assert kept.read() == []
    first = make(ODD, "990001")
    make("别的区", "990002")
    assert kept.read() == [first]
    second = make(ODD, "990003")
    assert kept.read() == [first, second]


def test_rows_may_be_values_of_a_slice() -> None:
    make(ODD, "990001")
    kept = Kept(District.objects.filter(name=ODD).values_list("code", flat=True)[:1])
    assert [kept.read() for _ in range(2)] == [["990001"]] * 2


def test_a_query_that_can_have_no_rows_asks_nothing() -> None:
    nothing = District.objects.filter(pk__in=[])
    assert statement_of(nothing) is None
    assert [Kept(nothing).read() for _ in range(2)] == [[], []]


def test_another_thread_reads_by_its_own_connection() -> None:
    made = make(ODD, "990001")
    kept = Kept(District.objects.filter(name=ODD))
    assert kept.read() == [made]
    found: list[District] = []

    def read() -> None:
        found.extend(kept.read())
        connection.close()

    other = Thread(target=read)
    other.start()
    other.join()
    assert found == [made]
