"""`/healthz`: ready, or each part that is not with what to do; `/metrics` is not for strangers."""

from datetime import timedelta

import pytest
from django.db import connection

from qiying.config import health
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import WorkerBeat
from qiying.kernel.organisations import checks
from qiying.kernel.organisations.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    health._well_until.clear()


def beat(ago: timedelta = timedelta()) -> None:
    WorkerBeat.objects.create(name="clocks", ran_at=utc_now() - ago)


def test_it_is_ready_when_every_part_is_well(client):
    beat()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_a_worker_that_never_ran_or_fell_silent_is_named(client):
    assert "worker" in client.get("/healthz").json()["problems"]
    beat(timedelta(minutes=10))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "10 分钟" in answer.json()["problems"]["worker"]


def test_a_missing_migration_is_named(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'api_access'")
    problems = client.get("/healthz").json()["problems"]
    assert list(problems) == ["migrations"]
    assert "qiying setup" in problems["migrations"]


def test_who_may_be_tried_out_is_told_in_a_demo_only(client, monkeypatch):
    beat()
    assert client.get("/healthz?accounts=1").json() == {"status": "ready", "accounts": []}
    monkeypatch.setattr(checks, "is_demo_mode", lambda: True)
    Person.objects.create(login="desk", name="许静", is_demo=True, created_at=utc_now(), password="x")
    Person.objects.create(login="clerk7", name="甲", is_demo=True, created_at=utc_now(), password="x")
    told = client.get("/healthz?accounts=1").json()["accounts"]
    assert [line.split() for line in told[1:]] == [["desk", "许静", "企业专员"]]


def test_a_dropped_trigger_is_named(client, monkeypatch):
    beat()
    monkeypatch.setattr(health, "missing_protections", lambda: ["audit_auditentry"])
    assert "audit_auditentry" in client.get("/healthz").json()["problems"]["triggers"]


def test_a_full_disk_is_named(client, monkeypatch):
    beat()
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    assert list(client.get("/healthz").json()["problems"]) == ["disk"]


def test_what_only_a_deployment_changes_is_asked_once(client, django_assert_max_num_queries):
    beat()
    client.get("/healthz")
    with django_assert_max_num_queries(3):
        client.get("/healthz")


def test_metrics_are_for_this_machine_only(client):
    beat()
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "qiying_worker_silence_seconds" in answer.content.decode()
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.5").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.5"}).status_code == 404


def test_metrics_name_routes_and_never_addresses(client):
    client.get("/healthz")
    assert 'route="healthz"' in client.get("/metrics").content.decode()


def test_every_answer_carries_a_request_number(client):
    assert len(client.get("/healthz")["X-Request-Id"]) == 16


def test_a_method_nobody_knows_makes_no_label_of_its_own(client):
    client.generic("BREW", "/healthz")
    text = client.get("/metrics").content.decode()
    assert 'method="other"' in text
    assert "BREW" not in text
