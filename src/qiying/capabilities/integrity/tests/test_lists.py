"""The published lists, and a breach from the report to the answer: by two people, on a clock, hidden from the unit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import Http404
from django.urls import reverse

from qiying.capabilities.integrity.models import Edition
from qiying.capabilities.integrity.rules.lists import COUNTS, clauses_read, sample
from qiying.capabilities.integrity.selectors import clauses_of
from qiying.capabilities.integrity.services.lists import edition_publish
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.tests.walking import broken, broken_by_query, browser, let_in
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.tests.factories import NOW
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
REPORT: dict[str, Any] = {
    "clause": "no_gift",
    "source": "card",
    "ref": "",
    "text": "走的时候收了两盒茶叶，没有付钱",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {
        "desk": DESK,
        "jiwei": ("区纪委监委", ["discipline"]),
        "bureau": ("区某局", ["handling"]),
    }
    people = {
        "first": ("纪一", "jiwei", "discipline"),
        "second": ("纪二", "jiwei", "discipline"),
        "desk": ("小受", "desk", "desk"),
        "handler": ("经办", "bureau", "handler"),
        "leader": ("局长", "bureau", "leader"),
        "admin": ("运维", "desk", "admin"),
    }
    return World(**cast("清单县", units, people))


def reported(world: World, who: str = "clerk", **more: Any) -> Case:
    data = {**REPORT, "unit_id": world.units["bureau"].pk, **more}
    return case_start(procedure="breach_report", actor=world.viewer(who), data=data, now=world.now)


def test_the_sample_has_ten_ten_and_three_each_with_what_proves_a_breach() -> None:
    found = clauses_read(sample())
    assert (
        {kind: sum(c.kind == kind for c in found) for kind in COUNTS}
        == COUNTS
        == {"musts": 10, "bans": 10, "promises": 3}
    )
    assert all(c.proof and c.found_in for c in found)
    for wrong in ("[", "a: 1", "musts: []", sample().replace("proof", "prof", 1), sample().replace("no_fee", "no_gift"),
                  sample().replace("[case, asked]", "[rumour]", 1), "musts: {a: 1}", "!!python/object:os.system {}"):  # fmt: skip
        with pytest.raises(ValueError):
            clauses_read(wrong)


def test_a_wording_is_published_from_a_day_and_the_former_stays(world: World) -> None:
    actor, text = world.viewer("first"), sample().replace("不准收企业的礼品、礼金、消费卡", "不准收礼")
    told: dict[str, Any] = {"text": text, "source": "县纪〔2026〕8号", "valid_from": date(2026, 12, 1)}
    with pytest.raises(NotPermitted):
        edition_publish(actor=world.viewer("desk"), values=told, now=NOW)
    for change in ({"text": "musts: []"}, {"valid_from": date(2026, 11, 1)}):
        with pytest.raises(GuardFailed) as refused:
            edition_publish(actor=actor, values={**told, **change}, now=NOW)
        assert set(refused.value.fields) == set(change)
    assert edition_publish(actor=actor, values=told, now=NOW).number == 1
    with pytest.raises(GuardFailed):
        edition_publish(actor=actor, values=told, now=NOW)

    def words(on: date) -> str:
        return next(c.text for c in clauses_of(world.district.pk, on) if c.code == "no_gift")

    assert (words(date(2026, 11, 30)), words(date(2026, 12, 1))) == (
        "不准收企业的礼品、礼金、消费卡",
        "不准收礼",
    )


def test_a_breach_is_answered_by_two_people_and_put_right_and_the_unit_never_sees_who_said_so(
    world: World,
) -> None:
    case = reported(world)
    assert case.due_by == date(2026, 12, 2)  # 10 workdays
    pile = waiting_for(world.viewer("first"), world.now)
    assert any(p.count for p in pile.piles)
    for who in ("handler", "leader", "desk", "admin", "outsider"):
        assert not cases_visible_to(world.viewer(who)).filter(pk=case.pk).exists()
        with pytest.raises(Http404):
            world.act(case, who, "take")
    case = world.act(case, "first", "take")
    told: dict[str, Any] = {"outcome": "founded", "text": "查实，茶叶退了，人批评了。"}
    with pytest.raises(GuardFailed) as refused:
        world.act(case, "first", "propose", **told)
    assert set(refused.value.fields) == {"result_to_show", "due_on"}
    told |= {"result_to_show": "退还的凭据和处理决定", "due_on": date(2026, 12, 18)}
    case = world.act(case, "first", "propose", **told)
    with pytest.raises(GuardFailed):
        world.act(case, "first", "decide", decision="approved")
    own = reverse("mine:case", args=[case.number])
    assert "茶叶退了" not in browser(world.people["clerk"]).get(own).content.decode()
    case = world.act(case, "second", "decide", decision="approved")
    assert (case.state, case.outcome) == ("closed", "founded")
    page = browser(world.people["clerk"]).get(own)
    assert page.status_code == 200 and "茶叶退了" in page.content.decode()
    task = Case.objects.get(procedure="task")
    assert (task.lead_unit_id, task.extras["judge_unit"]) == (
        world.units["bureau"].pk,
        world.units["jiwei"].pk,
    )
    assert "陈雨" not in str(task.extras) and world.enterprise.name not in task.title
    counted = dict(FigureDelta.objects.filter(procedure="breach_report").values_list("measure", "value"))
    assert (counted["received"], counted["answered_in_time"], counted["founded"]) == (1, 1, 1)
    assert reported(world).pk != case.pk


def test_what_is_refused_is_said_at_its_field(world: World) -> None:
    for change, field in (
        ({"clause": "nothing"}, "clause"),
        ({"unit_id": 999_999}, "unit_id"),
        ({"unit_id": world.units["jiwei"].pk}, "unit_id"),
        ({"source": "case", "ref": "QY-1"}, "ref"),
        ({"text": "短"}, "text"),
    ):
        with pytest.raises(GuardFailed) as refused:
            reported(world, **change)
        assert set(refused.value.fields) == {field}, change
    with pytest.raises(GuardFailed, match="密封举报"):
        reported(world, "desk", unit_id=world.units["desk"].pk)
    with pytest.raises(Http404):
        reported(world, "handler")
    own = reported(world)
    assert reported(world, source="case", ref=own.number).pk
    assert world.act(own, "clerk", "withdraw", reason="我们说错了").state == "withdrawn"
    case = world.act(world.act(reported(world, "desk"), "first", "take"), "first", "propose", outcome="unclear",
                     text="查了监控，没有证据，欢迎补充。")  # fmt: skip
    assert world.act(case, "second", "decide", decision="refused").state == "checking"


def test_the_public_page_tells_no_figure_below_five_and_opens_for_everybody(world: World) -> None:
    everybody = {**world.people, "nobody": None}
    address = f"/integrity/lists/?district={world.district.pk}"
    assert set(let_in(everybody, {address: ""})[address].split()) == set(everybody)
    page = browser(None).get(address).content.decode()
    assert "样例" in page and "数字先不公开" in page and "没做到，看" in page
    assert browser(None).get("/integrity/lists/").status_code == 200
    for n in range(5):
        made = reported(world)
        Case.objects.filter(pk=made.pk).update(
            state="closed", outcome="founded" if n else "unfounded", is_open=False
        )
    assert "属实 4 / 5 件" in browser(None).get(address).content.decode()
    Edition.objects.create(
        district=world.district, number=1, text=sample(), source="县纪委", valid_from=date(2026, 1, 1)
    )
    row = f"/integrity/editions/{Edition.objects.get().pk}/"
    assert let_in(everybody, {row: "", "/integrity/editions/new/": ""}) == {
        row: "first second",
        "/integrity/editions/new/": "first second",
    }
    typed = {
        "/integrity/editions/new/": (
            "first",
            {"text": sample(), "source": "县纪〔2026〕8号", "valid_from": "2026-12-01"},
        )
    }
    assert broken(world.people, typed, every=False) == []
    assert broken_by_query(world.people, {"/integrity/lists/": ("clerk", ("district",))}) == []
    opening = {**REPORT, "unit_id": world.units["bureau"].pk}
    assert browser(world.people["clerk"]).get("/open/breach_report/").status_code == 200
    assert broken(world.people, {"/open/breach_report/": ("clerk", opening)}, every=False) == []
