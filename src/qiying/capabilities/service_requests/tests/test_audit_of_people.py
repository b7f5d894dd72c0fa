"""`/audit/` asked for a person shows everything he did, on cases too, and tells nothing of what is hidden."""

import pytest
from django.test import Client

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str, **query: str) -> str:
    client = Client()
    client.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/audit/", query).content.decode()


def test_sign_ins_and_acts_on_cases_of_a_person_stand_together_newest_first(world: World) -> None:
    client = Client()
    world.people["handler"].set_password("correct-horse-battery")
    world.people["handler"].save()
    sent = {"way": "password", "login": world.people["handler"].login, "password": "correct-horse-battery"}
    assert client.post("/sign-in/", sent).status_code == 302
    case = world.answered()
    text = page(world, "supervisor", actor="方启明")
    assert text.count(f"办件 {case.number}") >= 2
    assert "?action=organisations.sign_in" in text
    assert text.index("怎么登录") < text.index(f"办件 {case.number}")  # the sign-in is of today
    assert "限高杆" not in text
    assert f"办件 {case.number}" not in page(world, "supervisor")  # asked for a person only
    assert f"办件 {case.number}" in page(world, "supervisor", subject=f"case:{case.number}")


def test_what_an_enterprise_did_and_what_is_restricted_is_not_shown(world: World) -> None:
    case = world.answered()
    assert f"办件 {case.number}" not in page(world, "supervisor", actor="陈雨")
    Case.objects.filter(pk=case.pk).update(confidentiality="sealed")
    assert f"办件 {case.number}" not in page(world, "supervisor", actor="方启明")


def test_another_district_and_who_may_not_look_see_nothing(world: World) -> None:
    case = world.answered()
    other = make_world("别的县")
    assert f"办件 {case.number}" not in page(other, "supervisor", actor="方启明")
    assert f"办件 {case.number}" not in page(world, "outsider", actor="方启明")


def test_the_export_holds_both_and_pages_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from qiying.kernel.audit import selectors

    for _ in range(3):
        world.answered()
        world.later(minutes=1)
    client = Client()
    client.force_login(world.people["supervisor"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/audit/export/", {"actor": "方启明"})
    lines = b"".join(answer.streaming_content).decode().splitlines()[1:]  # type: ignore[attr-defined]
    monkeypatch.setattr(selectors, "PAGE", 2)
    chosen, seen = selectors.EntryFilter(actor="方启明"), []
    before = elsewhere = None
    while True:
        found = selectors.acts_page(
            world.viewer("supervisor"), chosen, before=before, before_elsewhere=elsewhere
        )
        seen += [(e.is_elsewhere, e.id) for e in found.rows]
        if not found.has_more:
            break
        before, elsewhere = found.before, found.before_elsewhere
    assert len(seen) == len(set(seen)) == len(lines) >= 6
