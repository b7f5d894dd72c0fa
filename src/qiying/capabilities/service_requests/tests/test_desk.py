"""The triage screen: who may open it, what it suggests, what each key does to a case."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiying.capabilities.service_requests.models import LikelyDouble
from qiying.capabilities.service_requests.tests.world import TEXT, World, make_world
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import Case, CaseEvent
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.organisations.tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = make_world()
    found.now = utc_now()  # pages look at the clock of the house
    found.people["second"] = make_person("赵敏", found.units["desk"], "desk")
    return found


@pytest.fixture
def desk(world: World) -> Client:
    return client_of(world.people["desk"])


def page(name: str, *args: object) -> str:
    return reverse(f"service_requests:{name}", args=args)


def decision(world: World, **changes: object) -> dict[str, object]:
    return {
        "kind": "problem",
        "category": "park_transport",
        "level": "general",
        "unit_id": world.units["town"].pk,
        **changes,
    }


def pages(case: Case) -> list[str]:
    return [page("desk"), page("triage", case.number), page("triage_advice", case.number)]


def test_only_the_desk_finds_its_pages(world: World) -> None:
    case = world.submit()
    for who in ("handler", "clerk", "outsider", "supervisor", "callback"):
        for url in pages(case):
            assert client_of(world.people[who]).get(url).status_code == 404, (who, url)
    for url in pages(case):
        assert client_of(world.people["desk"]).get(url).status_code == 200
        assert client_of(None).get(url).status_code == 302


def test_a_desk_of_another_district_does_not_find_the_case(world: World) -> None:
    case = world.submit()
    other: Person = make_world("别区").people["desk"]
    for name in ("triage", "triage_advice"):
        assert client_of(other).get(page(name, case.number)).status_code == 404
    for name in ("assign", "answer", "material", "decline", "conclude", "join", "split", "not_same"):
        assert client_of(other).post(page(f"triage_{name}", case.number)).status_code == 404
    case.refresh_from_db()
    assert case.state == "received"


def test_assigning_moves_the_case_and_opens_the_next(world: World, desk: Client) -> None:
    first, second = world.submit(), world.submit(text="想请区里组织一次招聘会，缺二十个焊工。")
    answer = desk.post(page("triage_assign", first.number), decision(world))
    assert answer.status_code == 302
    assert second.number in answer["Location"]
    first.refresh_from_db()
    assert (first.state, first.lead_unit_id) == ("assigned", world.units["town"].pk)
    assert list(CaseEvent.objects.filter(case=first).values_list("action", flat=True)) == [
        "submit",
        "triage",
        "assign",
    ]


def test_a_refusal_keeps_what_was_typed_and_says_why_at_the_field(world: World, desk: Client) -> None:
    case = world.submit()
    sent = decision(world, unit_id="", ask="先去看现场", receipt="您好，我们这就去看。")
    answer = desk.post(page("triage_assign", case.number), sent)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "请选一个主办单位" in body
    assert "先去看现场" in body
    assert "您好，我们这就去看。" in body
    case.refresh_from_db()
    assert case.state == "received"


def test_what_is_refused_in_the_second_act_takes_back_the_first(world: World, desk: Client) -> None:
    case = world.submit()
    elsewhere = make_world("别区").units["town"]
    answer = desk.post(page("triage_assign", case.number), decision(world, unit_id=elsewhere.pk))
    assert answer.status_code == 422
    assert "选的单位不在本区" in answer.content.decode()
    case.refresh_from_db()
    assert (case.state, case.seq) == ("received", 1)


def test_a_returned_case_is_only_handed_over_again(world: World, desk: Client) -> None:
    case = world.assigned()
    world.act(case, "liaison", "give_back", reason="这条路归住建局养护", basis="三定方案第五条")
    shown = desk.get(page("desk") + "?tab=returned").content.decode()
    assert "城南街道退回 · 第 1 次" in shown
    assert "这条路归住建局养护" in shown
    desk.post(page("triage_assign", case.number), {"unit_id": world.units["bureau"].pk})
    case.refresh_from_db()
    assert (case.state, case.lead_unit_id) == ("assigned", world.units["bureau"].pk)


def test_the_tabs_count_what_they_hold(world: World, desk: Client) -> None:
    world.submit()
    world.triaged()
    question = world.submit(kind="question", text="请问高新企业认定什么时候报名？")
    world.act(question, "desk", "answer_on_spot", text="每年四月和七月各一次，网上报名。")
    tabs = {t["code"]: t["count"] for t in desk.get(page("desk")).context["queue"].tabs}
    assert tabs == {
        "all": "3", "received": "1", "today": "0", "double": "0", "returned": "0", "assign": "1",
        "conclude": "1", "late": "0", "material": "0", "mine": "",
    }  # fmt: skip


def test_material_answered_declined_and_concluded_from_the_screen(world: World, desk: Client) -> None:
    asked, told, refused = world.submit(), world.submit(), world.submit()
    question = world.submit(kind="question", text="请问高新企业认定什么时候报名？")
    desk.post(page("triage_material", asked.number), {"items": "营业执照、现场照片"})
    desk.post(page("triage_answer", told.number), {"text": "限高杆今天下午就挪开。"})
    desk.post(page("triage_decline", refused.number), {"reason": "这是邻里纠纷，不是涉企诉求"})
    desk.post(page("triage_answer", question.number), {"text": "每年四月和七月各一次。"})
    end = (page("triage_conclude", question.number), {"outcome": "answered", "reason": "已经说清"})
    own = desk.post(*end)
    assert own.status_code == 409
    assert "承办过这件事的人" in own.content.decode()
    client_of(world.people["second"]).post(*end)
    states = {c.pk: c.state for c in Case.objects.all()}
    assert states[asked.pk] == "waiting_material"
    assert states[told.pk] == "answered"
    assert states[refused.pk] == "received"
    assert refused.approvals.get().kind == "decline"
    assert states[question.pk] == "ended"


def test_a_late_key_is_refused_with_the_reason(world: World, desk: Client) -> None:
    case = world.assigned()
    answer = desk.post(page("triage_answer", case.number), {"text": "限高杆今天下午就挪开。"})
    assert answer.status_code == 409
    assert "现在是“待签收”" in answer.content.decode()


def test_splitting_opens_one_more_case_per_line(world: World, desk: Client) -> None:
    case = world.submit()
    desk.post(page("triage_split", case.number), {"titles": "3 号路晚上没路灯\n公交站要挪"})
    assert Case.objects.count() == 3
    assert set(Case.objects.exclude(pk=case.pk).values_list("title", flat=True)) == {
        "3 号路晚上没路灯",
        "公交站要挪",
    }


def test_a_double_is_shown_can_be_ruled_out_and_can_be_joined(world: World, desk: Client) -> None:
    first, second = world.submit(), world.submit(text=TEXT + "急。")
    shown = desk.get(page("triage", second.number)).content.decode()
    assert first.number in shown
    assert "同一家企业" in shown
    desk.post(page("triage_not_same", second.number), {"other": first.number})
    assert LikelyDouble.objects.get().state == "dismissed"
    assert (
        first.number
        not in desk.get(page("triage", second.number)).content.decode().split("q-desk-double")[-1][:9]
    )
    assert not desk.get(page("triage", second.number)).context["doubles"]
    desk.post(page("triage_join", second.number), {"target": first.number})
    second.refresh_from_db()
    assert (second.state, second.outcome) == ("ended", "joined")
    assert first.intake_links.filter(until__isnull=True).count() == 2


def test_the_promised_day_follows_level_and_category(world: World, desk: Client) -> None:
    case = world.submit()
    url = page("triage_advice", case.number)
    days = {}
    for level in ("simple", "general", "complex"):
        shown = desk.get(url, {"level": level, "category": "parking", "unit_id": world.units["town"].pk})
        days[level] = shown.context["promise"].due_on
        assert "城南街道" in shown.content.decode()
    assert days["simple"] < days["general"] < days["complex"]
    law = desk.get(url, {"level": "general", "category": "arrears"})
    assert "拖欠账款按条例算" in law.content.decode()


def test_filters_and_saved_views_narrow_the_queue(world: World, desk: Client) -> None:
    world.submit()
    world.submit(text="想请区里组织一次招聘会，缺二十个焊工。")
    found = desk.get(page("desk"), {"q": "焊工"}).context["queue"]
    assert [r.title for r in found.rows] == ["想请区里组织一次招聘会，缺二十个焊工"]
    desk.post(page("desk_view_save"), {"name": "焊工的", "query": "q=焊工"})
    shown = desk.get(page("desk") + "?q=%E7%84%8A%E5%B7%A5")
    assert "焊工的" in shown.content.decode()
    view = shown.context["views"][0]
    stranger = client_of(make_world("别区").people["desk"])
    assert stranger.post(page("desk_view_remove", view["id"])).status_code == 404
    desk.post(page("desk_view_remove", view["id"]))
    assert not desk.get(page("desk")).context["views"]


def test_the_screen_costs_the_same_for_one_row_and_for_twenty_five(world: World, desk: Client) -> None:
    world.submit()
    desk.get(page("desk"))
    costs = []
    for more in (0, 24):
        for i in range(more):
            world.submit(text=f"第 {i} 件：想请区里组织一次招聘会，缺二十个焊工。")
        with CaptureQueriesContext(connection) as asked:
            desk.get(page("desk"))
        costs.append(len(asked))
    assert costs[0] == costs[1]
    assert costs[1] <= 21
