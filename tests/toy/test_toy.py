"""A procedure nobody built pages for walks every generic one: lists, case, acts, API, worker, letters, search, rebuild."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Value
from django.http import Http404
from django.test import Client
from django.urls import reverse

from qiying.cockpit.stuck import stuck_rows
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.checks import faults
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.documenting import document
from qiying.kernel.cases.engine import available_actions, case_open
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.faces.file import case_file
from qiying.kernel.cases.faces.history import timeline
from qiying.kernel.cases.models import Case, CaseEvent, Channel, Clock, Job, Supervision
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.services.erasing import EVERYTHING, case_personal_erase
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.cases.tests.toy import TOY
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.cases.vocabulary import PROCEDURES, Deadline
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_prefix
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import InboxItem
from qiying.kernel.notices.wording import notice_templates
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TITLE = "定制设备尾款的纠纷"
WORDS = "设备交了半年，尾款一直没有给。"


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROCEDURES._by_key, ("toy", 1), TOY)


@pytest.fixture
def world() -> kit.World:
    units: kit.Units = {"desk": kit.DESK, "supervision": kit.SUPERVISION, "other": ("区林业局", ["handling"])}
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "relative": ("许亲", "desk", "desk"),
        "chief": ("科长", "desk", "leader"),
        "supervisor": ("沈督", "supervision", "supervisor"),
        "stranger": ("林路", "other", "handler"),
        "admin": ("杨维", "other", "admin"),
    }
    found = kit.World(**kit.cast("海盐县", units, people))
    second = make_enterprise(found.district, "隔壁木业有限公司")
    found.people["second"] = make_clerk(second, "李邻")
    found.people["mediator"] = make_person("郑和")
    return found


def opened(world: kit.World, **more: Any) -> Case:
    data = {
        "title": TITLE,
        "text": WORDS,
        "respondent_id": min(world.viewer("second").enterprise_ids),
        "desk_id": world.units["desk"].pk,
        "supervision_id": world.units["supervision"].pk,
    }
    return case_open(
        procedure="toy",
        actor=world.viewer("clerk"),
        data=data | more,
        now=world.now,
        district_id=world.district.pk,
    )


def test_it_is_opened_on_the_generic_page_and_refusals_keep_what_was_typed(world: kit.World) -> None:
    page = Client()
    page.force_login(world.people["clerk"], backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("cases:open", args=["toy"]) in page.get(reverse("cases:openings")).content.decode()
    form = page.get(reverse("cases:open", args=["toy"])).content.decode()
    assert "说说经过" in form
    assert page.get(f"{reverse('cases:open', args=['toy'])}choices/respondent_id/?q=隔壁").status_code == 200
    data = {
        "title": TITLE,
        "respondent_id": min(world.viewer("second").enterprise_ids),
        "desk_id": world.units["desk"].pk,
        "supervision_id": world.units["supervision"].pk,
    }
    refused = page.post(reverse("cases:open", args=["toy"]), data)
    assert refused.status_code == 422
    assert TITLE in refused.content.decode()
    done = page.post(reverse("cases:open", args=["toy"]), {**data, "text": "尾款一直没有给。"})
    assert done.status_code == 302
    assert Case.objects.get().title == TITLE


def mediating(world: kit.World) -> Case:
    case = opened(world)
    world.act(case, "clerk", "agree", agrees=True)
    world.act(case, "second", "agree", agrees=True)
    return world.act(case, "desk", "name_mediator", person_id=world.people["mediator"].pk)


def told(case: Case) -> list[str]:
    return list(differences(Case.objects.get(pk=case.pk), Channel.objects.in_bulk()))


def test_the_toy_has_no_fault_and_a_page_of_its_own():
    assert list(faults(TOY, notice_templates())) == []
    assert "| `asked` | 等对方同意 | 对方企业 |" in document(TOY)


def without(code: str) -> tuple[Any, ...]:
    return tuple(a for a in TOY.actions if a.code != code)


def changed(code: str, **fields: Any) -> dict[str, Any]:
    return {"actions": (*without(code), dataclasses.replace(TOY.action(code), **fields))}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"actions": without("fire_rung")}, "缺动作 fire_rung"),
        ({"actions": without("calendar_changed")}, "缺动作 calendar_changed"),
        ({"actions": without("erased")}, "缺动作 erased"),
        (changed("erased", states=("asked",)), "在这些状态里办不了"),
        (changed("draft", icon="banana"), "图标 banana 没有"),
        (changed("draft", sentence="写了{nothing}"), "没有的一项 {nothing}"),
        (changed("draft", notices=("nothing",)), "缺通知模板 notices/nothing.txt"),
        (changed("draft", by=("judge",)), "没有声明的参与身份 judge"),
        (changed("draft", by=("desk:king",)), "没有声明的角色 king"),
        (changed("draft", to=("nowhere",)), "没有的状态 nowhere"),
        (changed("draft", whole=lambda **_: None), "没写它是哪一件的一步"),
        ({"initial": "nowhere"}, "没有开始的状态"),
        (
            {"deadlines": (Deadline("x", "某", "limit.nothing", "测试", ("agree",)),)},
            "参数 limit.nothing 没有声明",
        ),
        ({"deadlines": (Deadline("x", "某", "limit.accept", "测试", ()),)}, "没有出口"),
        (
            {"deadlines": (Deadline("x", "某", "limit.accept", "测试", ("agree",), has_cards=True),)},
            "没有声明的参与身份 lead",
        ),
        (
            {"parties": tuple(p for p in TOY.parties if p.code != "supervision")},
            "没有声明的参与身份 supervision",
        ),
        ({"parties": (dataclasses.replace(TOY.parties[0], side="office"), *TOY.parties[1:])}, "同一边"),
        ({"rated_in": ("asked",)}, "不是办结的状态"),
    ],
)
def test_every_kind_of_fault_is_named(change, words):
    found = list(faults(dataclasses.replace(TOY, **change), notice_templates()))
    assert any(words in one for one in found), found


def test_a_whole_life_and_its_proof(world):
    case = opened(world)
    case = world.act(case, "clerk", "agree", agrees=True)
    assert case.state == "asked"
    case = world.act(case, "second", "agree", agrees=False)
    assert case.state == "asked"
    world.act(case, "second", "agree", agrees=True)
    case.refresh_from_db()
    assert (case.state, case.turn, case.clock_state) == ("agreed", "desk", "running")
    assert case.promised_by == case.due_by
    case = world.act(case, "desk", "name_mediator", person_id=world.people["mediator"].pk)
    case = world.act(case, "mediator", "request_material", items="请补合同和对账单")
    assert (case.turn, case.clock_state) == ("asker", "paused")
    with pytest.raises(NotPermitted):
        world.act(case, "second", "give_material")
    with pytest.raises(GuardFailed, match="还没有材料"):
        world.act(case, "clerk", "give_material")
    case = world.act(case, "clerk", "give_material", note="合同和对账单交到了窗口")
    due = case.due_by
    case = world.act(case, "mediator", "ask_days", days=3, reason="双方还要对账")
    case = world.act(case, "supervisor", "decide_days", decision="approved")
    assert case.due_by > due and case.promised_by < case.due_by
    world.act(case, "mediator", "contact", method="phone", reached=True)
    case = world.act(case, "mediator", "draft", text="三十日内付清尾款。")
    case = world.act(case, "clerk", "sign", agrees=True)
    case = world.act(case, "second", "sign", agrees=False, note="数字不对")
    with pytest.raises(GuardFailed, match="还差对方企业同意"):
        world.act(case, "mediator", "settle")
    case = world.act(case, "second", "sign", agrees=True)
    case = world.act(case, "mediator", "settle")
    assert (case.is_open, case.outcome, case.due_by, case.clock_state) == (False, "settled", None, "stopped")
    assert not Clock.objects.filter(case=case).exclude(state="stopped").exists()
    assert FigureDelta.objects.filter(procedure="toy", measure="settled").exists()
    (ended,) = Job.objects.filter(kind="event:service_ended")
    assert ended.payload["party_key"] == f"e:{world.enterprise.pk}"
    assert told(case) == []


def test_each_party_acts_under_its_own_name(world):
    case = mediating(world)
    for who in ("desk", "mediator", "clerk", "second"):
        items = timeline(case_file(Case.objects.get(pk=case.pk), world.viewer(who), world.now))
        names = {i.seq: (i.actor, i.unit) for i in items}
        assert names[2] == ("禾川精密机械有限公司", "陈雨")
        assert names[3] == ("隔壁木业有限公司", "李邻")
    case = world.act(case, "mediator", "draft", text="三十日内付清尾款。")
    first = timeline(case_file(Case.objects.get(pk=case.pk), world.viewer("desk"), world.now))[0]
    assert first.actor == "郑和"


def test_whoever_is_kept_out_sees_nothing_though_his_unit_goes_on(world, client):
    case = mediating(world)
    world.act(case, "desk", "recuse", person_id=world.people["relative"].pk, reason="是当事人的亲戚")
    assert not cases_visible_to(world.viewer("relative")).exists()
    with pytest.raises(Http404):
        world.act(case, "relative", "note", text="我来看看")
    client.force_login(world.people["relative"])
    assert client.get(reverse("cases:case", args=[case.number])).status_code == 404
    assert told(case) == []
    world.act(case, "desk", "note", text="许亲回避了，由我办。")


PAGES = ("cases:worklist", "cases:cases", "cases:board", "portal:home")
OFFICE = ("desk", "supervisor")


@pytest.mark.parametrize("who", ["desk", "supervisor", "mediator", "clerk", "second", "stranger", "outsider"])
def test_every_generic_page_shows_it_to_whoever_takes_part_and_to_nobody_else(world, client, who):
    case = mediating(world)
    client.force_login(world.people[who])
    takes_part = who not in {"stranger", "outsider"}
    page = client.get(reverse("cases:case", args=[case.number]), follow=True)
    assert page.status_code == (200 if takes_part else 404)
    assert (TITLE in page.content.decode()) is takes_part
    for name in PAGES:
        shown = client.get(reverse(name))
        assert shown.status_code in {200, 302, 403, 404}
        assert takes_part or TITLE not in shown.content.decode()
    found = client.get("/search/", {"q": "尾款"}).content.decode()
    assert (case.number in found) is takes_part
    context = CaseContext(Case.objects.get(pk=case.pk), world.viewer(who), world.now)
    for offered in available_actions(context) if takes_part else ():
        form = client.get(reverse("cases:do", args=[case.number, offered.action.code]))
        assert form.status_code == (200 if offered.is_enabled else form.status_code)
        assert form.status_code in {200, 409, 403}


@pytest.mark.parametrize("who", ["clerk", "second", "outsider"])
def test_enterprises_read_and_act_on_their_own_page_of_it(world, client, who):
    case = mediating(world)
    client.force_login(world.people[who])
    page = client.get(reverse("mine:case", args=[case.number]))
    if who == "outsider":
        assert page.status_code == 404
        return
    text = page.content.decode()
    assert TITLE in text
    assert WORDS in text
    assert "另一位来件人" not in text
    other = "隔壁木业有限公司" if who == "clerk" else "禾川精密机械有限公司"
    assert all(name in text.partition('id="parties"')[2] for name in (other, "对方企业", "郑和", "调解员"))
    assert re.search(rf"<b>{other}</b>\s+同意调解", text)
    assert "等您" not in text.partition("q-phone-hello")[0]
    assert "等您" not in client.get(reverse("mine:cases")).content.decode()
    assert "有话找谁" in text
    assert "12345" in text
    assert TITLE in client.get(reverse("mine:cases")).content.decode()
    context = CaseContext(Case.objects.get(pk=case.pk), world.viewer(who), world.now)
    offered = {a.action.code for a in available_actions(context) if a.is_enabled}
    assert offered == {c for c in offered if reverse("mine:act", args=[case.number, c]) in text}
    assert client.post(reverse("mine:act", args=[case.number, "no-such"])).status_code == 404


def test_whose_turn_it_is_is_said_to_him_alone(world, client):
    case = world.act(opened(world), "clerk", "agree", agrees=True)
    for who, waits in (("second", True), ("clerk", False)):
        client.force_login(world.people[who])
        for url in (reverse("mine:cases"), reverse("mine:case", args=[case.number])):
            assert ("等您：等对方同意" in client.get(url).content.decode()) is waits
        assert (TITLE in client.get(f"{reverse('mine:cases')}?show=turn").content.decode()) is waits


def test_a_mediator_who_is_an_official_elsewhere_finds_what_waits_for_him(world, client):
    case = opened(world)
    for who in ("clerk", "second"):
        world.act(case, who, "agree", agrees=True)
    world.act(case, "desk", "name_mediator", person_id=world.people["stranger"].pk)
    client.force_login(world.people["stranger"])
    assert TITLE in client.get(reverse("portal:home")).content.decode()
    client.force_login(world.people["relative"])
    assert TITLE not in client.get(reverse("portal:home")).content.decode()


def test_the_other_side_reads_files_only_where_the_procedure_says_so(world, client):
    case = mediating(world)
    case = world.act(case, "mediator", "request_material", items="请补合同和对账单")
    paper = document_store(
        content=b"%PDF-1.4\n%%EOF\n", name="对账单.pdf", kind="material", subject=f"{draft_prefix(str(world.people['clerk'].pk))}x",
        actor=world.viewer("clerk"), district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    world.act(case, "clerk", "give_material", documents=[paper.pk])
    for who, reads in (("clerk", True), ("second", False), ("desk", True)):
        client.force_login(world.people[who])
        page = client.get(reverse("cases:case", args=[case.number]), follow=True).content.decode()
        assert ("对账单.pdf" in page) is reads
        assert client.get(f"/my/{case.number}/files/{paper.pk}/").status_code == (200 if reads else 404)
        assert client.get(f"/documents/{paper.pk}/").status_code == (200 if reads else 404)


def test_an_office_reads_who_the_parties_are_and_waits_for_no_verdict(world, client):
    case = world.act(mediating(world), "mediator", "draft", text="三十日内付清尾款。")
    client.force_login(world.people["desk"])
    page = client.get(reverse("cases:case", args=[case.number])).content.decode()
    assert "隔壁木业有限公司" in page.partition('id="parties"')[2]
    assert WORDS in page
    assert "还没评价" not in page
    row = Case.objects.annotate(**dict.fromkeys(("asked", "co_unit"), Value(""))).get(pk=case.pk)
    row.is_mine, row.is_unsigned = True, False
    assert stuck_rows([row], case.due_by + timedelta(days=3))[0].act == "催申请企业"


def test_lists_and_exports_name_it(world, client):
    mediating(world)
    client.force_login(world.people["desk"])
    assert TITLE in client.get(reverse("cases:worklist"), {"tab": "all"}).content.decode()
    assert TITLE in client.get(reverse("cases:cases")).content.decode()
    export = client.get(reverse("cases:cases"), {"format": "xlsx"})
    assert export.status_code == 200


class Api:
    def __init__(self, world: kit.World, who: str) -> None:
        secret = api_token_create(
            person=world.people[who], name="测试", days=30, actor=world.viewer(who), at=utc_now()
        )[1]
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, data: Any) -> Any:
        return self.client.post(f"/api/v1{path}", {"data": data}, content_type="application/json")


def test_the_api_does_what_the_pages_do(world):
    case = opened(world)
    clerk, second, outsider = (Api(world, who) for who in ("clerk", "second", "outsider"))
    assert [c["number"] for c in second.get("/cases").json()["items"]] == [case.number]
    assert outsider.get(f"/cases/{case.number}").status_code == 404
    assert clerk.post(f"/cases/{case.number}/actions/agree", {"agrees": True}).status_code == 200
    agreed = second.post(f"/cases/{case.number}/actions/agree", {"agrees": True})
    assert agreed.json()["state"] == "agreed"
    assert second.post(f"/cases/{case.number}/actions/name_mediator", {"person_id": 1}).status_code == 403
    assert second.post(f"/cases/{case.number}/actions/issue_letter", {"text": "假函"}).status_code in {
        403,
        409,
    }
    events = second.get(f"/cases/{case.number}/events").json()["items"]
    assert {"open", "agree"} == {e["action"] for e in events}


def test_the_worker_fires_the_highest_rung_only_in_the_morning_and_says_what_it_could_not(world):
    case = opened(world)
    world.later(days=11, hours=9)  # a Sunday evening long after the due day
    assert clocks_tick(world.now).count == 0
    world.now = world.now.replace(hour=1) + timedelta(days=1)
    fired = clocks_tick(world.now)
    assert (fired.count, fired.refused) == (1, [])
    assert list(Supervision.objects.filter(case=case).values_list("kind", "unit__name")) == [
        ("red", "企业服务中心")
    ]
    fan_out(world.now + timedelta(minutes=1))
    assert InboxItem.objects.filter(person=world.people["desk"], title__startswith="对方答复要抓紧").exists()
    assert clocks_tick(world.now + timedelta(minutes=1)).count == 0
    assert told(case) == []


def test_erasing_is_written_down_and_the_chain_still_holds(world):
    case = opened(world)
    count = case_personal_erase(
        case=case, scope=EVERYTHING, reason="当事人申请删除", actor=world.viewer("admin"), at=world.now
    )
    assert count == 1
    assert CaseEvent.objects.filter(case=case, action="erased").exists()
    assert told(case) == []


def test_extras_are_typed_and_an_undeclared_name_is_a_mistake_in_code():
    assert Extras.checked({"back_to": "asked", "old": 1}, ["back_to"]) == {"back_to": "asked", "old": 1}
    assert Extras.checked({"back_to": None}, ["back_to"]) == {}
    for wrong in ({"nothing": 1}, {"back_to": 5}):
        with pytest.raises(ValueError, match=r"nothing|back_to"):
            Extras.checked(wrong, wrong)
    assert Extras.of(Case(extras={"material_asked_at": "2026-01-01", "back_to": "x"})).back_to == "x"
