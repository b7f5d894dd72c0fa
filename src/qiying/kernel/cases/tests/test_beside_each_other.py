"""Colleagues on one case: who else has a form open, and who is called by name in a note."""

from __future__ import annotations

import pytest

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case, FormOpen
from qiying.kernel.cases.tests.test_pages_case import client, do
from qiying.kernel.cases.views.open_forms import forms_forget
from qiying.kernel.notices.models import Notice
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def poll(case: Case, action: str = "answer") -> str:
    return f"{do(case, action)}open/"


def test_who_else_has_a_form_open_is_said_for_a_minute(world: World) -> None:
    case = world.handling()
    assert poll(case) in client(world, "handler").get(do(case, "answer")).content.decode()
    assert "正开着" not in client(world, "handler").post(poll(case)).content.decode()
    seen = client(world, "liaison").post(poll(case, "give_back")).content.decode()
    assert "方启明正开着“提交答复”" in seen
    assert "刘联" not in seen
    assert "刘联正开着“退回”" in client(world, "handler").post(poll(case)).content.decode()
    world.later(seconds=61)
    assert "正开着" not in client(world, "liaison").post(poll(case)).content.decode()
    assert FormOpen.objects.count() == 2
    assert forms_forget(world.now) == 1


def test_a_form_whose_act_is_done_is_not_open_any_more(world: World) -> None:
    case = world.handling()
    client(world, "handler").post(poll(case, "note"))
    assert "正开着" in client(world, "liaison").post(poll(case)).content.decode()
    world.later(seconds=5)
    assert client(world, "handler").post(do(case, "note"), {"text": "问过现场了"}).status_code == 302
    assert "正开着" not in client(world, "liaison").post(poll(case)).content.decode()


def test_only_offices_that_take_part_say_and_hear_it(world: World) -> None:
    case = world.handling()
    assert client(world, "co_handler").post(poll(case)).status_code == 404
    for who in ("clerk", "outsider"):
        heard = client(world, who).post(poll(case))
        assert (heard.status_code, heard.content) == (286, b"")
    assert client(world, "handler").post(poll(case, "nothing")).status_code == 404
    assert not FormOpen.objects.exists()


def mentioned(case: Case) -> set[str]:
    return set(Notice.objects.filter(template="mentioned").values_list("to_key", flat=True))


def test_who_is_called_by_name_in_a_note_gets_a_message(world: World) -> None:
    case = world.handling()
    world.act(case, "handler", "note", text="@周领 请看路权，邮箱 a@b.cn；@方启明 自己记一下，也请@许静看。")
    people = world.people
    assert mentioned(case) == {f"p:{people['leader'].pk}", f"p:{people['desk'].pk}"}


def test_who_may_not_see_the_case_cannot_be_called(world: World) -> None:
    case = world.handling()
    for name in (world.people["co_handler"].name, world.people["clerk"].name, "王五"):
        with pytest.raises(GuardFailed, match="不是参与这件事的人"):
            world.act(case, "handler", "note", text=f"@{name} 请看")
    assert not mentioned(case)
    refused = client(world, "handler").post(do(case, "note"), {"text": "@王五 请看"})
    assert refused.status_code == 422
    assert "@王五 请看" in refused.content.decode()
