"""Visits: one guard for all units, opt-out, moving, writing down once, problems in the pool, promises, difficulties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.visits.models import Visit, VisitPart, VisitProblem, VisitPromise
from qiying.capabilities.visits.selectors.visits import (
    difficulties,
    firms_not_visited,
    preview,
    visits_made,
    visits_visible_to,
)
from qiying.capabilities.visits.services.difficulties import difficulty_submit
from qiying.capabilities.visits.services.reporting import (
    inspection_note,
    problem_closed,
    promise_days_rederive,
    promise_keep,
    visit_report,
)
from qiying.capabilities.visits.services.visits import visit_cancel, visit_move, visits_plan, wish_set
from qiying.capabilities.visits.tests.world import TALK, Walks, make_walks
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.waiting import waiting_for  # noqa: F401  sources of cases are declared
from qiying.kernel.enterprises.models import EnterpriseFact
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.cast import client_of
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    made = make_walks()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


def counted(measure: str) -> int:
    rows = FigureDelta.objects.filter(procedure="visits", measure=measure)
    return sum(rows.values_list("value", flat=True))


# --- the guard -----------------------------------------------------------------------------------
def test_another_units_planned_visit_is_joined_and_both_go_on_its_day(walks):
    first = walks.planned("liaison", on=walks.day(3))
    line = walks.plan("co_liaison", on=walks.day(9))
    assert (line.verdict.code, line.visit) == ("join", first)
    assert Visit.objects.get().on == walks.day(3)
    assert {p.person.name for p in first.parts.all()} == {"刘联", "王联"}
    assert Notice.objects.filter(template="visit_joined", to_key=f"u:{walks.units['town'].pk}").exists()
    with pytest.raises(GuardFailed, match="已经约了"):
        walks.plan("liaison", on=walks.day(5))


def test_the_cap_counts_all_units_and_only_a_reason_that_is_recorded_exceeds_it(walks):
    first, far = date(2026, 10, 20), date(2026, 12, 28)
    walks.now = walks.now.replace(year=2026, month=10, day=12)
    walks.plan("liaison", on=first)
    walks.plan("co_liaison", on=far)
    with pytest.raises(GuardFailed, match="上限 2 次") as refused:
        walks.plan("handler", firm=walks.enterprise, on=date(2026, 11, 24))
    assert list(refused.value.fields) == ["reason"]
    line = walks.plan("deputy", on=date(2026, 11, 24), reason="企业请代表去看")
    assert line.visit is not None and line.visit.excess_reason == "企业请代表去看"
    assert AuditEntry.objects.filter(action="visit_plan", data__contains="企业请代表去看").exists()
    assert walks.plan("deputy", on=date(2027, 1, 29)).verdict.code == "new"


def test_who_wants_no_visits_gets_none_and_what_was_planned_is_cancelled(walks):
    visit = walks.planned()
    wish_set(actor=walks.viewer("clerk"), enterprise=walks.enterprise, is_opted_out=True, now=walks.now)
    visit.refresh_from_db()
    assert visit.state == "cancelled" and not VisitPart.objects.filter(is_open=True).exists()
    with pytest.raises(GuardFailed, match="谢绝走访"):
        walks.plan(reason="有要紧事")
    assert walks.enterprise not in firms_not_visited(walks.district.pk, walks.day(0))
    noted = inspection_note(
        actor=walks.viewer("system"), enterprise=walks.enterprise, unit=walks.units["bureau"], on=walks.day(),
        now=walks.now, purpose="消防检查",
    )  # fmt: skip
    assert noted.kind == "inspection"
    until = walks.day(10)
    wish_set(
        actor=walks.viewer("desk"), enterprise=walks.enterprise, is_opted_out=True, until=until, now=walks.now
    )
    with pytest.raises(NotPermitted):
        wish_set(
            actor=walks.viewer("handler"), enterprise=walks.enterprise, is_opted_out=False, now=walks.now
        )
    walks.later(days=11)
    assert walks.plan().verdict.code == "new"


def test_wishes_of_one_batch_are_judged_as_if_those_before_were_written(walks):
    a, b = walks.wish("liaison"), walks.wish("co_liaison", on=walks.day(5))
    codes = [line.verdict.code for line in preview(walks.district.pk, [a, b, a], walks.day(0))]
    assert codes == ["new", "join", "refused"]
    lines = visits_plan(actor=walks.viewer("desk"), wishes=[a, b, a], now=walks.now)
    assert [x.verdict.code for x in lines] == codes
    assert Visit.objects.get().parts.count() == 2


def test_only_own_people_are_sent_and_somebody_goes(walks):
    with pytest.raises(NotPermitted):
        visits_plan(actor=walks.viewer("liaison"), wishes=[walks.wish("co_liaison")], now=walks.now)
    wish = walks.wish("liaison")
    stranger = type(wish)(wish.enterprise, wish.unit_id, wish.on, walks.people["deputy"].pk)
    with pytest.raises(GuardFailed, match="这个单位的人"):
        visits_plan(actor=walks.viewer("liaison"), wishes=[stranger], now=walks.now)
    with pytest.raises(NotPermitted):
        visits_plan(actor=walks.viewer("clerk"), wishes=[walks.wish()], now=walks.now)


def test_a_unit_that_does_not_go_leaves_the_other_alone(walks):
    visit = walks.planned("liaison")
    walks.plan("co_liaison")
    visit_cancel(actor=walks.viewer("liaison"), visit=visit, reason="人手不够", now=walks.now)
    visit.refresh_from_db()
    assert (visit.state, visit.unit) == ("planned", walks.units["bureau"])
    assert not visits_visible_to(walks.viewer("liaison")).exists()
    visit_cancel(actor=walks.viewer("co_liaison"), visit=visit, reason="也不去了", now=walks.now)
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    with pytest.raises(ActionNotAvailable):
        visit_move(actor=walks.viewer("co_liaison"), visit=visit, on=walks.day(9), now=walks.now)


# --- writing down --------------------------------------------------------------------------------
def test_a_visit_is_written_once_and_its_problems_are_cases_of_the_pool(walks):
    data: dict[str, Any] = {
        "talk": TALK,
        "problems": [{"text": "招工难，夜班公交停了。", "difficulty": "labour_shortage"}],
        "promises": [{"text": "送一份政策清单过来", "promised_by": walks.day(5)}],
        "facts": {"employees": "132", "revenue": "9"},
        "confirmed": ["registered_capital"],
        "policies": ["招聘补贴"],
    }
    visit = walks.planned(on=walks.day(0))
    given: Any = {"actor": walks.viewer("liaison"), "visit": visit, "key": "phone-0001", "data": data}
    made = visit_report(**given, now=walks.now)
    again = visit_report(**given, now=walks.now + timedelta(minutes=3))
    assert made.pk == again.pk and Case.objects.count() == VisitProblem.objects.count() == 1
    case = Case.objects.get()
    assert (case.procedure, str(case.channel and case.channel.code), case.enterprise) == (
        "service_request",
        "visit",
        walks.enterprise,
    )
    assert EnterpriseFact.objects.get(indicator="employees").value == "132"
    assert not EnterpriseFact.objects.filter(
        indicator="revenue"
    ).exists()  # a trade secret is not asked on visits
    assert made.facts == {"confirmed": ["registered_capital"], "corrected": ["employees"]}
    assert {m: counted(m) for m in ("visits", "firms", "problems", "promises", "person_times")} == {
        "visits": 1, "firms": 1, "problems": 1, "promises": 1, "person_times": 1,
    }  # fmt: skip
    with pytest.raises(ActionNotAvailable):
        visit_report(**{**given, "key": "phone-0002"}, now=walks.now)
    for _ in range(2):
        problem_closed({"case": case.number, "outcome": "solved"}, walks.now)
    assert (counted("closed"), counted("solved")) == (1, 1)


def test_nothing_is_written_when_a_part_is_refused_and_every_reason_is_said(walks):
    visit = walks.planned(on=walks.day(0))
    sunday = walks.day(0)
    while sunday.weekday() != 6:
        sunday += timedelta(days=1)
    data = {"talk": "", "problems": [{"text": "难"}], "promises": [{"text": "送清单", "promised_by": sunday}]}
    with pytest.raises(GuardFailed) as refused:
        visit_report(actor=walks.viewer("liaison"), visit=visit, key="k" * 9, data=data, now=walks.now)
    assert set(refused.value.fields) == {"talk", "problems", "promises"}
    with pytest.raises(NotPermitted):
        visit_report(
            actor=walks.viewer("co_liaison"), visit=visit, key="k" * 9, data={"talk": TALK}, now=walks.now
        )
    assert not Case.objects.exists() and Visit.objects.get().state == "planned"


def test_the_second_visit_of_a_year_counts_no_second_firm(walks):
    walks.made()
    walks.later(days=1)
    walks.made("co_liaison")
    assert (counted("visits"), counted("firms")) == (2, 1)
    first, last = walks.day(-30), walks.day(30)
    assert visits_made(district_id=walks.district.pk, first=first, last=last) == 1


def test_a_promise_stands_until_its_unit_says_what_came_of_it(walks):
    walks.made(promises=[{"text": "把路灯修好", "promised_by": walks.day(5)}])
    promise = VisitPromise.objects.get()
    with pytest.raises(NotPermitted):
        promise_keep(actor=walks.viewer("co_liaison"), promise=promise, result="修好了", now=walks.now)
    promise_keep(actor=walks.viewer("liaison"), promise=promise, result="路灯都亮了", now=walks.now)
    with pytest.raises(ActionNotAvailable):
        promise_keep(actor=walks.viewer("liaison"), promise=promise, result="路灯都亮了", now=walks.now)
    assert (counted("promises_kept"), counted("promises_in_time")) == (1, 1)


def test_a_promised_day_that_became_a_day_of_rest_moves_and_says_so(walks, monkeypatch):
    walks.made(promises=[{"text": "把路灯修好", "promised_by": walks.day(5)}])
    on = VisitPromise.objects.get().promised_by
    promise_days_rederive(walks.now)
    assert VisitPromise.objects.get().promised_by == on
    from qiying.kernel.cases.services.calendar import override_set

    admin = walks.viewer("system")
    override_set(
        actor=admin,
        district_id=walks.district.pk,
        on=on,
        is_workday=False,
        reason="台风停工",
        source="防汛办通知",
        now=walks.now,
        today=walks.day(0),
    )
    assert promise_days_rederive(walks.now) == 1
    assert VisitPromise.objects.get().promised_by > on
    assert AuditEntry.objects.filter(action="visit_promise_moved").exists()


# --- common difficulties -------------------------------------------------------------------------
def told(walks: Walks, firms: int) -> None:
    for n in range(firms):
        problem = {"text": f"招工难，第 {n} 家也这么说。", "difficulty": "labour_shortage"}
        walks.made(firm=walks.firm(f"第{n}精工有限公司"), problems=[problem])


def test_enough_firms_with_one_difficulty_become_a_submission_answered_on_a_clock(walks):
    given: Any = {
        "actor": walks.viewer("desk"),
        "code": "labour_shortage",
        "label": "用工难",
        "text": "建议开夜班公交专线。",
    }
    told(walks, 4)
    assert [(d.firms, d.is_enough) for d in difficulties(walks.district.pk, walks.day(0))] == [(4, False)]
    with pytest.raises(GuardFailed, match="不够数"):
        difficulty_submit(**given, now=walks.now)
    walks.made(
        firm=walks.firm("再一家有限公司"),
        problems=[{"text": "还是招工难。", "difficulty": "labour_shortage"}],
    )
    with pytest.raises(NotPermitted):
        difficulty_submit(**{**given, "actor": walks.viewer("handler")}, now=walks.now)
    case = difficulty_submit(**given, now=walks.now)
    assert VisitProblem.objects.filter(submission=case).count() == 5
    assert difficulties(walks.district.pk, walks.day(0)) == []
    clock = Clock.objects.get(case=case, kind="reply")
    assert (clock.limit, clock.state) == (15, "running")
    case = walks.act(case, "governor", "reply", text="十二月一日起开两条夜班公交专线，交通局负责。")
    assert Clock.objects.get(case=case, kind="reply").result == "met"
    case = walks.act(case, "desk", "ask_again", reason="没说到几点收车")
    assert Clock.objects.get(case=case, kind="reply").state == "running"
    case = walks.act(case, "governor", "reply", text="末班车开到二十三点半，交通局负责。")
    assert walks.act(case, "desk", "take").state == "closed"


# --- pages ---------------------------------------------------------------------------------------
PAGES = (
    "/visits/",
    "/visits/campaigns/",
    "/visits/rule/",
    "/visits/difficulties/",
    "/visits/phone/",
    "/visits/mine/",
)


@pytest.mark.parametrize(
    ("who", "opens"),
    [
        ("desk", "11111."),
        ("liaison", "11111."),
        ("deputy", "11111."),
        ("supervisor", "110100"),
        ("clerk", "000001"),
        ("outsider", "000001"),
    ],
)
def test_each_page_opens_for_who_works_with_it(walks, who, opens):
    walks.planned()
    client = client_of(walks.people[who])
    for address, open_ in zip(PAGES, opens, strict=True):
        if open_ != ".":
            assert client.get(address).status_code == (200 if open_ == "1" else 404), address
    assert Client().get("/visits/").status_code == 302


def test_a_visit_is_seen_by_who_goes_and_who_watches_and_by_nobody_else(walks):
    visit = walks.made(problems=[{"text": "门口的路灯坏了。"}])
    for who, status in (
        ("liaison", 200),
        ("desk", 200),
        ("supervisor", 200),
        ("co_liaison", 404),
        ("clerk", 404),
    ):
        assert client_of(walks.people[who]).get(f"/visits/{visit.pk}/").status_code == status, who
    page = client_of(walks.people["liaison"]).get(f"/visits/{visit.pk}/").content.decode()
    assert Case.objects.get().number in page and TALK in page
    listed = client_of(walks.people["supervisor"]).get("/visits/?show=done&q=路灯").content.decode()
    assert walks.enterprise.name[:6] in listed
    assert (
        "别家"
        not in client_of(walks.people["outsider"])
        .get("/visits/mine/")
        .content.decode()
        .partition("来过的")[2]
    )
    mine = client_of(walks.people["clerk"]).get("/visits/mine/").content.decode()
    assert "来过的" in mine and TALK not in mine


def _cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as spent:
        assert client.get(url).status_code == 200
    return len(spent)


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["desk", "liaison"])
def test_the_list_costs_six_statements_for_one_visit_as_for_twenty_five(walks, who):
    walks.made()
    client = client_of(walks.people[who])
    assert _cost(client, "/visits/?show=done") == 6
    for n in range(24):
        walks.made(firm=walks.firm(f"第{n}家"))
    assert _cost(client, "/visits/?show=done") == 6
    page = client.get("/visits/?show=done")
    assert page.context["listed"].counts == {"planned": 0, "done": 25, "cancelled": 0}
    assert len(page.context["listed"].on_page) == page.context["listed"].total == 25
