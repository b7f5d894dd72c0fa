"""Clues from what is held: raised to the discipline body alone, checked by two people; registers; bad input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Max, Sum
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.monitoring.models import Clue, RuleCount, SpecialPlan, Station, Watcher
from qiying.capabilities.monitoring.rules.clues import Rule, gift_words, rules, stands_out
from qiying.capabilities.monitoring.services import watching
from qiying.capabilities.monitoring.services.clues import clues_run, rule_run
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case, CaseEvent, DatedParameter
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.parameters import forget
from qiying.kernel.cases.tests.walking import broken, browser, let_in
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district, make_person, make_unit
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {
        "desk": DESK,
        "jiwei": ("区纪委监委", ["discipline"]),
        "fast": ("区快办局", ["handling"]),
        "slow": ("区慢办局", ["handling"]),
        "supervision": SUPERVISION,
        "zuzhi": ("区委组织部", []),
    }
    people = {
        "first": ("纪一", "jiwei", "discipline"),
        "second": ("纪二", "jiwei", "discipline"),
        "desk": ("小受", "desk", "desk"),
        "handler": ("经办", "slow", "handler"),
        "leader": ("局长", "slow", "leader"),
        "supervisor": ("督查", "supervision", "supervisor"),
        "personnel": ("组工", "zuzhi", "personnel"),
        "admin": ("运维", "desk", "admin"),
    }
    made = World(**cast("监督县", units, people))
    there = make_unit(make_district("外县"), "外县纪委", functions=["discipline"])
    made.people["abroad"] = make_person("外纪", there, "discipline")
    return made


@pytest.fixture(autouse=True)
def _of_our_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rules read the acts of cases that can be opened here; they ask for codes alone."""
    ours = {"unrated": "task", "returned": "task", "one_firm": "breach_report"}

    def named(rule: Rule) -> Rule:
        def under(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(f"{ours[rule.code]}.{name.partition('.')[2]}" for name in names)

        return replace(rule, whole=under(rule.whole), part=under(rule.part)) if rule.code in ours else rule

    found = {code: named(rule) for code, rule in rules().items()}
    monkeypatch.setattr("qiying.capabilities.monitoring.services.clues.rules", lambda: found)
    monkeypatch.setattr("qiying.capabilities.monitoring.tests.test_watching.rules", lambda: found)


def task(world: World, unit: str) -> Case:
    told = {"title": "办一件事", "unit": world.units[unit].pk, "judge_unit": world.units["desk"].pk,
            "result_to_show": "办好", "due_on": date(2026, 12, 18)}  # fmt: skip
    system = world.viewer("system")
    return case_open(procedure="task", actor=system, data=told, now=NOW, district_id=world.district.pk)


def wrote(
    case: Case, action: str, count: int = 1, *, unit: int = 0, actor: int | None = None, **when: Any
) -> None:
    """Let acts stand on a case's chain, an hour ago where nothing else is said."""
    at = when.get("at", NOW - timedelta(hours=1))
    told = {"actor_name": "某人", "actor_id": actor, "on_behalf": f"u:{unit}" if unit else "", "at": at,
            "recorded_at": at, "to_state": case.state, "data": "{}", "prev_hash": "", "hash": "", "algorithm": "x"}  # fmt: skip
    seq = case.events.count() + 1
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, seq=seq + n, action=action, **told) for n in range(count)
    )


def acted(world: World, action: str, unit: str, count: int, **when: Any) -> None:
    """Let a unit have done something so many times."""
    wrote(task(world, unit), action, count, unit=world.units[unit].pk, **when)


def paid(world: World, unit: str, count: int, *, rated: int = 0, at: Any) -> None:
    """Let cases of a unit have been paid, some of them rated."""
    for n in range(count):
        case = task(world, unit)
        wrote(case, "record_payment", at=at)
        if n < rated:
            wrote(case, "rate", at=at)


def test_a_share_stands_out_only_beside_others_and_with_enough_rows() -> None:
    assert stands_out(10, 10, 15, 30, 10)
    assert not stands_out(10, 10, 10, 10, 10)  # nobody to compare with
    assert not stands_out(2, 20, 2, 200, 10)  # two rows tell nothing
    assert not stands_out(5, 9, 5, 100, 10)  # too few of all
    assert not stands_out(6, 20, 30, 100, 10)  # within the range


def test_a_gift_is_named_at_any_value_and_a_denial_is_none() -> None:
    one = rules()["gift"]
    assert (
        gift_words("办得快。但是走的时候收了两盒茶叶，不太好", one.names, one.unless)
        == "但是走的时候收了两盒茶叶"
    )
    assert gift_words("他们没有收红包，态度好", one.names, one.unless) == ""
    assert gift_words("没有意见。送礼才给办", one.names, one.unless) == "送礼才给办"


