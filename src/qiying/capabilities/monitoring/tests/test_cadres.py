"""What the personnel body alone reads: proved for every role, in pages, exports, the API and the audit; two persons decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from qiying.capabilities.monitoring.models import Sanction, StepDown, Tolerance
from qiying.capabilities.monitoring.rules.terms import MONTHS, months_allowed, visits_planned
from qiying.capabilities.monitoring.services import cadres
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.cases.tests.walking import broken, browser
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.impersonation import impersonation_start
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES
from qiying.statutes.workdays import default_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NAME = "钱某某"
SOMEBODY = {"name": NAME, "post": "区某局副局长"}
ERROR = {
    **SOMEBODY,
    "facts": "先行先试的项目没有达到预期",
    "rule": "容错办法第六条",
    "kind": "learning",
    "proposal": "免予处理",
}
MOVE = {**SOMEBODY, "cause": "duty", "evidence": "三次督办没有进展，企业差评 12 件", "proposal": "调离现职"}
TODAY = date(2026, 11, 18)
REGISTERS = ("tolerances", "sanctions", "stepdowns")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)
    monkeypatch.setattr("qiying.kernel.api_access.auth.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {"desk": DESK, "zuzhi": ("区委组织部", [])}
    people = {"one": ("组一", "zuzhi", "personnel"), "two": ("组二", "zuzhi", "personnel")}
    return World(**cast("组工县", units, people))


@pytest.mark.parametrize(
    ("kind", "months"),
    [
        ("warning", [6]),
        ("demerit", [6, 12]),
        ("major", [6, 12, 18]),
        ("demotion", [6, 12, 18, 24]),
        ("removal", [6, 12, 18, 24]),
    ],
)
@pytest.mark.django_db(False)
def test_visits_run_to_the_end_of_the_term(kind: str, months: list[int]) -> None:
    planned = visits_planned(date(2025, 3, 10), MONTHS[kind], 6, default_calendar())
    assert [n for n, _ in planned] == months
    assert all(default_calendar().is_workday(on) for _, on in planned)


def test_terms_of_several_alike_are_between_one_and_their_sum_and_never_over_48() -> None:
    assert [months_allowed(k)[0] for k in ("warning", "demerit", "major", "demotion", "removal")] == [
        6,
        12,
        18,
        24,
        24,
    ]
    assert (months_allowed("major", 2), months_allowed("removal", 3)) == ((18, 36), (24, 48))
    calendar = default_calendar()
    assert visits_planned(date(2025, 8, 31), 6, 6, calendar) == [(6, date(2026, 2, 28))]  # a make-up workday
    assert visits_planned(date(2025, 4, 3), 6, 6, calendar) == [(6, date(2025, 9, 30))]  # before the holiday
    assert [n for n, _ in visits_planned(date(2025, 3, 10), 18, 12, calendar)] == [12, 18]


def sanction(world: World, **more: Any) -> Sanction:
    told = {
        **SOMEBODY,
        "kind": "demerit",
        "starts_on": date(2026, 6, 1),
        "times": None,
        "months": None,
        **more,
    }
    return cadres.sanction_enter(actor=world.viewer("one"), values=told, now=NOW)


def test_joint_visits_are_planned_asked_for_at_home_and_written_once(world: World) -> None:
    for change, field in (
        ({"months": 18}, "months"),
        ({"kind": "major", "times": 2, "months": 40}, "months"),
        ({"starts_on": TODAY + timedelta(days=1)}, "starts_on"),
        ({"starts_on": date(2020, 1, 1)}, "starts_on"),
        ({"kind": "removal", "starts_on": date(2, 1, 1)}, "starts_on"),
    ):
        with pytest.raises(GuardFailed) as refused:
            sanction(world, **change)
        assert set(refused.value.fields) == {field}, change
    row = sanction(world)
    assert [(v.month, v.planned_on) for v in row.visits.all()] == [
        (6, date(2026, 12, 1)),
        (12, date(2027, 6, 1)),
    ]
    pile = waiting_for(world.viewer("two"), NOW).pile("return_visits")
    assert pile and pile.count == 1  # the second is more than a month away
    visit = row.visits.all()[0]
    told: dict[str, Any] = {
        "visit": visit.pk,
        "done_on": TODAY,
        "together_with": "区纪委监委二室",
        "found": "状态好，有干劲",
    }
    with pytest.raises(GuardFailed):
        cadres.visit_note(
            actor=world.viewer("two"), row=row, values={**told, "done_on": date(2026, 12, 1)}, now=NOW
        )
    cadres.visit_note(actor=world.viewer("two"), row=row, values=told, now=NOW)
    with pytest.raises(ActionNotAvailable):
        cadres.visit_note(actor=world.viewer("two"), row=row, values=told, now=NOW)
    assert waiting_for(world.viewer("two"), NOW).pile("return_visits") is None
    page = browser(world.people["one"]).get("/integrity/sanctions/").content.decode()
    assert "1 / 2 次" in page


def test_an_error_is_tolerated_by_a_second_person_with_facts_and_rule(world: World) -> None:
    row = cadres.tolerance_propose(actor=world.viewer("one"), values=ERROR, now=NOW)
    told: dict[str, Any] = {"row": row, "tolerates": True, "reason": "没有谋私，及时止损", "now": NOW}
    with pytest.raises(NotPermitted):
        cadres.tolerance_decide(actor=world.viewer("one"), **told)
    pile = waiting_for(world.viewer("two"), NOW).pile("tolerances")
    assert pile and pile.count == 1 and waiting_for(world.viewer("one"), NOW).pile("tolerances") is None
    assert cadres.tolerance_decide(actor=world.viewer("two"), **told).state == "tolerated"
    with pytest.raises(ActionNotAvailable):
        cadres.tolerance_decide(actor=world.viewer("two"), **told)


def test_who_is_to_be_moved_is_told_heard_and_judged_by_a_second_person(world: World) -> None:
    one, two = world.viewer("one"), world.viewer("two")
    decide: dict[str, Any] = {"moves": True, "reply": "", "now": NOW}
    row = cadres.stepdown_propose(actor=one, values=MOVE, now=NOW)
    with pytest.raises(ActionNotAvailable):
        cadres.stepdown_decide(actor=two, row=row, **decide)  # not told yet
    with pytest.raises(GuardFailed):
        cadres.stepdown_tell(actor=one, row=row, told_on=TODAY + timedelta(days=1), now=NOW)
    row = cadres.stepdown_tell(actor=one, row=row, told_on=TODAY, now=NOW)
    assert row.objects_until == date(2026, 11, 25)  # 5 workdays
    with pytest.raises(GuardFailed, match="申辩的日子还没过"):
        cadres.stepdown_decide(actor=two, row=row, **decide)
    late = NOW + timedelta(days=8)
    with pytest.raises(GuardFailed):
        cadres.stepdown_object(actor=one, row=row, objection="我有话说", now=late)
    cadres.stepdown_object(actor=one, row=row, objection="差评是上任以前的", now=NOW)
    with pytest.raises(GuardFailed) as refused:
        cadres.stepdown_decide(actor=two, row=row, **decide)
    assert set(refused.value.fields) == {"reply"}
    decide["reply"] = "核过了，12 件里 9 件是上任以后的"
    with pytest.raises(NotPermitted):
        cadres.stepdown_decide(actor=one, row=row, **decide)
    assert cadres.stepdown_decide(actor=two, row=row, **decide).state == "moved"
    silent = cadres.stepdown_propose(actor=one, values=MOVE, now=NOW)
    cadres.stepdown_tell(actor=one, row=silent, told_on=TODAY, now=NOW)
    assert cadres.stepdown_decide(actor=two, row=silent, **{**decide, "now": late}).state == "moved"


def test_no_other_role_sees_a_word_in_pages_exports_api_or_audit(world: World) -> None:
    rows = {
        "tolerances": cadres.tolerance_propose(actor=world.viewer("one"), values=ERROR, now=NOW),
        "sanctions": sanction(world),
        "stepdowns": cadres.stepdown_propose(actor=world.viewer("one"), values=MOVE, now=NOW),
    }
    roles = [r.code for r in all_roles() if r.code not in SYSTEM_ROLES | {"personnel", "clerk"}]
    people = {role: make_person(f"人{n}", world.units["zuzhi"], role) for n, role in enumerate(roles)}
    people |= {"clerk": world.people["clerk"], "outsider": world.people["outsider"]}
    there = make_unit(make_district("外县"), "外县组织部")
    abroad = make_person("外组", there, "personnel")
    pages = [f"/integrity/{name}/" for name in REGISTERS]
    pages += [f"/integrity/{name}/{row.pk}/" for name, row in rows.items()]
    pages += [f"/integrity/{name}/?export=xlsx" for name in REGISTERS]
    assert {a: browser(world.people["one"]).get(a).status_code for a in pages} == dict.fromkeys(pages, 200)
    for role, person in people.items():
        client = browser(person)
        assert {a for a in pages if client.get(a).status_code != 404} == set(), role
    assert {a for a in pages if NAME in browser(abroad).get(a).content.decode(errors="ignore")} == set()
    assert {browser(abroad).get(a).status_code for a in pages[3:6]} == {404}
    for name in REGISTERS:
        for who in ("one", "outsider"):
            _, token = api_token_create(
                person=world.people[who], name=name, days=30, actor=world.viewer(who), at=NOW
            )
            head = {"Authorization": f"Bearer {token}"}
            answer = browser(None).get(f"/api/v1/registers/integrity_{name}", headers=head)
            assert (answer.status_code, NAME in str(answer.json())) == (
                (200, True) if who == "one" else (404, False)
            )
    assert AuditEntry.objects.filter(action="integrity.personnel").count() == 3
    taken = AuditEntry.objects.filter(action="list_export", district_id=world.district.pk)
    assert taken.count() == 3
    assert [e for e in AuditEntry.objects.all() if NAME in e.data or "副局长" in e.data] == []
    for role in ("admin", "supervisor", "discipline"):
        assert NAME not in browser(people[role]).get("/audit/").content.decode()
    admin = viewer(people["admin"])
    with pytest.raises(GuardFailed, match="不能代看"):
        impersonation_start(actor=admin, person=world.people["one"], reason="帮他看", at=NOW)
    assert {type(row) for row in rows.values()} == {Tolerance, Sanction, StepDown}


def test_forms_keep_their_reasons_and_nothing_breaks_them(world: World) -> None:
    row = cadres.stepdown_propose(actor=world.viewer("one"), values=MOVE, now=NOW)
    held = sanction(world)
    visit = held.visits.all()[0]
    typed: dict[str, tuple[str, dict[str, Any]]] = {
        "/integrity/tolerances/new/": ("one", ERROR),
        "/integrity/stepdowns/new/": ("one", MOVE),
        "/integrity/sanctions/new/": ("one", {**SOMEBODY, "kind": "warning", "starts_on": "2026-11-02", "times": "",
                                              "months": ""}),
        f"/integrity/stepdowns/{row.pk}/tell/": ("one", {"told_on": "2026-11-18"}),
        f"/integrity/sanctions/{held.pk}/visit/": ("two", {"visit": visit.pk, "done_on": "2026-11-18",
                                                           "together_with": "纪委", "found": "状态很好"}),
    }  # fmt: skip
    assert broken(world.people, typed, every=False) == []
