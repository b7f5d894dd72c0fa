"""A repeated key gets the first answer, with another body it is refused, in parallel it makes one result."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from qiying.kernel.api_access.idempotency import body_digest, idempotent
from qiying.kernel.api_access.models import IdempotencyRecord
from qiying.kernel.api_access.services import idempotency_forget
from qiying.kernel.api_access.tests.factories import NOW, person_make
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import GuardFailed

ROUTE = "POST /service-requests"


def make_person(login: str = "made") -> tuple[int, dict[str, Any]]:
    return 201, {"id": person_make(login).pk}


def ask(
    body: Any, *, key: str | None = "k", route: str = ROUTE, person_id: int = 1, produce: Any = make_person
) -> Any:
    return idempotent(person_id=person_id, key=key, route=route, body=body, now=NOW, produce=produce)


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_does_nothing():
    first, second = ask({"a": 1}), ask({"a": 1})
    assert (first.status_code, first.value) == (second.status_code, second.value)
    assert Person.objects.filter(login="made").count() == 1


@pytest.mark.django_db
def test_another_body_or_route_with_the_same_key_is_refused():
    ask({"a": 1})
    with pytest.raises(GuardFailed, match="另一份内容"):
        ask({"a": 2})
    with pytest.raises(GuardFailed, match="另一份内容"):
        ask({"a": 1}, route="POST /other")


@pytest.mark.django_db
def test_keys_of_two_people_do_not_meet():
    ask({"a": 1})
    other = ask({"a": 2}, person_id=2, produce=lambda: make_person("other"))
    assert other.value != ask({"a": 1}).value


@pytest.mark.django_db
def test_a_refused_request_keeps_nothing_so_the_key_may_be_used_again():
    def refuse() -> Any:
        raise GuardFailed(["内容没写"])

    with pytest.raises(GuardFailed, match="内容没写"):
        ask({"a": 1}, produce=refuse)
    assert not IdempotencyRecord.objects.exists()
    assert ask({"a": 1}).status_code == 201


@pytest.mark.django_db
def test_without_a_key_every_request_counts():
    ask({}, key=None)
    ask({}, key=None, produce=lambda: make_person("second"))
    assert Person.objects.count() == 2


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert body_digest({"a": 1, "b": [1, 2]}) == body_digest({"b": [1, 2], "a": 1})
    assert body_digest({"a": 1}) != body_digest({"a": "1"})


@pytest.mark.django_db
def test_a_first_answer_costs_two_statements_and_a_repeat_two(django_assert_num_queries):
    answer = (200, {"ok": True})
    with django_assert_num_queries(4):  # savepoint, insert, update, release
        ask({}, produce=lambda: answer)
    with django_assert_num_queries(4):  # savepoint, insert, select, release
        ask({}, produce=lambda: answer)


@pytest.mark.django_db
def test_old_answers_are_forgotten():
    ask({"a": 1})
    assert idempotency_forget(before=NOW) == 0
    assert idempotency_forget(before=NOW + timedelta(seconds=1)) == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_requests_make_one_result():
    together = Barrier(100)

    def call(_: int) -> Any:
        try:
            together.wait(30)
            return ask({"a": 1}).value
        finally:
            connection.close()

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(call, range(100)))
    assert Person.objects.filter(login="made").count() == 1
    assert len({answer["id"] for answer in answers}) == 1