def test_repeated_returns_raise_one_clue_with_its_rows_and_the_base_and_it_reads_on(world: World) -> None:
    acted(world, "take", "fast", 40)
    acted(world, "give_back", "fast", 2)
    acted(world, "take", "slow", 8)
    acted(world, "give_back", "slow", 7)
    assert clues_run(NOW) == 1
    clue = Clue.objects.get()
    assert (clue.unit_id, clue.part, clue.whole) == (world.units["slow"].pk, 7, 15)
    assert (clue.base_part, clue.base_whole, len(clue.rows)) == (9, 57, 7)
    assert clues_run(NOW) == 0  # nothing new
    acted(world, "give_back", "slow", 9)
    with CaptureQueriesContext(connection) as seen:
        assert rule_run(rules()["returned"], district_id=world.district.pk, now=NOW) == 0  # somebody is at it
    assert len(seen) <= 16
    assert RuleCount.objects.get(rule="returned", key=clue.key).whole == 24
    Clue.objects.update(state="unfounded")
    assert (
        rule_run(rules()["returned"], district_id=world.district.pk, now=NOW) == 0
    )  # not read on, nothing to see
    acted(world, "give_back", "slow", 3)
    assert rule_run(rules()["returned"], district_id=world.district.pk, now=NOW) == 1


def test_what_was_just_written_is_left_for_the_next_run(world: World) -> None:
    acted(world, "take", "fast", 30)
    acted(world, "give_back", "slow", 12, at=NOW)
    assert clues_run(NOW) == 0
    assert clues_run(NOW + timedelta(hours=1)) == 1


def test_payments_without_an_evaluation_and_one_handler_always_the_same_firm(world: World) -> None:
    old = NOW - timedelta(days=40)
    paid(world, "slow", 12, at=old)
    paid(world, "fast", 20, rated=18, at=old)
    paid(world, "fast", 15, at=NOW - timedelta(days=1))  # not old enough to be missed
    report: dict[str, Any] = {"clause": "no_gift", "unit_id": world.units["slow"].pk, "source": "asked",
                              "text": "走的时候收了两盒茶叶"}  # fmt: skip
    ours, theirs = (
        case_start(procedure="breach_report", actor=world.viewer(who), data=report, now=NOW)
        for who in ("clerk", "outsider")
    )
    person = world.people["handler"].pk
    wrote(ours, "answer", 20, actor=person)
    for actor in ("leader", "desk"):
        for case in (ours, theirs):
            wrote(case, "answer", 10, actor=world.people[actor].pk)
    assert clues_run(NOW) == 2
    found = {c.rule: c for c in Clue.objects.all()}
    assert (found["unrated"].part, found["unrated"].whole, found["unrated"].base_whole) == (12, 12, 32)
    assert found["one_firm"].key == f"p:{person}" and found["one_firm"].text == "经办，禾川精密机械有限公司"
    assert (found["one_firm"].part, found["one_firm"].base_part, found["one_firm"].base_whole) == (20, 40, 60)
    wrote(
        theirs, "answer", 5, actor=person
    )  # read on: totals go on from where they were, as the pairs add up to
    wrote(ours, "answer", 3, actor=person)
    clues_run(NOW + timedelta(hours=1))
    kept = RuleCount.objects.filter(rule="one_firm").order_by()
    pairs = kept.exclude(other="").values_list("key").annotate(Max("whole"), Sum("whole"))
    assert set(pairs) == set(kept.filter(other="").values_list("key", "part", "whole"))
    assert (f"p:{person}", 23, 28) in set(pairs)
    assert Clue.objects.get(rule="one_firm").part == 23
    kept.filter(other="").delete()  # an installation of before
    import_module("qiying.capabilities.monitoring.migrations.0002_totals_of_handlers").add_totals(apps, None)
    assert set(pairs) == set(kept.filter(other="").values_list("key", "part", "whole"))


