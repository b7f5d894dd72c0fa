"""Channels and categories: late and silent ones are named; changes are on record."""

from datetime import timedelta

import pytest

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.services.channels import channel_states, headline
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = make_world()
    found.people["admin"] = make_person("高远", found.units["desk"], "admin")
    return found


CHANNEL = {
    "name": "走访登记", "owner_unit_id": "", "hand_in": "走访表", "hand_in_workdays": "2", "silent_after_days": "20",
    "reply_via": "letter", "is_active": "on",
}  # fmt: skip


def test_each_page_is_for_its_roles_only(world: World) -> None:
    pages = {
        "/channels/": {"desk", "admin", "supervisor"},
        "/channels/visit/": {"admin"},
        "/categories/": {"desk", "admin"},
        "/categories/parking/": {"desk", "admin"},
        "/replies/": {"desk"},
        "/channels/visit/replies/": {"desk"},
    }
    for url, allowed in pages.items():
        for who in ("desk", "admin", "supervisor", "handler", "clerk", "outsider", "callback"):
            status = client_of(world.people[who]).get(url).status_code
            assert status == (200 if who in allowed else 404), (url, who)


def test_a_channel_of_another_district_does_not_exist(world: World) -> None:
    Channel.objects.filter(district=world.district, code="visit").delete()
    make_world("别区")
    assert client_of(world.people["admin"]).get("/channels/visit/").status_code == 404


def test_late_is_counted_in_workdays_and_silence_in_days(world: World) -> None:
    came = NOW - timedelta(days=12)
    desk = world.viewer("desk")
    for days, source in ((1, "A"), (5, "B")):
        world.now = came
        world.submit(
            "desk", channel="visit", source_id=source, handed_in_on=local_date(came + timedelta(days=days))
        )
    states = {s.channel.code: s for s in channel_states(desk, local_date(NOW))}
    assert (states["visit"].late, states["visit"].handed_in) == (1, 2)
    assert not states["visit"].is_silent
    assert states["hotline_12345"].is_silent
    later = {s.channel.code: s for s in channel_states(desk, local_date(NOW + timedelta(days=40)))}
    assert later["visit"].is_silent
    assert "1 个有迟交，最多的是走访（1 件）" in headline(list(states.values()))


def test_what_people_write_themselves_is_never_late(world: World) -> None:
    world.submit("desk", channel="phone", source_id="A", handed_in_on=local_date(NOW + timedelta(days=9)))
    states = {s.channel.code: s for s in channel_states(world.viewer("desk"), local_date(NOW))}
    assert states["phone"].late == 0


def test_changing_a_channel_is_on_record_with_before_and_after(world: World) -> None:
    admin = client_of(world.people["admin"])
    assert admin.post("/channels/visit/", CHANNEL).status_code == 302
    channel = Channel.objects.get(district=world.district, code="visit")
    assert (channel.name, channel.reply_via, channel.hand_in_workdays) == ("走访登记", "letter", 2)
    entry = AuditEntry.objects.get(action="channel_saved")
    assert '"before":{' in entry.data
    assert "走访登记" in entry.data
    bad = admin.post("/channels/visit/", {**CHANNEL, "hand_in_workdays": "99"})
    assert bad.status_code == 422
    assert "工作日要在 0 到 60 之间" in bad.content.decode()


def test_changing_a_category_changes_the_next_suggestion(world: World) -> None:
    desk = client_of(world.people["desk"])
    sent = {
        "name": "厂区停车", "group": "交通配套", "usual_unit_id": str(world.units["bureau"].pk),
        "keywords": "停车、车位\n泊位", "is_active": "on",
    }  # fmt: skip
    assert desk.post("/categories/parking/", sent).status_code == 302
    category = Category.objects.get(district=world.district, code="parking")
    assert category.keywords == ["停车", "车位", "泊位"]
    assert category.usual_unit == world.units["bureau"]
    assert AuditEntry.objects.filter(action="category_saved").count() == 1
    refused = desk.post("/categories/parking/", {**sent, "keywords": "停"})
    assert "关键词至少两个字" in refused.content.decode()
