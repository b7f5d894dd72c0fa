"""The API as a stranger meets it: what it declares is what it answers, whatever is sent."""

import json
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qiying.capabilities.service_requests.tests.world import make_world
from qiying.config.api import schema
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now

OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in json.loads(json.dumps(schema()))["paths"].items()
    for method in methods
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_it_is_openapi_3_1_and_needs_no_token(client, db):
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_what_no_route_answers_is_told_in_the_declared_shape(client, db):
    wrong = client.delete("/api/v1/cases")
    assert (wrong.status_code, wrong["Allow"]) == (405, "GET, POST")
    assert wrong.json() == {"code": "method_not_allowed", "message": "这个地址只接受 GET、POST"}
    unknown = client.get("/api/v1/nothing-here")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_route_declares_every_refusal_and_asks_for_a_token(method, path):
    operation = schema()["paths"][path][method.lower()]
    declared = {int(status) for status in operation["responses"]}
    assert set(ERRORS) <= declared, "use response={200: …, **ERRORS}"
    assert operation["security"]
    assert operation["summary"]


@pytest.fixture
def one_connection():
    """Keep the test's transaction through many WSGI requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@cache
def served() -> Any:
    """The description as it is served, read once for all operations."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_a_declared_one(method, path):
    world = make_world()
    world.submit()
    _, token = api_token_create(
        person=world.people["desk"], name="fuzz", days=1, actor=world.viewer("desk"), at=utc_now()
    )
    operation = served()[path][method]

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(operation.as_strategy())
    def send(case: Any) -> None:
        plain = {"Accept-Encoding": "identity"}  # the WSGI transport does not unpack
        answer = case.call(headers={"Authorization": f"Bearer {token}"} | plain)
        case.validate_response(answer, checks=CHECKS)

    send()
