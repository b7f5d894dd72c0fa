"""After an answer: who is tried, called back and by whom never."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.service_requests.models import (
    FollowUp,
)
from qiying.capabilities.service_requests.selectors.common import (
    followed_cases,
    month_end,
)
from qiying.capabilities.service_requests.selectors.waiting import waiting_cases, waiting_rows
from qiying.capabilities.service_requests.services.follow_ups import (
    follow_up_record,
    follow_ups_draw,
    is_drawn,
    month_draw,
)
from qiying.capabilities.service_requests.tests.learning_world import (
    also_handler,
    closed,
    end_of,
    planned,
    sampled,
    unconfirmed,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import parameters
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case, DatedParameter
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@given(st.dates(date(2004, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_months_go_back_and_forth_without_loss(day, n):
    month = month_of(day)
    assert months_later(months_later(month, n), -n) == month
    assert month <= day <= month_end(month)


@given(st.text("23456789ABCDEFGH", min_size=5, max_size=5), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_share_never_drops_a_case_that_was_drawn(number, one, other):
    month = date(2026, 11, 1)
    small, large = sorted((one, other))
    assert is_drawn(number, month, large) or not is_drawn(number, month, small)
    assert not is_drawn(number, month, 0)
    assert is_drawn(number, month, 100)


def test_the_share_drawn_is_about_what_the_rule_says_and_changes_with_the_month():
    numbers = [f"Q-20261118-{i:05d}" for i in range(2000)]
    first = {n for n in numbers if is_drawn(n, date(2026, 11, 1), 30)}
    second = {n for n in numbers if is_drawn(n, date(2026, 12, 1), 30)}
    assert 520 < len(first) < 680
    assert first != second


def test_tries_count_once_a_workday_and_say_how_many_are_missing(world):
    case = world.answered()
    for _ in range(2):
        world.act(case, "callback", "contact", method="phone", reached=False)
    world.later(days=1)
    world.act(case, "callback", "contact", method="phone", reached=False)
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert (len(row.tried), row.left, row.needed) == (2, 1, 3)
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "callback", "ask_unconfirmed", reason="联系不上")
    assert row.why_not in refused.value.reasons
    world.later(days=1)
    world.act(case, "callback", "contact", method="phone", reached=False)
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert (row.left, row.why_not) == (0, "")
    world.act(case, "callback", "ask_unconfirmed", reason="联系不上企业")
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert row.is_asked


def test_a_try_for_an_earlier_answer_does_not_count_for_the_next(world):
    case = world.answered()
    world.act(case, "callback", "contact", method="phone", reached=False)
    world.act(case, "clerk", "give_verdict", value="not_solved")
    world.act(case, "handler", "answer", text="又去了一次，这回全部挪开了。", result="solved")
    (row,) = waiting_rows(list(waiting_cases(world.viewer("callback"))), local_date(world.now))
    assert row.tried == []


def test_the_oldest_answer_stands_first_and_other_districts_stay_out(world):
    first = world.answered()
    world.later(days=2)
    second = world.answered()
    assert [c.pk for c in waiting_cases(world.viewer("callback"))] == [first.pk, second.pk]
    assert not waiting_cases(make_world("柯桥区").viewer("callback")).exists()


def test_who_belongs_to_the_handling_unit_neither_sees_nor_records_its_call_backs(world):
    follow_up = planned(world)
    both = also_handler(world)
    world.answered()
    assert not waiting_cases(both).exists()
    assert waiting_cases(world.viewer("callback")).count() == 1
    assert not followed_cases(both).exists()
    with pytest.raises(NotPermitted):
        follow_up_record(
            follow_up=follow_up,
            actor=both,
            reached=True,
            still_solved=True,
            satisfaction=5,
            note="",
            now=world.now,
        )


def test_closing_plans_a_call_after_thirty_days_for_a_bad_rating_and_an_unconfirmed_end(world):
    good, bad, partly = closed(world), closed(world, stars=2), closed(world, value="partly", stars=4)
    silent = unconfirmed(world)
    jobs_run(world.now, limit=200)
    found = {f.case_id: f for f in FollowUp.objects.all()}
    assert {found[c.pk].why for c in (bad, partly)} == {"bad_rating"}
    assert found[silent.pk].why == "unconfirmed"
    assert good.pk not in found
    assert found[bad.pk].due_on == end_of(bad) + timedelta(days=30)
    assert found[bad.pk].month == month_of(found[bad.pk].due_on)


def test_the_monthly_list_takes_every_bad_one_and_a_share_of_the_rest_whoever_draws_it(world):
    sampled(world, 0)
    good, bad = closed(world), closed(world, stars=1)
    month = month_of(end_of(good) + timedelta(days=30))
    assert month_draw(district_id=world.district.pk, month=month) == 1
    sampled_in = date(2026, 1, 1)
    DatedParameter.objects.filter(name="follow_up.percent").update(value=100, valid_from=sampled_in)
    parameters.forget()
    assert month_draw(district_id=world.district.pk, month=month) == 1
    assert month_draw(district_id=world.district.pk, month=month) == 0
    assert dict(FollowUp.objects.values_list("case_id", "why")) == {good.pk: "sample", bad.pk: "bad_rating"}


def test_the_daily_task_draws_the_month_that_is_due_now(world):
    closed(world, stars=1)
    world.later(days=30)
    assert follow_ups_draw(world.now) == 1
    assert follow_ups_draw(world.now) == 0


def test_a_call_that_says_not_solved_takes_the_case_up_again_on_the_same_promise(world):
    follow_up = planned(world)
    promised = follow_up.case.promised_by
    done = follow_up_record(
        follow_up=follow_up,
        actor=world.viewer("callback"),
        reached=True,
        still_solved=False,
        satisfaction=1,
        note="又挪回去了，货车还是进不来",
        now=world.now,
    )
    case = Case.objects.get(pk=follow_up.case_id)
    assert done.is_reopened
    assert (case.state, case.reopen_count, case.promised_by) == ("handling", 1, promised)
    assert personal_get([done.follow_up.note_ref])[done.follow_up.note_ref] == "又挪回去了，货车还是进不来"
    entry = AuditEntry.objects.get(action="follow_up_recorded")
    assert "挪回去" not in entry.data
    assert not any("挪回去" in e.data for e in case.events.all())


def test_a_call_too_late_to_reopen_is_kept_with_the_reason(world):
    follow_up = planned(world)
    world.later(days=70)
    done = follow_up_record(
        follow_up=follow_up,
        actor=world.viewer("callback"),
        reached=True,
        still_solved=False,
        satisfaction=None,
        note="还是没有解决",
        now=world.now,
    )
    assert not done.is_reopened
    assert "90 天" in done.reasons[0]
    assert FollowUp.objects.get().still_solved is False


def test_a_call_has_to_say_what_was_said_and_is_recorded_once(world):
    follow_up = planned(world)
    call = {"follow_up": follow_up, "actor": world.viewer("callback"), "now": world.now}
    with pytest.raises(GuardFailed) as refused:
        follow_up_record(**call, reached=True, still_solved=None, satisfaction=9, note="")
    assert set(refused.value.fields) == {"still_solved", "satisfaction"}
    with pytest.raises(GuardFailed) as refused:
        follow_up_record(**call, reached=True, still_solved=False, satisfaction=None, note="")
    assert set(refused.value.fields) == {"note"}
    missed = follow_up_record(**call, reached=False, still_solved=True, satisfaction=5, note="")
    assert (missed.follow_up.state, missed.follow_up.still_solved) == ("unreached", None)
    follow_up_record(**call, reached=True, still_solved=True, satisfaction=4, note="")
    with pytest.raises(ActionNotAvailable):
        follow_up_record(**call, reached=True, still_solved=True, satisfaction=4, note="")


def test_handlers_and_desk_may_not_record_a_call(world):
    follow_up = planned(world)
    for who in ("handler", "liaison", "leader", "desk", "clerk", "outsider"):
        with pytest.raises(NotPermitted):
            follow_up_record(
                follow_up=follow_up,
                actor=world.viewer(who),
                reached=True,
                still_solved=True,
                satisfaction=5,
                note="",
                now=world.now,
            )


def test_a_second_closing_moves_the_call_that_was_not_made_yet(world):
    case = closed(world, stars=2)
    jobs_run(world.now, limit=200)
    world.later(days=10)
    world.act(case, "clerk", "reopen", reason="又出现了同样的问题")
    world.act(case, "handler", "answer", text="再去一次，彻底挪走了。", result="solved")
    case = world.act(case, "clerk", "give_verdict", value="solved", satisfaction=5)
    jobs_run(world.now, limit=200)
    (row,) = FollowUp.objects.all()
    assert row.due_on == end_of(case) + timedelta(days=30)
