"""Daily upkeep: what has ended goes, what lives stays, and the worker knows the task."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from qiying.config.upkeep import ANSWERS_KEPT, upkeep
from qiying.kernel.api_access.models import IdempotencyRecord
from qiying.kernel.api_access.tests.factories import NOW
from qiying.kernel.cases.worker import WORKER


@pytest.mark.django_db
def test_ended_sessions_and_old_answers_are_deleted():
    for key, age in (("old", ANSWERS_KEPT + timedelta(hours=1)), ("new", timedelta(hours=1))):
        IdempotencyRecord.objects.create(person_id=1, key=key, route="r", body_hash="h", created_at=NOW - age)
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=2) - age)
    assert upkeep(NOW) == 2
    assert [r.key for r in IdempotencyRecord.objects.all()] == ["new"]
    assert [s.session_key for s in Session.objects.all()] == ["new"]


def test_the_worker_does_it_every_day():
    assert WORKER.tasks["upkeep"].every == timedelta(days=1)
