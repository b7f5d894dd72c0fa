"""The kit of registers, tried with channels: added, changed, filtered, kept as a view, imported, undone, read by programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.capabilities.service_requests.views.desk.settings import CHANNELS
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.registers.models import RegisterImport, SavedList
from qiying.kernel.tables.files.sniff import read_sheets
from qiying.kernel.tables.workbooks import workbook

pytestmark = pytest.mark.django_db
NEW = {"name": "园区夜访", "group": "会议走访", "hand_in": "夜访记录", "hand_in_workdays": "2", "silent_after_days": "30",
       "reply_via": "oral", "is_active": "on"}  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    made.people["admin"] = make_person("高远", made.units["desk"], "admin")
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


@pytest.fixture
def admin(world: World) -> Any:
    return client_of(world.people["admin"])


def upload(client: Any, heads: Sequence[str], *rows: Sequence[str]) -> tuple[RegisterImport, str]:
    table = SimpleUploadedFile("渠道.xlsx", workbook(heads, rows))
    page = client.post("/channels/imports/", {"table": table}, follow=True)
    return RegisterImport.objects.latest("pk"), page.content.decode()


def test_an_officer_adds_a_channel_in_the_browser_and_it_is_on_record(world: World, admin: Any) -> None:
    assert admin.post("/channels/new/", NEW).status_code == 302
    channel = Channel.objects.get(district=world.district, name="园区夜访")
    assert (channel.code, channel.group, channel.hand_in_workdays) == ("yuan_qu_ye_fang", "会议走访", 2)
    assert "园区夜访" in admin.get("/channels/").content.decode()
    case = world.submit("desk", channel=channel.code)
    assert case.channel == channel
    page = admin.get(f"/channels/{channel.code}/").content.decode()
    assert "改了渠道" in page and "高远" in page
    again = admin.post("/channels/new/", NEW)
    assert (again.status_code, "已经有叫“园区夜访”的渠道" in again.content.decode()) == (422, True)
    assert AuditEntry.objects.filter(action="channel_saved").count() == 1


def test_an_officer_adds_a_category_and_it_can_be_chosen(world: World) -> None:
    desk = client_of(world.people["desk"])
    sent = {
        "name": "低空经济",
        "group": "新业态",
        "usual_unit_id": "",
        "keywords": "无人机、低空",
        "is_active": "on",
    }
    assert desk.post("/categories/new/", sent).status_code == 302
    made = Category.objects.get(district=world.district, name="低空经济")
    case = world.act(world.submit(), "desk", "triage", kind="problem", category=made.code, level="general")
    assert case.category == made.code


@pytest.mark.parametrize("who", ["supervisor", "handler", "clerk", "outsider"])
def test_who_may_not_change_finds_no_way_to(world: World, who: str) -> None:
    client = client_of(world.people[who])
    for url in ("/channels/new/", "/channels/imports/", "/channels/imports/template/", "/channels/visit/"):
        assert client.get(url).status_code == 404, url
    assert client.post("/channels/", NEW).status_code in (200, 404)
    assert not Channel.objects.filter(name="园区夜访").exists()
    if who == "supervisor":
        page = client.get("/channels/").content.decode()
        assert "走访" in page and "/channels/visit/" not in page


def test_filters_sort_and_views_of_ones_own(world: World, admin: Any) -> None:
    Channel.objects.filter(district=world.district, code="visit").update(is_active=False)
    off = admin.get("/channels/?active=no").content.decode()
    assert "走访" in off and "12345 热线" not in off
    nothing = admin.get("/channels/?active=perhaps").content.decode()
    assert "里没有“perhaps”这一项" in nothing and "12345 热线" not in nothing
    admin.post("/channels/view/", {"name": "停用的", "query": "active=no"})
    assert "?active=no" in admin.get("/channels/").content.decode()
    assert "停用的" not in client_of(world.people["desk"]).get("/channels/").content.decode()
    admin.post("/channels/view/", {"remove": str(SavedList.objects.get().pk)})
    assert not SavedList.objects.exists()


def test_a_table_is_tried_written_and_taken_back(world: World, admin: Any) -> None:
    batch, page = upload(
        admin,
        ["名称", "分组", "责任单位", "几个工作日内交来", "多少天没来件算沉默", "怎么回复来源", "在用"],
        ["走访", "会议走访", "住建", "5", "30", "书面回函", "是"],
        ["园区夜访", "会议走访", "", "2", "30", "当面或电话", "是"],
        ["乱写的", "没这组", "没这单位", "两天", "30", "托梦", "是"],
        ["园区夜访", "会议走访", "", "2", "30", "当面或电话", "是"],
    )
    assert "共 4 行，2 行可以导入" in page
    assert Channel.objects.filter(name="园区夜访").count() == 0
    why = "；".join(batch.rows[2][2])
    for words in ("没这组", "没这单位", "托梦", "工作日"):
        assert words in why, words
    assert batch.rows[3][2] == ["和第 3 行是同一个"]
    url = f"/channels/imports/{batch.pk}/"
    back = read_sheets(admin.get(f"{url}faults/").content)[0]
    assert len(back.rows) == 3
    admin.post(url, {"do": "write"})
    visit = Channel.objects.get(district=world.district, code="visit")
    assert (visit.hand_in_workdays, visit.owner_unit, visit.hand_in) == (5, world.units["bureau"], "走访记录")
    assert Channel.objects.get(name="园区夜访").is_active
    admin.post(url, {"do": "undo"})
    visit.refresh_from_db()
    assert (visit.hand_in_workdays, visit.owner_unit) == (2, None)
    assert not Channel.objects.get(name="园区夜访").is_active
    assert client_of(world.people["desk"]).post(url, {"do": "write"}).status_code == 404


def test_other_headings_are_settled_once(world: World, admin: Any) -> None:
    row = ["园区夜访", "当面或电话", "3", "20"]
    batch, page = upload(admin, ["叫啥", "咋回", "几天", "多久"], row)
    assert "还不知道哪一列是" in page
    chosen = {
        "column_0": "name",
        "column_1": "reply_via",
        "column_2": "hand_in_workdays",
        "column_3": "silent_after_days",
    }
    done = admin.post(f"/channels/imports/{batch.pk}/mapping/", chosen, follow=True).content.decode()
    assert "共 1 行，1 行可以导入" in done
    _, again = upload(admin, ["叫啥", "咋回", "几天", "多久"], row)
    assert "共 1 行，1 行可以导入" in again


def test_the_template_has_the_headings_and_another_districts_rows_are_not_there(
    world: World, admin: Any
) -> None:
    (sheet,) = read_sheets(admin.get("/channels/imports/template/").content)
    assert list(sheet.rows[0].cells.values())[:3] == ["名称", "分组", "责任单位"]
    other = make_world("别区")
    Channel.objects.create(district=other.district, code="far", name="别区渠道")
    assert "别区渠道" not in admin.get("/channels/").content.decode()
    assert admin.get("/channels/far/").status_code == 404


def test_programs_read_the_rows_people_see(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: world.now)

    def ask(who: str, url: str) -> Any:
        given: dict[str, Any] = {
            "person": world.people[who],
            "name": "t",
            "days": 30,
            "actor": world.viewer(who),
        }
        _, token = api_token_create(**given, at=world.now)
        return Client().get(f"/api/v1{url}", headers={"Authorization": f"Bearer {token}"})

    names = [r["name"] for r in ask("supervisor", "/registers").json()]
    assert "channels" in names and "categories" not in names
    rows = ask("supervisor", "/registers/channels?limit=100").json()["items"]
    assert {r["label"] for r in rows} == set(
        Channel.objects.filter(district=world.district).values_list("name", flat=True)
    )
    assert rows[0]["values"]["怎么回复"]
    assert ask("clerk", "/registers/channels").status_code == 404
    for name in ("units", "people", "roster"):
        assert name in names
        assert ask("supervisor", f"/registers/{name}?limit=3").status_code == 200
        assert ask("outsider", f"/registers/{name}").status_code == 404
    assert ask("supervisor", "/registers/nope").status_code == 404
    assert dict(CHANNELS.choices(world.viewer("supervisor"), world.now.date()))
