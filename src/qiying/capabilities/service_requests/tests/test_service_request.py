"""The service request through the engine: from what an enterprise says to its own word on the answer."""

import pytest
from django.http import Http404

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Clock
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_problem_goes_from_the_phone_to_a_verified_write_off(world: World) -> None:
    case = world.answered()
    assert case.state == "answered"
    assert case.is_open
    done = world.act(case, "clerk", "give_verdict", value="solved", satisfaction=5)
    assert (done.state, done.outcome, done.is_open) == ("written_off", "solved", False)
    assert done.events.count() == 6


def test_the_promise_is_the_third_workday_after_receipt_and_says_why(world: World) -> None:
    case = world.triaged()
    assert str(case.promised_by) == "2026-11-23"
    clock = Clock.objects.get(case=case, kind="handle")
    assert "收到日不计" in clock.explanation


def test_a_handler_cannot_close_his_own_case(world: World) -> None:
    case = world.answered()
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "give_verdict", value="solved")
    with pytest.raises(NotPermitted):
        world.act(case, "handler", "record_verdict", value="solved")


def test_an_outsider_does_not_learn_that_the_case_exists(world: World) -> None:
    case = world.answered()
    with pytest.raises(Http404):
        world.act(case, "outsider", "give_verdict", value="solved")


def test_not_solved_returns_to_the_unit_on_the_same_promise(world: World) -> None:
    case = world.answered()
    promise = case.promised_by
    world.later(days=9)
    back = world.act(case, "clerk", "give_verdict", value="not_solved", comment="还是进不去")
    assert back.state == "handling"
    assert back.promised_by == promise
    assert str(back.due_by) == "2026-12-02"  # 27 November + three workdays that were left


def test_the_second_refusal_brings_in_the_supervisor(world: World) -> None:
    case = world.answered()
    world.act(case, "clerk", "give_verdict", value="not_solved")
    world.act(case, "handler", "answer", text="又挪了五米，请再看看能不能进出。", result="solved")
    back = world.act(case, "clerk", "give_verdict", value="not_solved")
    assert back.state == "escalated"
    assert back.supervisions.filter(kind="second_refusal").exists()


def test_two_handlers_at_once_one_wins_and_the_other_is_told_who(world: World) -> None:
    case = world.assigned()
    world.act(case, "handler", "take")
    with pytest.raises(ActionNotAvailable, match="方启明"):
        world.act(case, "liaison", "take")


def test_every_reason_is_told_at_once(world: World) -> None:
    with pytest.raises(GuardFailed) as refused:
        world.act(world.submit(), "desk", "triage", category="", level="x")
    assert set(refused.value.fields) == {"category", "level"}


def test_a_resent_hotline_order_never_doubles(world: World) -> None:
    first = world.submit("desk", channel="hotline_12345", source_id="A-1")
    again = world.submit("desk", channel="hotline_12345", source_id="A-1")
    assert first.pk == again.pk


def test_silence_closes_only_after_three_attempts_and_a_second_person(world: World) -> None:
    case = world.answered()
    with pytest.raises(GuardFailed):
        world.act(case, "callback", "ask_unconfirmed", reason="一直联系不上")
    for _ in range(3):
        world.later(days=1)
        if world.now.weekday() >= 5:
            world.later(days=2)
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "callback", "ask_unconfirmed", reason="一直联系不上")
    with pytest.raises(NotPermitted):
        world.act(case, "callback", "decide_unconfirmed", decision="approved")
    done = world.act(case, "supervisor", "decide_unconfirmed", decision="approved")
    assert done.outcome == "unconfirmed"


def test_a_refused_request_leaves_the_case_where_it_is(world: World) -> None:
    case = world.submit()
    world.act(case, "desk", "ask_decline", reason="好像不归我们管")
    stays = world.act(case, "supervisor", "decide_decline", decision="refused", note="还是该我们管")
    assert (stays.state, stays.is_open) == ("received", True)
    handled = world.handling()
    world.act(handled, "handler", "ask_suspension", reason="等法院裁定结果", basis="民事诉讼法第一百五十三条")
    stays = world.act(handled, "supervisor", "decide_suspension", decision="refused", note="裁定不影响先办")
    assert stays.state == "handling"


def test_nobody_decides_what_he_asked_for(world: World) -> None:
    case = world.answered()
    for _ in range(5):
        world.later(days=1)
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "callback", "ask_unconfirmed", reason="一直联系不上")
    stays = world.act(case, "supervisor", "decide_unconfirmed", decision="refused", note="再打一次电话")
    assert stays.state == "answered"


def test_an_asker_of_a_joined_case_judges_only_for_himself(world: World) -> None:
    from qiying.capabilities.service_requests.services.desk import request_join

    mine, other = world.submit(), world.submit("outsider", enterprise_id=None)
    request_join(case=other, target_number=mine.number, actor=world.viewer("desk"), now=world.now)
    world.act(mine, "desk", "triage", kind="problem", category="labour", level="general")
    world.act(mine, "desk", "answer_on_spot", text="两边都说清楚了，当场办好。")
    intakes = {link.intake.person_id: link.intake_id for link in mine.intake_links.select_related("intake")}
    theirs = intakes[world.people["outsider"].pk]
    with pytest.raises(GuardFailed, match="不是您的"):
        world.act(mine, "clerk", "give_verdict", value="solved", intake_id=theirs)
    waiting = world.act(mine, "clerk", "give_verdict", value="solved")
    assert waiting.state == "answered"
    done = world.act(mine, "outsider", "give_verdict", value="solved")
    assert (done.state, done.outcome) == ("written_off", "solved")
