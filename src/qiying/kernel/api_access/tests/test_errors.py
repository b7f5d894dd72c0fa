"""Refusals: one shape, the right status, every reason; a token or 401."""

from typing import Any

import pytest
from django.http import Http404
from ninja import NinjaAPI, Schema
from ninja.testing import TestClient

from qiying.kernel.api_access.auth import TokenAuth
from qiying.kernel.api_access.errors import ERRORS, install_error_handlers
from qiying.kernel.api_access.tests.factories import person_make, token_make
from qiying.kernel.api_access.throttling import TokenThrottle, parse_rate
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

REFUSALS: dict[str, Exception] = {
    "permitted": NotPermitted("您不是承办单位"),
    "state": ActionNotAvailable("已经办结"),
    "guard": GuardFailed(["标题没写", "电话不对"], fields={"phone": ["电话不对"]}),
    "hidden": Http404(),
    "number": OverflowError("Python int too large to convert to SQLite INTEGER"),
    "character": ValueError("A string literal cannot contain NUL (0x00) characters."),
}


class Body(Schema):
    title: str
    size: int


def api_with(rate: str = "100/m") -> TestClient:
    api = NinjaAPI(
        urls_namespace=f"test-{rate}", auth=TokenAuth(), throttle=TokenThrottle(rate), openapi_url=None
    )
    install_error_handlers(api)

    @api.get("/refuse/{kind}", response={200: Any, **ERRORS})
    def refuse(request, kind: str):
        raise REFUSALS[kind]

    @api.post("/body", response={200: Any, **ERRORS})
    def body(request, payload: Body):
        return {"who": request.viewer.name, "on": request.today.isoformat()}

    return TestClient(api)


@pytest.fixture
def client(monkeypatch, db):
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "1")
    return api_with()


@pytest.fixture
def headers(db):
    return {"Authorization": f"Bearer {token_make(person_make(name='王经办'), at=utc_now())}"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("permitted", 403),
        ("state", 409),
        ("guard", 422),
        ("hidden", 404),
        ("number", 422),
        ("character", 422),
    ],
)
def test_each_refusal_has_its_status_and_a_sentence(client, headers, kind, status):
    answer = client.get(f"/refuse/{kind}", headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) >= {"code", "message"}


def test_a_failed_guard_says_every_reason(client, headers):
    body = client.get("/refuse/guard", headers=headers).json()
    assert body["reasons"] == ["标题没写", "电话不对"]
    assert body["fields"] == {"phone": ["电话不对"]}


def test_wrong_input_names_every_field_in_chinese(client, headers):
    answer = client.post("/body", json={"size": "x"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"title": ["必填"], "size": ["应为整数"]}


def test_without_a_token_or_with_a_wrong_one_the_answer_is_401(client):
    for headers in ({}, {"Authorization": "Bearer qy_wrong"}, {"Authorization": "Basic eDp5"}):
        answer = client.get("/refuse/state", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "not_signed_in"


def test_the_token_says_who_calls(client, headers):
    answer = client.post("/body", json={"title": "t", "size": 1}, headers=headers)
    assert answer.json()["who"] == "王经办"


def test_too_many_calls_of_one_token_are_told_to_wait(headers):
    client = api_with("2/h")
    statuses = [client.get("/refuse/state", headers=headers).status_code for _ in range(3)]
    assert statuses == [409, 409, 429]


@pytest.mark.parametrize("rate", ["", "5", "0/m", "5/y", "-1/m"])
def test_a_wrong_rate_is_refused(rate):
    with pytest.raises(ValueError, match="600/m"):
        parse_rate(rate)
