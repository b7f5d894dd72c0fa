"""The case page and its acts: who sees what, how many queries, what a refusal keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import personal_erase
from qiying.kernel.cases import faces
from qiying.kernel.cases.context import ROW_MODELS, Rows
from qiying.kernel.cases.engine import available_actions
from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.faces.names import Names, field_extra, words_of
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES, Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _one_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages look at the world's clock."""
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)


def client(world: World, who: str) -> Client:
    browser = Client()
    browser.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def page(case: Case) -> str:
    return reverse("cases:case", args=[case.number])


def do(case: Case, action: str) -> str:
    return reverse("cases:do", args=[case.number, action])


def test_all_rows_read_together_equal_the_rows_read_one_kind_at_a_time(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="说说路权归谁")
    world.act(case, "supervisor", "urge", text="请尽快")
    world.act(case, "co_handler", "co_answer", text="路权归街道，我局没有意见。")
    world.act(
        case,
        "handler",
        "answer",
        text="限高杆已经往东挪了十米，货车可以进出了。",
        result="solved",
        quantity="3.5",
    )
    world.act(case, "callback", "contact", method="phone", reached=False, note="没人接")
    world.act(case, "clerk", "give_verdict", value="not_solved", satisfaction=2, comment="还是不行")
    world.act(case, "handler", "ask_extension", workdays=2, reason="要等市里批复")
    case.refresh_from_db()
    rows = Rows(case)
    compared = 0
    for kind in ROW_MODELS:
        for single in ROW_MODELS[kind].objects.filter(case=case):
            together = rows.of(kind)[single.no]
            for f in single._meta.concrete_fields:
                assert getattr(together, f.attname) == getattr(single, f.attname), (kind, f.attname)
                compared += 1
    assert compared > 150


def test_the_case_page_says_what_is_true_and_what_can_be_done(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk], co_ask="说说路权归谁")
    text = client(world, "handler").get(page(case)).content.decode()
    assert "11月23日（周一）下班前要答复" in text
    assert "还差区住建局的协办意见" in text
    assert "还差 1 样：区住建局的协办意见" in text
    assert "收到日不计" in text


@pytest.mark.parametrize("who", ["desk", "supervisor", "callback", "handler", "liaison", "leader"])
def test_whoever_takes_part_sees_the_page(world, who):
    case = world.handling()
    assert client(world, who).get(page(case)).status_code == 200


def test_an_outsider_finds_nothing_at_any_address(world):
    case = world.handling()
    browser = client(world, "outsider")
    intake = case.intake_links.get().intake_id
    for url in (
        page(case),
        do(case, "answer"),
        reverse("cases:choices", args=[case.number, "triage", "enterprise_id"]),
    ):
        assert browser.get(url).status_code == 404, url
    assert (
        browser.post(do(case, "answer"), {"text": "不该写进去的答复", "result": "solved"}).status_code == 404
    )
    assert (
        browser.post(reverse("cases:reveal", args=[case.number, intake]), {"reason": "看看"}).status_code
        == 404
    )
    assert Client().get(page(case)).status_code == 302


def warm(browser: Client, case: Case) -> None:
    browser.get(page(case))


def queries(browser: Client, url: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(url).status_code == 200
    return [q["sql"] for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]


def test_the_page_costs_the_same_with_five_events_or_fifty(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk])
    browser = client(world, "handler")
    warm(browser, case)
    few = queries(browser, page(case))
    for n in range(50):
        world.act(case, "handler", "note", text=f"第 {n} 条留言")
    many = queries(browser, page(case))
    assert len(many) == len(few)
    assert len(few) <= 14 + 3


def test_events_beyond_fifty_turn_the_page(world):
    case = world.handling()
    for n in range(52):
        world.act(case, "handler", "note", text=f"第 {n} 条留言")
    browser = client(world, "handler")
    first, second = (browser.get(page(case) + f"?page={n}").content.decode() for n in (1, 2))
    assert "第 51 条留言" in first
    assert "来件，原文" not in first
    assert "来件，原文" in second
    assert "第 2 页 / 共 2 页" in second


