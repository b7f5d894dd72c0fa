"""A database that cannot take a write now: said so, with what was typed, on pages and in the API."""

import pytest
from django.db import OperationalError

from qiying.capabilities.service_requests.tests.world import TEXT, make_world
from qiying.kernel.api_access.tests.factories import token_make
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.errors import is_busy

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(monkeypatch):
    """Every request and every submission meets a locked database."""

    def refuse(**_: object) -> None:
        raise OperationalError("database is locked")

    def lock(*names: str) -> None:
        for name in names:
            monkeypatch.setattr(name, refuse)

    return lock


def test_a_page_says_so_and_sends_what_was_typed_again(client, locked):
    world = make_world()
    world.now = utc_now()
    case = world.assigned()
    client.force_login(world.people["handler"], backend="django.contrib.auth.backends.ModelBackend")
    locked("qiying.kernel.cases.views.acting.case_do")
    address = f"/cases/{case.number}/do/note/"
    answer = client.post(address, {"text": "已经和厂里通过电话 <b>", "seen_seq": "2"})
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert f'action="{address}"' in text
    assert 'name="text" hidden>已经和厂里通过电话 &lt;b&gt;</textarea>' in text
    assert "再交一次" in text


def test_a_password_is_never_shown_again(client, locked):
    locked("qiying.kernel.organisations.signing.password_verify")
    answer = client.post("/sign-in/", {"way": "password", "login": "x", "password": "top-secret"})
    assert answer.status_code == 503
    assert "top-secret" not in answer.content.decode()


def test_the_api_answers_503_with_the_time_to_wait(client, locked):
    world = make_world()
    token = token_make(world.people["desk"], at=utc_now())
    locked("qiying.capabilities.service_requests.api.request_submit")
    answer = client.post(
        "/api/v1/service-requests",
        {"text": TEXT, "channel": "phone"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "busy"


def test_other_failures_of_the_database_are_not_called_busy():
    assert is_busy(OperationalError("database table is locked"))
    assert not is_busy(OperationalError("no such table: x"))
    assert not is_busy(ValueError("database is locked"))
