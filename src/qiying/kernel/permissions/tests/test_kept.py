"""A statement made once asks the database anew, whatever stands in its values, in whichever thread."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from qiying.kernel.cases.models import Clock
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.kept import (
    PLANS_KEPT,
    Kept,
    asking_again,
    kept,
    kept_one,
    settled,
    statement_of,
)

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


def test_a_statement_asked_again_sees_the_rows_there_are_now_also_after_a_rollback() -> None:
    def asked(name: str) -> list[Any]:
        statement = statement_of(District.objects.filter(name=name).order_by("code").values_list("code"))
        assert statement
        with asking_again() as cursor:
            cursor.execute(*statement)
            return list(cursor.fetchall())

    assert asked(ODD) == []
    make(ODD, "990001")
    assert [asked(ODD) for _ in range(3)] == [[("990001",)]] * 3
    with transaction.atomic():
        make(ODD, "990002")
        assert asked(ODD) == [("990001",), ("990002",)]
        transaction.set_rollback(True)
    assert [asked(ODD) for _ in range(3)] == [[("990001",)]] * 3
    assert [asked(f"{ODD}{n % (PLANS_KEPT + 2)}") for n in range(3 * PLANS_KEPT)] == [[]] * 3 * PLANS_KEPT
    assert asked(ODD) == [("990001",)]


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


def named(name: str) -> QuerySet[District]:
    return District.objects.filter(name=name)


def test_one_is_found_by_what_is_asked_each_time() -> None:
    first, second = make(ODD, "990001"), make(ODD, "990002")
    make("别的区", ODD[:12])
    assert [kept_one(named, ODD, code=code) for code in ("990001", "990002", "990001")] == [
        first,
        second,
        first,
    ]
    assert kept_one(named, ODD, pk=first.pk, code="990001") == first
    assert kept_one(named, ODD, code="990001", name=ODD, pk__gt=0, pk__lt=second.pk) == first
    assert kept_one(named, "别的区", code=ODD[:12]).name == "别的区"


def test_rows_are_found_by_what_is_asked_each_time() -> None:
    made = [make(ODD, f"99000{n}") for n in range(4)]

    last_first = District.objects.order_by
    assert kept(last_first, "-code", code__gte="990001", code__lt="990003") == [made[2], made[1]]
    assert kept(last_first, "-code", code__gte="990002", code__lt="990009") == [made[3], made[2]]
    assert kept(last_first, "-code", pk=made[0].pk) == kept(last_first, pk=str(made[0].pk)) == [made[0]]
    assert kept(District.objects.all, name=None) == []


@pytest.mark.parametrize(
    "asked", [{"code": ODD}, {"pk": 0}, {"pk": -1}, {"code": "990001", "pk": 0}, {"code": ""}]
)
def test_none_and_two_are_told_as_by_django(asked: dict[str, Any]) -> None:
    make(ODD, "990001"), make(ODD, "990002")
    with pytest.raises(District.DoesNotExist):
        kept_one(named, ODD, **asked)
    with pytest.raises(District.MultipleObjectsReturned):
        kept_one(District.objects.all, name=ODD)


@pytest.mark.parametrize(
    "asked", [{"pk": "x"}, {"pk": "9" * 5000}, {"pk": 10**30}, {"pk": "²"}, {"code": ["x"]}]
)
def test_a_value_that_is_none_of_the_field_is_told_as_by_django(asked: dict[str, Any]) -> None:
    errors = (District.DoesNotExist, ValueError, TypeError, OverflowError)
    for _ in range(2):
        with pytest.raises(errors):
            kept_one(named, ODD, **asked)


def test_a_row_is_found_by_the_text_of_its_key() -> None:
    made = make(ODD, "990001")
    assert [kept_one(named, ODD, pk=str(made.pk)) for _ in range(2)] == [made, made]


def test_a_lazy_value_is_kept_as_what_it_stands_for() -> None:
    lazy = SimpleLazyObject(lambda: frozenset({1}))
    assert settled((lazy, 2)) == (frozenset({1}), 2)
    assert type(settled((lazy,))[0]) is frozenset


def test_a_column_for_small_numbers_is_asked_as_well() -> None:
    assert kept(Clock.objects.values_list, "pk", no=1) == []
    with CaptureQueriesContext(connection) as asked:
        kept(Clock.objects.values_list, "pk", no=7)
    assert len(asked) == 1
