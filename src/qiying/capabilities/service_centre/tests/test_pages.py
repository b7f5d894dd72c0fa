"""Every page of the hall for everybody: who gets in, nothing posted breaks one, screens cost one query."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from qiying.capabilities.service_centre.models import Hall, Ticket, Window
from qiying.capabilities.service_centre.services.hall import duty_save
from qiying.capabilities.service_centre.views import desk, queue, registers
from qiying.kernel.cases.tests.markers import program
from qiying.kernel.cases.tests.walking import both_ways
from qiying.kernel.enterprises.codes import show_code
from qiying.kernel.enterprises.models import CodeLook
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db

STAFF, WATCH = "desk handler tax", "leader supervisor"
ALL = f"{STAFF} {WATCH} admin foreign clerk outsider"
OPENS = {
    "desk": "desk foreign",
    "my_windows": f"{STAFF} foreign",
    "window": "desk handler",
    "serve": "desk handler tax",
    "hall": "desk foreign",
    "zones": f"{STAFF} {WATCH} foreign",
    "zones_new": "desk foreign",
    "zones_row": "desk",
    "windows": f"{STAFF} {WATCH} foreign",
    "windows_new": "desk foreign",
    "windows_row": "desk",
    "duties": f"{STAFF} {WATCH} foreign",
    "duties_new": "desk foreign",
    "duties_row": "desk",
    "chiefs": f"{STAFF} {WATCH} foreign",
    "chiefs_new": "desk foreign",
    "chiefs_row": "desk",
    "tickets": f"{STAFF} foreign",
    "tickets_row": "desk",
    "home": f"{ALL} nobody",
    "take": "desk handler tax leader supervisor admin clerk outsider",
    "ticket": f"{ALL} nobody",
    "screen": f"{ALL} nobody",
    "kiosk": f"{ALL} nobody",
}
"""Who sees a page; for everybody else there is none."""
POSTED = {"desk_arrive", "window_act", "window_card", "arrive", "leave"}
KIT = ("_view", "_imports", "_template", "_one", "_mapping", "_step", "_act")
HOSTILE = ("", "²", "-1", "9" * 19, "9" * 3000, "NaN", "0001-01-01", "x" * 3000, "<b>'\"")


def test_every_page_is_in_the_table():
    patterns = (p for module in (desk, queue, registers) for p in module.urlpatterns)
    names = {str(p.name) for p in patterns if not str(p.name).endswith(KIT) or p.name in POSTED}
    assert names == set(OPENS) | POSTED


@pytest.mark.parametrize("who", [*ALL.split(), "nobody"])
def test_a_page_opens_for_whom_it_is_and_for_nobody_else(hall, who):
    client = hall.client(who)
    wrong = []
    for name, whom in OPENS.items():
        answer = client.get(hall.url(name))
        expected = {200} if who in whom.split() else {302} if who == "nobody" else {404}
        if name == "my_windows" and who == "handler":
            expected = {302}  # straight to the window he sits at
        if answer.status_code not in expected:
            wrong.append((name, who, answer.status_code))
        assert "<script>企业" not in answer.content.decode()
    assert wrong == []


@both_ways
@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_posted_breaks_a_page(hall, value, every):
    fields = ("zone", "phone", "code", "enterprise", "matter", "priority", "reason", "to", "ticket", "result", "number",
              "weekdays", "hours", "off_hours", "letter", "name", "items", "valid_from", "person_id", "unit_id")  # fmt: skip
    data = dict.fromkeys(fields, value)
    client = hall.client("desk")
    acts = ("open", "next", "call", "recall", "start", "finish", "pass", "hand", "pause", "close", "none")
    urls = [hall.url(name) for name in ("desk", "hall", "zones_new", "windows_new", "duties_new", "take")]
    urls += [reverse("service_centre:window_act", args=[1, act]) for act in acts]
    urls += [
        f"{hall.url('kiosk')}?zone={hall.zones['A'].pk}",
        reverse("service_centre:tickets_act", args=[1, "priority"]),
    ]
    for url in urls:
        assert client.post(url, data).status_code in (200, 302, 404, 422), url
    queries = ("zone", "day", "state", "q", "sort", "enterprise", "given")
    pages = ("tickets", "windows", "screen", "kiosk", "desk", "take", "home")
    asked = list(product(queries, pages))
    for query, name in asked if every else asked[HOSTILE.index(value) % 4 :: 4]:
        assert client.get(hall.url(name), {query: value}).status_code in (200, 302), (name, query)


def test_a_page_of_another_district_or_a_forged_address_does_not_exist(hall):
    for url in (
        "/hall/at/999999/screen/",
        "/hall/at/999999/screen/?look",
        f"/hall/at/{hall.district.code}/kiosk/wrong/",
        "/hall/t/wrong/",
        "/hall/t/wrong/?look",
    ):
        assert Client().get(url).status_code == 404, url
    assert hall.client("outsider").post("/hall/arrive/AAAAAAAA/").status_code == 404


def test_the_window_is_worked_by_its_buttons(hall):
    client = hall.client("handler")

    def press(act: str, **data: Any) -> str:
        url = reverse("service_centre:window_act", args=[1, act])
        return str(client.post(url, data, follow=True).content.decode())

    assert "叫了 A001" in press("next")
    assert "还没来" in press("next")
    assert "又叫了一遍" in press("recall")
    assert "开始办" in press("start")
    assert "转过去了" in press("hand", to=f"w{hall.windows[3].pk}", reason="要办税")
    assert Ticket.objects.get(number="A001").to_window_id == hall.windows[3].pk
    assert "没有人在等" in press("next")
    assert "暂停了" in press("pause", reason="吃饭")
    assert "吃饭" in hall.client("desk").get("/hall/desk/").content.decode()
    assert "恢复叫号了" in press("pause", reason="")
    assert "收了" in press("close")
    assert client.post(reverse("service_centre:window_act", args=[3, "open"])).status_code == 404


def test_a_number_is_taken_at_the_desk_with_everything_typed_kept(hall):
    client = hall.client("desk")
    data = {"zone": hall.zones["A"].pk, "phone": "1380000", "matter": "企业变更", "priority": "孕妇"}
    refused = client.post("/hall/desk/", data)
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "11 位" in body and "企业变更" in body
    done = client.post("/hall/desk/", {**data, "phone": "13800001234"}, follow=True)
    assert "A002" in done.content.decode()
    row = Ticket.objects.get(number="A002")
    assert (row.matter, row.reason, row.rank) == ("企业变更", "孕妇", Ticket.Rank.PRIORITY)


def test_at_the_desk_a_number_gets_priority_with_a_reason_and_a_passed_one_comes_back(hall):
    client = hall.client("desk")
    first = Ticket.objects.get(number="A001")
    act = lambda code: reverse("service_centre:tickets_act", args=[first.pk, code])  # noqa: E731
    assert client.post(act("priority"), {"reason": ""}).status_code == 422
    assert "排到前面了" in client.post(act("priority"), {"reason": "孕妇"}, follow=True).content.decode()
    for who in ("handler", "supervisor", "clerk", "foreign"):
        assert hall.client(who).post(act("priority"), {"reason": "孕妇"}).status_code == 404
    hall.next(), hall.step("pass")
    assert "A001" in client.get("/hall/desk/").content.decode()
    assert "重新排上了" in client.post(act("back"), follow=True).content.decode()
    assert "不办了" in client.post(act("leave"), follow=True).content.decode()
    first.refresh_from_db()
    assert (first.state, first.reason) == ("left", "孕妇")


def test_the_self_service_page_gives_a_number_by_enterprise_code_once_and_by_phone(hall):
    url = f"{hall.url('kiosk')}?zone={hall.zones['B'].pk}"
    code = show_code(hall.viewer("clerk"), hall.enterprise, hall.now)
    body = Client().post(url, {"code": code}).content.decode()
    row = Ticket.objects.get(enterprise=hall.enterprise)
    assert row.number in body and row.by_code and row.way == "self"
    assert CodeLook.objects.get(scanner=None).scanner_name == "自助取号机"
    for wrong, words in ((code, "用过了"), ("1" * 53, "不是系统发的"), ("", "企业码")):
        answer = Client().post(url, {"code": wrong})
        assert answer.status_code == 422 and words in answer.content.decode()
    hall.later(minutes=5)
    late = show_code(hall.viewer("clerk"), hall.enterprise, hall.now)
    hall.later(minutes=5)
    assert "过时了" in Client().post(url, {"code": late}).content.decode()
    assert "B003" in Client().post(url, {"phone": "138 0000 9999"}).content.decode()


def test_a_clerk_takes_looks_and_gives_back_on_the_phone(hall):
    client = hall.client("clerk")
    took = client.post("/hall/take/", {"zone": hall.zones["A"].pk, "matter": "变更"}, follow=True)
    body = took.content.decode()
    row = Ticket.objects.get(enterprise=hall.enterprise)
    assert row.number in body and "前面还有 1 个" in body
    home = client.get("/").content.decode()
    assert row.number in home
    assert row.number not in hall.client("outsider").get("/").content.decode()
    client.post(reverse("service_centre:leave", args=[row.token]))
    row.refresh_from_db()
    assert row.state == "left"
    assert row.number not in client.get("/").content.decode()


def test_the_page_of_a_number_says_where_to_go_and_then_asks_for_a_rating(hall):
    token = Ticket.objects.get(number="A001").token
    state = reverse("service_centre:ticket", args=[token]) + "?look"
    assert "下一个就是您" in Client().get(state).json()["html"]
    hall.next()
    assert "请到 1 号窗口" in Client().get(state).json()["html"]
    hall.step("start")
    hall.step("finish")
    from qiying.kernel.cases.jobs import jobs_run

    jobs_run(hall.now)
    assert "评一评" in Client().get(reverse("service_centre:ticket", args=[token])).content.decode()


# --- registers -----------------------------------------------------------------------------------
def test_windows_come_in_by_a_table_and_go_out_as_one(hall):
    client = hall.client("desk")
    out = client.get(hall.url("windows"), {"export": "xlsx"})
    assert out["Content-Type"].startswith("application/vnd.openxml")
    listed = client.get("/api/v1/registers/hall_windows")
    assert listed.status_code in (200, 401)


def test_wrong_hours_letters_and_double_duty_are_told_at_their_field(hall):
    client = hall.client("desk")
    values = {
        "name": "大厅",
        "unit": hall.units["desk"].pk,
        "hours": "随便",
        "off_hours": "周六 12:00-09:00",
    }
    body = client.post("/hall/settings/", values).content.decode()
    assert "看不懂" in body and "结束要晚于开始" in body
    body = client.post(
        "/hall/zones/new/", {"kind": "windows", "letter": "A", "name": "另一个"}
    ).content.decode()
    assert "已经是别的专区的" in body
    again = {"person_id": hall.people["second"].pk, "window_id": hall.windows[2].pk, "weekdays": "5"}
    again |= {"shift": "morning", "valid_from": hall.now.date(), "valid_to": None}
    with pytest.raises(GuardFailed, match="已经排在"):
        duty_save(actor=hall.viewer("desk"), row=None, values=again, now=hall.now)


def test_without_a_hall_every_page_says_what_to_do(hall):
    Ticket.objects.all().delete()
    Hall.objects.all().delete()
    assert "还没有设好" in hall.client("desk").get("/hall/desk/").content.decode()
    assert "还没有办事大厅" in Client().get("/hall/").content.decode()
    assert hall.client("clerk").get("/hall/take/").status_code == 404


# --- API -----------------------------------------------------------------------------------------
def test_a_program_takes_a_number_once_and_works_the_window(hall):
    clients: dict[str, Client] = {}

    def call(who: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        client = clients.get(who) or clients.setdefault(who, program(hall.people[who]))
        headers, url = {"Idempotency-Key": key} if key else {}, f"/api/v1/{path}"
        if method == "get":
            return client.get(url, headers=headers)
        return client.post(url, json.dumps(body or {}), content_type="application/json", headers=headers)

    told = call("clerk", "get", "hall").json()
    assert (told["opening"], [z["letter"] for z in told["zones"]]) == ("open", ["A", "B"])
    body = {"zone_id": hall.zones["B"].pk, "enterprise_id": hall.enterprise.pk, "matter": "变更"}
    first = call("clerk", "post", "hall/tickets", body, "k-1")
    again = call("clerk", "post", "hall/tickets", body, "k-1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert call("outsider", "post", "hall/tickets", body).status_code == 404
    assert [t["number"] for t in call("clerk", "get", "hall/tickets").json()] == ["B002"]
    assert call("outsider", "get", "hall/tickets").json() == []
    assert call("tax", "post", "hall/windows/1/next").status_code == 404
    assert call("handler", "post", "hall/windows/1/next").json()["number"] == "A001"
    assert call("handler", "post", "hall/windows/1/finish").status_code == 409
    assert call("handler", "post", "hall/windows/1/start").json()["state"] == "serving"
    assert call("handler", "post", "hall/windows/1/finish", {"result": "好了"}).json()["state"] == "done"
    assert call("handler", "post", "hall/windows/1/next").status_code == 409
    assert call("supervisor", "post", "hall/windows/1/next").status_code == 404


def test_a_scanned_enterprise_is_served_at_ones_window(hall):
    client, url = hall.client("handler"), hall.url("serve")
    scan = reverse("enterprises:scan")
    text = show_code(hall.viewer("clerk"), hall.enterprise, hall.now)
    assert url in client.post(scan, {"c": text}).content.decode()
    Window.objects.update(officer=None, opened_at=None)
    assert "去开窗口" in client.get(url).content.decode()
    hall.open(2)
    other = hall.take("A")
    told = client.post(url, follow=True).content.decode()
    assert (
        "请先取号" in told and not Ticket.objects.filter(enterprise=hall.enterprise, state="called").exists()
    )
    Ticket.objects.filter(pk=other.pk).update(state="left")
    Ticket.objects.filter(state="waiting").update(state="left")
    client.post(url)
    served = Ticket.objects.get(enterprise=hall.enterprise, state="called")
    assert served.by_code and served.window is not None and served.window.number == 2
    client.post(url)
    client.post(url)
    served.refresh_from_db()
    assert served.state == "serving"
    assert hall.client("tax").post(url).status_code == 200  # has no window open: nothing happens
    assert hall.client("foreign").post(url).status_code == 404


def test_a_window_has_a_card_by_which_anybody_rates_it(hall):
    url = reverse("service_centre:window_card", args=[1])
    for who in ("tax", "clerk", "supervisor", "foreign"):
        assert hall.client(who).post(url).status_code == 404, who
    assert hall.client("handler").get(url).status_code == 405
    first = hall.client("handler").post(url).content.decode()
    again = hall.client("desk").post(url).content.decode()
    shown = [page.partition('src="data:image')[2].partition('"')[0] for page in (first, again)]
    assert shown[0] and shown[0] == shown[1]
    place = apps.get_model("feedback", "ServicePlace").objects.get()
    asked = Client().get(reverse("feedback:rate_place", args=[place.code])).content.decode()
    officer = hall.people["handler"].name
    assert str(hall.windows[1]) in asked and officer not in asked
