from urllib.parse import parse_qs, urlsplit

import pytest

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.organisations.identity import (
    ProvenIdentity,
    register_identity_provider,
    unregister_identity_provider,
)
from qiying.kernel.organisations.models import IdentityLevel
from qiying.kernel.organisations.tests.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


class CityApp:
    """An identity provider as a city would write one."""

    label = "城市 App"
    level: str = IdentityLevel.PROVIDER
    is_online = True

    def start_url(self, person_id, return_to):
        return f"https://id.example/?return={return_to}"

    def proven(self, query):
        return ProvenIdentity(query["name"], "城市 App 实名") if query.get("ok") == "1" else None


@pytest.fixture
def people():
    register_identity_provider("city", CityApp)
    yield make_cast()
    unregister_identity_provider("city")


def test_a_provider_raises_the_level_when_it_vouches_for_the_same_name(people):
    client = client_of(people.unverified)
    assert "用城市 App认证" in client.get("/my/").content.decode()
    away = client.post("/my/identity/city/")["Location"]
    assert parse_qs(urlsplit(away).query)["return"] == ["http://testserver/my/identity/city/return/"]
    for query in ["", "?ok=0&name=李新", "?ok=1&name=别人"]:
        client.get(f"/my/identity/city/return/{query}")
        people.unverified.refresh_from_db()
        assert people.unverified.identity_level == "unverified"
    client.get("/my/identity/city/return/?ok=1&name=李新")
    people.unverified.refresh_from_db()
    assert people.unverified.identity_level == "provider"
    assert (
        AuditEntry.objects.filter(action="organisations.identity_confirm").count() == 2
    )  # the clerk's, and this


def test_the_desk_is_no_online_provider_and_unknown_ones_are_not_found(people):
    client = client_of(people.unverified)
    for name in ["desk", "nothing"]:
        assert client.post(f"/my/identity/{name}/").status_code == 404
        assert client.get(f"/my/identity/{name}/return/").status_code == 404
    assert client.get("/my/identity/city/").status_code == 405


def test_a_lower_level_does_not_replace_a_higher_one(people):
    client = client_of(people.unverified)
    client.get("/my/identity/city/return/?ok=1&name=李新")
    client_of(people.desk).post(f"/people/{people.unverified.pk}/identity/", {"evidence": "身份证原件"})
    people.unverified.refresh_from_db()
    assert people.unverified.identity_level == "provider"
