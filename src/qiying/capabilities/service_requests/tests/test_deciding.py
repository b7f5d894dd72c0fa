"""Who decides or asks has the facts in view, and nothing contradictory or half filled in is accepted."""

import pytest
from django.test import Client
from django.urls import reverse

from qiying.capabilities.service_requests.models import AnswerTemplate
from qiying.capabilities.service_requests.rules import answering
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def _form(world: World, who: str, case: Case, action: str) -> str:
    browser = Client()
    browser.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser.get(reverse("cases:do", args=[case.number, action])).content.decode()


def _asked(world: World) -> Case:
    return world.act(
        world.handling(),
        "handler",
        "ask_extension",
        workdays=3,
        reason="要等外线工程验收",
        basis="合同第五条",
    )


def test_who_asks_for_days_sees_how_many_who_decides_and_which_day_each_leads_to(world: World) -> None:
    told = _form(world, "handler", world.handling(), "ask_extension")
    assert "最多能延" in told
    assert "5 个工作日，还能延 1 次" in told
    assert "3 个到11月26日（周四）" in told
    assert "区督查室" in told


@pytest.mark.parametrize("days", [30, 99])
def test_one_limit_is_said_however_far_above_it_was_asked(world: World, days: int) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.act(world.handling(), "handler", "ask_extension", workdays=days, reason="要等外线工程验收")
    assert refused.value.reasons == ["最多延 5 个工作日"]


def test_who_decides_days_sees_who_asked_how_many_why_and_both_dates(world: World) -> None:
    told = _form(world, "supervisor", _asked(world), "decide_extension")
    for words in (
        "方启明",
        "3 个工作日",
        "11月23日（周一）",
        "11月26日（周四）",
        "要等外线工程验收",
        "合同第五条",
    ):
        assert words in told


def test_who_settles_a_dispute_sees_each_units_reason_for_giving_it_back(world: World) -> None:
    case = world.act(world.assigned(), "liaison", "give_back", reason="不是我街道的路", basis="公路法第八条")
    case = world.act(case, "desk", "assign", unit_id=world.units["bureau"].pk)
    case = world.act(case, "co_liaison", "give_back", reason="属于市政道路养护", basis="三定方案")
    assert case.state == "disputed"
    told = _form(world, "supervisor", case, "decide_jurisdiction")
    assert "不是我街道的路" in told
    assert "属于市政道路养护" in told


def test_who_decides_on_filing_sees_the_explanation(world: World) -> None:
    case = world.act(world.handling(), "handler", "declare_unsolvable", reason="规划还没批")
    case = world.act(
        case,
        "handler",
        "explain",
        text="这条路在规划里要等明年批复，批了就动工。",
        obstacle="规划批复",
        basis="城市道路规划",
    )
    told = _form(world, "supervisor", case, "decide_explain")
    assert "这条路在规划里要等明年批复" in told
    assert "规划批复" in told


@pytest.mark.parametrize("note", ["", "不行"])
def test_a_refusal_says_why(world: World, note: str) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.act(_asked(world), "supervisor", "decide_extension", decision="refused", note=note)
    assert "note" in refused.value.fields


def test_an_agreement_needs_no_words(world: World) -> None:
    assert (
        str(world.act(_asked(world), "supervisor", "decide_extension", decision="approved").due_by)
        == "2026-11-26"
    )


@pytest.mark.parametrize("extra", [{"may_close": True}, {"satisfaction": 5}, {"satisfaction": 4}])
def test_not_solved_is_neither_closed_nor_satisfying(world: World, extra: dict[str, object]) -> None:
    case = world.answered()
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "clerk", "give_verdict", value="not_solved", **extra)
    assert set(refused.value.fields) == set(extra)
    with pytest.raises(GuardFailed):
        world.act(case, "callback", "record_verdict", value="not_solved", how="phone", **extra)


def test_words_that_were_to_be_filled_in_stay_here(world: World) -> None:
    case = world.handling()
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "handler", "answer", text="我们定于【日期】到【地点】现场处理。", result="planned")
    assert "【日期】、【地点】" in refused.value.fields["text"][0]


def test_a_blank_of_the_units_own_template_is_a_blank_too(world: World) -> None:
    AnswerTemplate.objects.create(unit=world.units["town"], name="修路", text="由【施工队】在月底前修好。")
    with pytest.raises(GuardFailed):
        world.act(
            world.handling(), "handler", "answer", text="由【施工队】在月底前修好这段路。", result="planned"
        )


def test_a_heading_in_brackets_is_no_blank() -> None:
    assert answering.blanks_left("【办理结果】已经修好。【政策依据】公路法") == []
    assert answering.blanks_left("【xx】和【】") == ["【xx】", "【】"]


def test_who_answers_sees_how_the_same_was_answered_before_but_nothing_of_a_hidden_asker(
    world: World,
) -> None:
    before = world.answered()
    told = _form(world, "handler", world.handling(), "answer")
    assert f"{before.number} " in told
    assert "限高杆已经往东挪了十米" in told
    Case.objects.filter(pk=before.pk).update(hide_asker=True)
    assert before.number not in _form(world, "handler", world.handling(), "answer")