def test_gifts_in_answers_and_visits_above_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = {"title": "走访问卷", "screens": "all",
              "sections": [{"questions": [{"code": "话", "kind": "long", "title": "想说什么"}]}]}  # fmt: skip
    form = form_save(
        actor=importer(world.district.pk), unit=world.units["desk"], code="ask", layout=layout, at=NOW
    )
    version = form_publish(actor=importer(world.district.pk), form=form, at=NOW)
    for n, said in enumerate(["都挺好", "收了我们一张购物卡", "从不收礼"]):
        Response.objects.create(
            version=version, district=world.district, subject="survey:1", key=str(n), answers={"话": said},
            answered_at=NOW - timedelta(hours=1),
        )  # fmt: skip
    told = [(world.units["slow"].pk, 2, 9, ["2026-11-02 禾川"]), (world.units["fast"].pk, 0, 9, [])]
    monkeypatch.setattr(
        "qiying.capabilities.monitoring.services.clues.provided",
        lambda name: lambda district_id, **_: told if district_id == world.district.pk else [],
    )
    assert clues_run(NOW) == 2
    found = {c.rule: c for c in Clue.objects.all()}
    assert (found["gift"].base_part, found["gift"].base_whole) == (1, 3)
    assert found["gift"].rows == ["走访问卷：收了我们一张购物卡"] and found["gift"].unit is None
    assert (found["visit_cap"].part, found["visit_cap"].whole, found["visit_cap"].base_whole) == (2, 9, 18)
    assert clues_run(NOW) == 0


def test_a_rule_that_is_switched_off_reads_nothing(world: World) -> None:
    told = {"valid_from": date(2026, 1, 1), "source": "区纪委"}
    DatedParameter.objects.create(district=world.district, name="integrity.clue_returned", value=0, **told)
    forget()
    acted(world, "take", "fast", 30)
    acted(world, "give_back", "slow", 12)
    assert clues_run(NOW) == 0 and not RuleCount.objects.exists()


def plan(world: World, **more: Any) -> SpecialPlan:
    told = {"title": "退件专项", "way": "manner", "about": "看退件有没有理由", "first_on": TODAY,
            "last_on": date(2026, 12, 31), "watchers": []}  # fmt: skip
    made: SpecialPlan = watching.row_keep(
        actor=world.viewer("first"), model=SpecialPlan, row=None, values={**told, **more}, now=NOW
    )
    return made


def watcher(world: World, **more: Any) -> Watcher:
    told: dict[str, Any] = {"name": "老陈", "works_at": "禾川精密机械有限公司", "station": None, "tasks": "听企业说", "interests": "没有",
            "avoids": [], "valid_from": date(2026, 1, 1), "valid_to": date(2027, 12, 31)}  # fmt: skip
    made: Watcher = watching.row_keep(
        actor=world.viewer("first"), model=Watcher, row=None, values={**told, **more}, now=NOW
    )
    return made


def hand(world: World, **more: Any) -> Clue:
    told = {"unit": world.units["slow"].pk, "text": "联系点说退了三次", **more}
    return watching.clue_enter(actor=world.viewer("first"), values=told, now=NOW)


def test_a_clue_goes_through_a_plan_to_a_task_by_two_people(world: World) -> None:
    one, first, second = plan(world), world.viewer("first"), world.viewer("second")
    clue = hand(world)
    pile = waiting_for(second, NOW).pile("integrity_clues")
    assert pile and pile.count == 1
    with pytest.raises(NotPermitted):
        watching.clue_take(actor=world.viewer("supervisor"), clue=clue, plan=None, now=NOW)
    watching.clue_take(actor=first, clue=clue, plan=one.pk, now=NOW)
    told: dict[str, Any] = {"result": "founded", "finding": "三次退件都没写理由", "unit": None, "due_on": TODAY,
                            "result_to_show": ""}  # fmt: skip
    with pytest.raises(NotPermitted):
        watching.clue_conclude(actor=second, clue=clue, values=told, now=NOW)
    with pytest.raises(GuardFailed) as refused:
        watching.clue_conclude(actor=first, clue=clue, values=told, now=NOW)
    assert set(refused.value.fields) == {"result_to_show", "due_on"}
    told |= {"result_to_show": "退件都写理由", "due_on": date(2026, 12, 6)}  # a Sunday
    with pytest.raises(GuardFailed, match="不上班"):
        watching.clue_conclude(actor=first, clue=clue, values=told, now=NOW)
    told["due_on"] = date(2026, 12, 18)
    watching.clue_conclude(actor=first, clue=clue, values=told, now=NOW)
    with pytest.raises(NotPermitted):
        watching.clue_decide(actor=first, clue=clue, agrees=True, now=NOW)
    made = watching.clue_decide(actor=second, clue=clue, agrees=True, now=NOW)
    task = Case.objects.get(number=made.task)
    assert (made.state, task.lead_unit_id) == ("founded", world.units["slow"].pk)
    assert task.extras["judge_unit"] == world.units["jiwei"].pk
    with pytest.raises(ActionNotAvailable):
        watching.clue_decide(actor=second, clue=clue, agrees=True, now=NOW)
    page = browser(world.people["first"]).get(f"/integrity/plans/{one.pk}/").content.decode()
    assert "属实 1 / 1，整改核销 0 / 1" in page
    acts = AuditEntry.objects.filter(action__startswith="integrity.")
    assert acts.count() >= 5 and not [e for e in acts if "退" in e.data or "慢" in e.data]