def test_a_refused_act_says_every_reason_and_keeps_what_was_typed(world):
    case = world.handling()
    answer = client(world, "handler").post(do(case, "ask_extension"), {"workdays": "0", "reason": "短"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“为什么”至少写 5 个字" in text
    assert "不能小于 1" in text
    assert 'value="0"' in text
    assert ">短</textarea>" in text
    assert "写的内容都还在" in text


def test_an_act_done_says_what_comes_next(world):
    case = world.assigned()
    answer = client(world, "handler").post(do(case, "take"), {"seen_seq": case.seq}, follow=True)
    text = answer.content.decode()
    assert "签收：办好了。现在是“办理中”" in text
    case.refresh_from_db()
    assert case.state == "handling"


def test_who_comes_late_is_told_who_was_faster_and_keeps_his_words(world):
    case = world.handling()
    seen = case.seq
    said = "限高杆已经往东挪了十米，货车可以进出了。"
    world.act(case, "liaison", "answer", text=said, result="solved")
    late = client(world, "handler").post(
        do(case, "answer"), {"text": "我写的另一份答复在这里。", "result": "solved", "seen_seq": seen}
    )
    text = late.content.decode()
    assert late.status_code == 409
    assert "刘联刚才已“提交答复”" in text
    assert "我写的另一份答复在这里。" in text


def test_a_remark_in_between_asks_to_look_again_and_the_form_stays(world):
    case = world.handling()
    seen = case.seq
    world.act(case, "liaison", "note", text="先别答复，等局里意见")
    given = {"workdays": "2", "reason": "要等市里批复", "seen_seq": seen}
    again = client(world, "handler").post(do(case, "ask_extension"), given)
    text = again.content.decode()
    assert again.status_code == 409
    assert "刘联刚才“内部留言”" in text
    assert "要等市里批复</textarea>" in text
    assert f'name="seen_seq" value="{seen + 1}"' in text


def test_a_handler_is_not_let_into_the_verdict(world):
    case = world.answered()
    assert client(world, "handler").get(do(case, "record_verdict")).status_code == 403
    assert client(world, "handler").get(do(case, "fire_rung")).status_code == 404
    assert client(world, "handler").get(do(case, "no_such_thing")).status_code == 404


def test_give_back_ends_the_part_and_leads_to_the_worklist(world):
    case = world.assigned()
    given = {"reason": "这条路归住建局管", "basis": "三定方案第四条"}
    answer = client(world, "liaison").post(do(case, "give_back"), given)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("cases:worklist")


def hidden_case(world: World) -> Case:
    sent = world.submit(hide_asker=True, title="限高杆挡路", contact_name="陈雨", contact_phone="13912344416")
    case = world.act(sent, "desk", "triage", kind="problem", category="park_transport", level="general")
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    return world.act(case, "handler", "take")


def test_a_hidden_asker_is_hidden_on_the_whole_page(world):
    case = hidden_case(world)
    unit = client(world, "handler").get(page(case)).content.decode()
    for word in ("禾川精密", "陈雨", "4416", "陈**"):
        assert word not in unit, word
    assert "来件人（隐名）" in unit
    desk = client(world, "desk").get(page(case)).content.decode()
    assert "禾川精密" in desk
    assert "139****4416" in desk


def test_a_contact_is_shown_in_full_only_after_a_reason_and_leaves_a_trace(world):
    case = world.act(
        world.submit(contact_name="陈雨", contact_phone="13912344416"), "desk", "triage", kind="problem",
        category="park_transport", level="general",
    )  # fmt: skip
    browser, intake = client(world, "desk"), case.intake_links.get().intake_id
    url = reverse("cases:reveal", args=[case.number, intake])
    assert "13912344416" not in browser.get(page(case)).content.decode()
    assert browser.get(url).status_code == 405
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert not AuditEntry.objects.filter(action="field_revealed").exists()
    assert "13912344416" in browser.post(url, {"reason": "打电话约现场踏勘"}).content.decode()
    entry = AuditEntry.objects.get(action="field_revealed")
    assert entry.subject == f"intake:{intake}"
    assert "现场踏勘" in entry.data


def test_who_may_not_know_the_asker_cannot_reveal_him(world):
    case = hidden_case(world)
    url = reverse("cases:reveal", args=[case.number, case.intake_links.get().intake_id])
    assert client(world, "handler").post(url, {"reason": "打电话"}).status_code == 403
    assert not AuditEntry.objects.filter(action="field_revealed").exists()


def test_erased_words_say_so(world):
    case = world.handling()
    body = case.intake_links.get().intake.body_ref
    personal_erase(refs=[body], actor=world.viewer("desk"), reason="本人申请", at=world.now)
    text = client(world, "handler").get(page(case)).content.decode()
    assert "（已依法删除）" in text
    assert "限高杆把货车挡住" not in text.replace(case.title, "")


def test_askers_read_what_was_done_and_nothing_internal(world):
    case = world.answered()
    world.act(case, "supervisor", "instruct", text="务必周五前解决")
    world.act(case, "handler", "note", text="企业脾气不好")
    file = faces.case_file(case, world.viewer("clerk"), world.now)
    told = " ".join(f"{i.actor}{i.text}{i.quote}" for i in faces.timeline(file))
    assert "限高杆已经往东挪了十米" in told
    assert "脾气" not in told
    assert "务必" not in told
    assert str(faces.status_sentence(file)) == "城南街道今天答复了。请您说：解决了没有？"
    assert faces.supervision_faces(file) == []


def test_buttons_come_enabled_first_and_the_others_say_why(world):
    case = world.handling(co_unit_ids=[world.units["bureau"].pk])
    file = faces.case_file(case, world.viewer("handler"), world.now)
    found = faces.action_faces(available_actions(file.context), file.context)
    enabled = [a.is_enabled for a in found]
    assert enabled == sorted(enabled, reverse=True)
    assert all(a.reason for a in found if not a.is_enabled)
    assert next(a for a in found if a.code == "answer").reason == "还差 1 样：区住建局的协办意见"


@pytest.mark.parametrize(
    ("who", "code"),
    [("desk", "correct"), ("handler", "answer"), ("handler", "meet"), ("liaison", "add_co"),
     ("supervisor", "form_task_force"), ("supervisor", "name_lead_official"), ("callback", "contact")],
)  # fmt: skip
def test_every_form_opens_as_a_page_and_inside_the_case(world, who, code):
    case = world.handling()
    browser = client(world, who)
    assert "<h1>" in browser.get(do(case, code)).content.decode()
    inline = browser.get(do(case, code), headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in inline
    assert 'name="seen_seq"' in inline


def test_an_enterprise_is_found_by_typing(world):
    case = world.submit("desk", enterprise_id=None, channel="window")
    url = reverse("cases:choices", args=[case.number, "triage", "enterprise_id"])
    browser = client(world, "desk")
    assert "禾川精密机械有限公司" in browser.get(url, {"q": "禾川"}).content.decode()
    assert "没有找到" in browser.get(url, {"q": "不存在的"}).content.decode()
    given = {"kind": "problem", "category": "park_transport", "level": "general",
             "enterprise_id": world.enterprise.pk}  # fmt: skip
    assert browser.post(do(case, "triage"), given).status_code == 302
    case.refresh_from_db()
    assert case.enterprise_id == world.enterprise.pk


def test_who_comes_late_does_not_learn_a_hidden_asker_by_it(world):
    case = hidden_case(world)
    seen = case.seq
    world.act(case, "clerk", "withdraw", reason="已经解决了，谢谢")
    late = client(world, "handler").post(do(case, "note"), {"text": "留一句", "seen_seq": seen})
    text = late.content.decode()
    assert late.status_code == 409
    assert "陈雨" not in text
    assert "来件人（隐名）刚才已“撤回”" in text


def test_a_second_refusal_names_nobody_on_the_card_of_a_hidden_asker(world):
    case = hidden_case(world)
    for _ in range(2):
        world.act(case, "handler", "answer", text="限高杆已经往东挪了十米，货车可以进出了。", result="solved")
        world.act(case, "clerk", "give_verdict", value="not_solved", comment="没变化")
    text = client(world, "handler").get(page(case)).content.decode()
    assert "两次没解决" in text
    assert "陈雨" not in text


@pytest.mark.parametrize(
    ("act", "given", "words"),
    [
        ("request_material", {"items": "1. 营业执照"}, "等企业补材料"),
        ("answer", {"text": "限高杆已经往东挪了十米，货车可以进出了。", "result": "solved"}, "已答复，等企业说解决了没有"),
        ("ask_extension", {"workdays": 2, "reason": "要等市里批复"}, "方启明申请延期，等督查部门决定"),
    ],
)  # fmt: skip
def test_the_sentence_follows_the_state(world, act, given, words):
    case = world.act(world.handling(), "handler", act, **given)
    file = faces.case_file(case, world.viewer("desk"), world.now)
    assert words in str(faces.status_sentence(file))
    assert "您" not in str(faces.status_sentence(file))


def test_an_act_costs_few_queries_however_long_the_history(world):
    case = world.handling()
    browser = client(world, "handler")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.post(do(case, "note"), {"text": "一句话"}).status_code == 302
        return len([q for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))])

    cost()
    few = cost()
    for n in range(30):
        world.act(case, "handler", "note", text=f"第 {n} 条留言")
    assert cost() == few
    assert few <= 14 + 3


class Written(ActionInput):
    amount: Decimal | None = None
    jobs: int = 0
    year: int = 2026
    phone: str = ""


def test_numbers_in_a_history_are_grouped_and_what_only_looks_like_one_is_not():
    action = Action("write", "写", ("going",), ("lead",), lambda act: None, ("going",), Written)
    said = {"amount": "1200000.50", "jobs": 15_000, "year": 2026, "phone": "13800000000"}
    unread: Any = None
    words = [words_of(unread, action, name, value, Names({}, {})) for name, value in said.items()]
    assert words == ["1,200,000.50", "15,000", "2026", "13800000000"]


def test_a_telephone_number_is_typed_with_a_telephones_keys():
    asked = [
        (machine.code, action.code, name, field_extra(action, name)["widget"])
        for machine in PROCEDURES.all()
        for action in machine.actions
        for name in action.input.model_fields
        if name.endswith("phone") and not field_extra(action, name).get("internal")
    ]
    assert len(asked) >= 3
    assert [one for one in asked if one[3] != "tel"] == []
