"""Imported history: marked by the importer, seen by officials, never public; public pages of several districts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from qiying.capabilities.service_requests.services.history import history_district
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.tests.test_numbers_page import client, text_of
from qiying.cockpit.tests.test_other_pages import set_parameter
from qiying.kernel.organisations.models import District

pytestmark = pytest.mark.django_db
HISTORY = "history-messages"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_the_importer_marks_its_district_as_history_and_an_older_one_too(world):
    made = history_district(world.now)
    assert made.settings["is_history"] is True
    District.objects.filter(pk=made.pk).update(settings={"kept": 1})
    assert history_district(world.now).settings == {"kept": 1, "is_history": True}


def test_officials_of_the_district_see_history_and_others_find_nothing(world):
    history_district(world.now)
    page = client(world, "supervisor").get(f"/numbers/?district={HISTORY}")
    assert page.status_code == 200
    assert page.context["scope"].is_history
    assert HISTORY in client(world, "supervisor").get("/numbers/").content.decode()
    for who in ("handler", "clerk"):
        answer = client(world, who).get(f"/numbers/?district={HISTORY}")
        assert answer.status_code == 404 or not answer.context["scope"].is_history
    assert client(world, "supervisor").get("/numbers/?district=nobody").status_code == 404


def test_history_that_belongs_to_another_district_is_not_there(world):
    made = history_district(world.now)
    District.objects.filter(pk=made.pk).update(settings={"is_history": True, "history_of": made.pk})
    assert client(world, "supervisor").get(f"/numbers/?district={HISTORY}").status_code == 404


def test_another_districts_numbers_are_not_there(world):
    other = make_world("别处县")
    assert client(world, "supervisor").get(f"/numbers/?district={other.district.code}").status_code == 404


def test_history_is_never_public(world):
    history_district(world.now)
    assert Client().get(f"/public/numbers/?district={HISTORY}").status_code == 404
    page = Client().get("/public/numbers/")
    assert page.status_code == 200
    assert page.context["district"].pk == world.district.pk


def test_with_several_districts_the_reader_chooses_one(world):
    other = make_world("别处县")
    history_district(world.now)
    words = text_of(Client().get("/public/numbers/"))
    assert world.district.name in words
    assert "别处县" in words
    assert "历史留言" not in words
    assert (
        Client().get(f"/public/numbers/?district={other.district.code}").context["district"].name == "别处县"
    )
    assert client(world, "supervisor").get("/public/numbers/").context["district"].pk == world.district.pk
    set_parameter(other, "cockpit.public", 0)
    assert Client().get("/public/numbers/").context["district"].pk == world.district.pk
    assert Client().get(f"/public/numbers/?district={other.district.code}").status_code == 404


def test_a_district_without_any_numbers_has_a_page_that_says_so(world):
    world.now += timedelta(days=1)
    assert "不到 5 件" in text_of(Client().get("/public/numbers/"))