def test_supervisors_come_from_outside_and_avoid_what_they_declared(world: World) -> None:
    with pytest.raises(GuardFailed) as refused:
        watcher(world, works_at="区慢办局二科")
    assert set(refused.value.fields) == {"works_at"}
    with pytest.raises(GuardFailed) as refused:
        watcher(world, valid_to=None)
    assert set(refused.value.fields) == {"valid_to"}
    row = watcher(world, avoids=[world.units["slow"].pk])
    ended = watcher(world, name="老李", valid_to=date(2026, 6, 30))
    with pytest.raises(GuardFailed, match="聘期"):
        plan(world, watchers=[ended.pk])
    one = plan(world, watchers=[row.pk])
    with pytest.raises(GuardFailed, match="回避：老陈"):
        watching.clue_take(actor=world.viewer("first"), clue=hand(world), plan=one.pk, now=NOW)


def test_nobody_sees_a_clue_about_himself_or_his_unit(world: World) -> None:
    own = Clue.objects.create(
        district=world.district, rule="one_firm", key=f"p:{world.people['first'].pk}", text="纪一，某企业",
        raised_at=NOW, raised_on=TODAY,
    )  # fmt: skip
    found = let_in(world.people, {f"/integrity/clues/{own.pk}/": ""})
    assert set(found.values()) == {"second"}


def test_pages_as_every_role_and_what_nobody_should_type(world: World) -> None:
    station = watching.row_keep(
        actor=world.viewer("first"), model=Station, row=None, now=NOW,
        values={"name": "高新站", "kind": "station", "place": "园区一楼", "tasks": "听", "valid_from": TODAY, "valid_to": None},
    )  # fmt: skip
    one, clue, who = plan(world), hand(world), watcher(world)
    body, own = "first second abroad", "first second"
    wanted = {
        "/integrity/stations/": body, f"/integrity/stations/{station.pk}/": own, "/integrity/stations/new/": body,
        "/integrity/watchers/": body, f"/integrity/watchers/{who.pk}/": own, "/integrity/plans/": body,
        f"/integrity/plans/{one.pk}/": own, "/integrity/clues/": body, f"/integrity/clues/{clue.pk}/": own,
        f"/integrity/clues/{clue.pk}/take/": own, "/integrity/clues/?export=xlsx": body,
    }  # fmt: skip
    found = let_in({**world.people, "nobody": None}, wanted)
    assert {a: w for a, w in found.items() if set(w.split()) != set(wanted[a].split())} == {}
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/integrity/clues/new/": ("first", {"unit": world.units["slow"].pk, "text": "又退了一次"}),
        f"/integrity/clues/{clue.pk}/take/": ("first", {"plan": one.pk}),
        "/integrity/stations/new/": ("first", {"name": "二站", "kind": "point", "place": "某处", "tasks": "听",
                                               "valid_from": "2026-11-18", "valid_to": ""}),
        "/integrity/plans/new/": ("first", {"title": "二专项", "way": "effect", "about": "看看", "first_on": "2026-11-18",
                                            "last_on": "2026-12-18", "watchers": who.pk}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []
    watching.clue_take(actor=world.viewer("first"), clue=clue, plan=None, now=NOW)
    sent = {"result": "founded", "finding": "没写理由", "unit": world.units["slow"].pk, "result_to_show": "写理由",
            "due_on": "2026-12-18"}  # fmt: skip
    assert broken(world.people, {f"/integrity/clues/{clue.pk}/conclude/": ("first", sent)}, every=False) == []


def test_programs_read_clues_for_the_discipline_body_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: NOW)
    hand(world)
    seen = {}
    for who, person in world.people.items():
        _, token = api_token_create(person=person, name="t", days=30, actor=world.viewer(who), at=NOW)
        answer = browser(None).get(
            "/api/v1/registers/integrity_clues", headers={"Authorization": f"Bearer {token}"}
        )
        seen[who] = len(answer.json()["items"]) if answer.status_code == 200 else answer.status_code
    assert seen.pop("first") == seen.pop("second") == 1
    assert seen.pop("abroad") == 0
    assert set(seen.values()) == {404}
