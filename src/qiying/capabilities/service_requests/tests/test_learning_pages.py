"""Pages after closing: what they do in place."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from qiying.capabilities.service_requests.models import AnswerTemplate, BestCase, Review
from qiying.capabilities.service_requests.services.reviews import month_review
from qiying.capabilities.service_requests.tests.learning_pages import browser, hot, posted, seen
from qiying.capabilities.service_requests.tests.learning_world import (
    STORY,
    closed,
    end_of,
    filed,
    planned,
    written,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import provided

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def test_a_contact_and_a_verdict_are_recorded_in_place(world):
    case = world.answered()
    page = seen(world, "callback", "/callback/")
    assert case.title in page
    assert "还没有打不通的，要 3 天" in page
    panel = seen(world, "callback", f"/callback/{case.number}/do/contact/", inline=True)
    assert "<html" not in panel
    assert "限高杆已经往东挪了十米" in panel
    status, page = posted(world, "callback", f"/callback/{case.number}/do/contact/", method="phone")
    assert status == 200
    assert "还差 2 天" in page
    case.refresh_from_db()
    url = f"/callback/{case.number}/do/record_verdict/"
    assert posted(world, "callback", url, how="phone")[0] == 422
    status, page = posted(
        world, "callback", url, value="solved", satisfaction=5, how="phone", seen_seq=case.seq
    )
    case.refresh_from_db()
    assert (status, case.state) == (200, "written_off")
    assert "这件办结" in page


def test_unconfirmed_is_off_with_its_reason_until_tried_often_enough(world):
    case = world.answered()
    assert "申请未确认办结" not in seen(world, "callback", "/callback/")
    status, page = posted(
        world, "callback", f"/callback/{case.number}/do/ask_unconfirmed/", reason="一直联系不上"
    )
    assert status == 422
    for days in (1, 2):
        posted(world, "callback", f"/callback/{case.number}/do/contact/", method="phone")
        page = seen(world, "callback", "/callback/")
        assert f"要在 10 个工作日内的 3 个工作日各联系一次，现在只有 {days} 天" in page
        world.later(days=1)
    world.later(days=3)
    posted(world, "callback", f"/callback/{case.number}/do/contact/", method="phone")
    assert "联系够了" in seen(world, "callback", "/callback/")
    status, page = posted(
        world, "callback", f"/callback/{case.number}/do/ask_unconfirmed/", reason="一直联系不上"
    )
    assert status == 200
    assert "等督查决定" in page


def test_the_desk_may_only_note_a_contact_and_late_comers_are_told(world):
    case = world.answered()
    seen(world, "desk", f"/callback/{case.number}/do/contact/")
    seen(world, "desk", f"/callback/{case.number}/do/record_verdict/", 404)
    seen(world, "supervisor", f"/callback/{case.number}/do/contact/", 404)
    world.act(case, "clerk", "give_verdict", value="solved")
    answer = browser(world.people["callback"]).get(f"/callback/{case.number}/do/record_verdict/", follow=True)
    assert "已经有结果了" in answer.content.decode()


def test_a_follow_up_is_recorded_and_its_note_is_not_in_the_workbook(world):
    follow_up = planned(world)
    url = f"/callback/follow-ups/{follow_up.pk}/"
    assert posted(world, "callback", url)[0] == 422
    status, page = posted(
        world, "callback", url, reached="yes", still_solved="no", satisfaction=1, note="货车还是进不来"
    )
    assert status == 200
    assert "重新办" in page
    assert Case.objects.get(pk=follow_up.case_id).state == "handling"
    assert "货车还是进不来" in seen(world, "callback", url)
    month = f"{follow_up.month:%Y-%m}"
    assert "1 件没解决" in seen(world, "callback", f"/callback/follow-ups/?month={month}&show=done")
    answer = browser(world.people["callback"]).get(f"/callback/follow-ups/?month={month}&export=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == follow_up.case.number
    assert rows[1][7] == "没解决"
    assert not any("进不来" in str(cell) for row in rows for cell in row)
    assert AuditEntry.objects.filter(action="list_export", subject="list:follow_ups").exists()


@pytest.mark.parametrize("url", ["/callback/", "/reviews/", "/hot/", "/filed/"])
def test_every_list_leaves_as_a_workbook(world, url):
    written(world)
    world.answered()
    hot(world)
    filed(world)
    found = {"/reviews/": f"?month={Review.objects.get().month:%Y-%m}&"}.get(url, "?")
    answer = browser(world.people["desk"]).get(f"{url}{found}export=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert len(rows[1]) == len(rows[0])


def test_a_review_is_written_nominated_chosen_and_published_without_names(world):
    case = closed(world)
    world.later(hours=1)
    closed(world)
    month = end_of(case).replace(day=1)
    month_review(district_id=world.district.pk, month=month)
    review = Review.objects.get()
    assert "一年内又来" in seen(world, "desk", f"/reviews/?month={month:%Y-%m}")
    words = {"cause": "三家互相等没人牵头", "lesson": "第一天一起到现场", "measure": "限高挪动一家牵头"}
    status, page = posted(world, "desk", f"/reviews/{review.pk}/", **words, is_nominated="on")
    assert (status, "已推荐为最佳案例" in page) == (200, True)
    assert review.case.title in seen(world, "supervisor", f"/best/?year={month.year}")
    title = "一根限高杆挪出一条路"
    posted(world, "supervisor", f"/best/choose/{review.pk}/", title=title, story=STORY)
    best = BestCase.objects.get()
    assert title not in browser().get("/public/best/").content.decode()
    posted(world, "supervisor", f"/best/{best.pk}/publish/")
    public = browser().get("/public/best/").content.decode()
    assert title in public
    assert world.enterprise.name not in public
    assert review.case.number not in public
    posted(
        world,
        "supervisor",
        f"/best/{best.pk}/",
        title=title,
        story=STORY,
        names_enterprise="on",
        consent="陈总电话同意",
    )
    assert world.enterprise.name in browser().get("/public/best/").content.decode()
    status, page = posted(world, "supervisor", f"/best/{best.pk}/remove/")
    assert "请先收回" in page
    posted(world, "supervisor", f"/best/{best.pk}/withdraw/")
    assert title not in browser().get("/public/best/").content.decode()


def test_a_hot_issue_is_confirmed_on_its_page_and_shown_beside_its_cases(world):
    issue = hot(world)
    case = issue.cases.order_by("pk")[0]
    assert "等人认定" in seen(world, "desk", "/hot/")
    assert "同类已有 5 件" in seen(world, "desk", f"/hot/alike/{case.number}/", inline=True)
    status, page = posted(
        world, "desk", f"/hot/{issue.pk}/confirm/", title="限高杆太低", unit=world.units["bureau"].pk,
        measure="全区限高设施排查一遍",
    )  # fmt: skip
    assert (status, "区住建局牵头解决这一类" in page) == (200, True)
    assert "限高杆太低" in seen(world, "co_liaison", "/hot/?show=open")
    seen(world, "co_liaison", f"/hot/{issue.pk}/")
    seen(world, "liaison", f"/hot/{issue.pk}/", 404)
    assert (
        posted(world, "desk", f"/hot/{issue.pk}/dismiss/", reason="不成立的理由")[1].count("不能再不成立")
        == 1
    )
    assert posted(world, "desk", f"/hot/{issue.pk}/become/", becomes="policy")[0] == 200
    assert posted(world, "desk", f"/hot/{issue.pk}/solve/", result="")[0] == 422
    posted(world, "desk", f"/hot/{issue.pk}/solve/", result="31 处限高全部整改")
    assert "31 处限高全部整改" in seen(world, "supervisor", "/hot/?show=solved")


def test_the_case_panel_is_offered_to_whoever_builds_the_case_page(world):
    case = hot(world).cases.order_by("pk")[0]
    panels = provided("case_panels")
    assert panels is not None
    (tile,) = panels(case, world.viewer("desk"), world.now.date())
    assert tile.context["alike"].count == 5


def test_the_desk_says_changed_and_the_supervisor_reopens(world):
    case = filed(world)
    assert "控规还没调整" in seen(world, "desk", "/filed/")
    posted(world, "desk", f"/filed/{case.number}/", finding="changed", reason="控规 11月批了")
    assert "等督查重办" in seen(world, "supervisor", "/filed/?show=changed")
    status, _ = posted(
        world, "supervisor", f"/filed/{case.number}/", finding="changed", reason="看过批文，是变了"
    )
    case.refresh_from_db()
    assert (status, case.state) == (200, "handling")
    assert case.title in seen(world, "supervisor", "/filed/?show=reopened")
    assert 'name="finding"' not in seen(world, "supervisor", f"/filed/{case.number}/")


def test_templates_are_written_by_the_unit_and_offered_as_json_to_who_answers(world):
    case = world.handling()
    status, page = posted(
        world, "liaison", "/answer-templates/new/", unit_id=world.units["town"].pk, name="限高杆挪动",
        category="park_transport", text="限高杆已于【日期】挪到【地点】。", is_active="on",
    )  # fmt: skip
    assert (status, "限高杆挪动" in page) == (200, True)
    answer = browser(world.people["handler"]).get(f"/answer-templates/?case={case.number}")
    (offered,) = answer.json()["templates"]
    assert offered["text"] == "限高杆已于【日期】挪到【地点】。"
    assert (
        browser(world.people["co_liaison"]).get(f"/answer-templates/?case={case.number}").status_code == 404
    )
    seen(world, "handler", "/answer-templates/", 404)
    seen(world, "co_liaison", f"/answer-templates/{AnswerTemplate.objects.get().pk}/", 404)
    assert "data-answer-templates" in seen(world, "handler", f"/cases/{case.number}/")
