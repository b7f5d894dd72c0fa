"""A penalty by its clocks and rules: leniency asked, three papers with one receipt, credit repair from its first day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from qiying.capabilities.penalties.models import Penalty
from qiying.capabilities.penalties.procedures.penalty import Filing
from qiying.capabilities.penalties.rules.law import (
    documents_for,
    hearing_notice_ok,
    late_fine,
    leniency,
    limited_until,
    on_the_spot,
)
from qiying.capabilities.penalties.services.punishing import penalty_file
from qiying.capabilities.penalties.tests.world import PenaltyWorld, make_world
from qiying.kernel.audit.clock import SHANGHAI
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import browser, let_in
from qiying.kernel.documents.models import Document
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.statutes.workdays import default_calendar

FACT = "11月3日在一车间使用超过保质期的原料"


@pytest.fixture
def world(db: None) -> PenaltyWorld:
    made = make_world()
    Unit.objects.filter(pk=made.units["market"].pk).update(letter_word="明市监罚")
    return made


def refusal(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(GuardFailed) as refused:
        fn(*args, **kwargs)
    return "；".join(refused.value.reasons)


def file(world: PenaltyWorld, **more: Any) -> Case:
    told = {"enterprise_id": world.enterprise.pk, "fact": FACT, "basis": "食品安全法第三十四条",
            "ended_on": date(2026, 11, 3), **more}  # fmt: skip
    return penalty_file(
        actor=world.viewer("inspector"), district_id=world.district.pk, data=Filing(**told), now=world.now
    )


def proposal(**more: Any) -> dict[str, Any]:
    told = {
        "harm": "real",
        "decision": "punish",
        "kind": "fine",
        "fine": Decimal(10000),
        "reason": "事实清楚",
    }
    return {**told, **more}


def decided(world: PenaltyWorld, **more: Any) -> Case:
    case = world.act(file(world), "inspector", "tell", kind="fine", fine=Decimal(10000), reason="拟罚一万元")
    case = world.act(case, "inspector", "propose", **proposal(**more))
    return world.act(case, "leader", "decide_penalty", decision="approved")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def test_the_arithmetic_of_the_law() -> None:
    calendar = default_calendar()
    assert [late_fine(Decimal(10000), d) for d in (0, 1, 33, 34, 400)] == [0, 300, 9900, 10000, 10000]
    assert on_the_spot("fine", Decimal("3000")) and not on_the_spot("fine", Decimal("3000.01"))
    assert on_the_spot("fine", Decimal(200), is_firm=False) and not on_the_spot(
        "fine", Decimal(201), is_firm=False
    )
    assert on_the_spot("warning", Decimal(0)) and not on_the_spot("revoke", Decimal(0))
    assert limited_until(date(2024, 2, 29), is_grave=False) == date(2026, 2, 28)
    assert limited_until(date(2021, 11, 3), is_grave=True) == date(2026, 11, 3)
    held = date(2026, 10, 20)  # 10-10 is a make-up workday: seven workdays before are 10-10
    assert hearing_notice_ok(date(2026, 10, 10), held, calendar)
    assert not hearing_notice_ok(date(2026, 10, 12), held, calendar)
    told = {"is_slight": True, "harm": "none", "is_corrected": True, "is_first": True, "no_fault": False}
    assert leniency(**told).verdict == "must_not"  # type: ignore[arg-type]
    assert leniency(**{**told, "is_slight": False}).verdict == "may"  # type: ignore[arg-type]
    assert leniency(**{**told, "harm": "slight"}).rule == "首违可不罚"  # type: ignore[arg-type]
    assert leniency(**{**told, "harm": "real"}).verdict == "none"  # type: ignore[arg-type]
    assert leniency(**{**told, "is_corrected": False}).verdict == "none"  # type: ignore[arg-type]
    assert len(documents_for("fine", is_summary=False, way="mail")[0]) == 3
    for kind, is_summary, way in (
        ("fine", True, "direct"),
        ("criticism", False, "mail"),
        ("fine", False, "public"),
    ):
        papers, why = documents_for(kind, is_summary=is_summary, way=way)
        assert papers == ("decision",) and why


def test_limits_are_clocks_that_end_on_workdays(world: PenaltyWorld) -> None:
    world.now = at(date(2026, 7, 3))
    case = file(world, ended_on=date(2026, 7, 1))
    assert case.due_by == date(2026, 10, 8)  # 90 days are 10-01, a holiday
    world.now = at(date(2026, 9, 23))
    case = world.act(case, "inspector", "tell", kind="fine", fine=Decimal(200000), reason="数额较大")
    clocks = {c.kind: c.due_by for c in case.clocks.all()}
    assert clocks["hearing"] == date(2026, 10, 8)
    assert "还可以要求听证" in refusal(world.act, case, "inspector", "propose", **proposal())
    case = world.act(case, "clerk", "ask_hearing", reason="我们有进货证明")
    assert "开过再提" in refusal(world.act, case, "inspector", "propose", **proposal())
    world.now = at(date(2026, 10, 21))
    told = {"told_on": date(2026, 10, 12), "held_on": date(2026, 10, 20), "text": "企业提交了进货证明"}
    assert "七个工作日" in refusal(world.act, case, "inspector", "hold_hearing", **told)
    case = world.act(case, "inspector", "hold_hearing", **{**told, "told_on": date(2026, 10, 9)})
    case = world.act(case, "inspector", "hold_goods", goods="原料三箱")
    assert {c.kind: c.due_by for c in case.clocks.all()}["goods"] == date(2026, 10, 30)
    case = world.act(case, "inspector", "propose", **proposal())
    with pytest.raises(NotPermitted):
        world.act(case, "inspector", "decide_penalty", decision="approved")
    case = world.act(case, "leader", "decide_penalty", decision="approved")
    assert {c.kind: c.due_by for c in case.clocks.all()}["serve"] == date(2026, 10, 30)


def test_sealing_ends_within_30_days_and_30_more_and_an_urgent_one_is_reported_in_24_hours(
    world: PenaltyWorld,
) -> None:
    goods = {"goods": "冷库一间", "reason": "食品安全法第一百一十条，怕转移"}
    world.now = at(date(2026, 9, 3))
    case = world.act(file(world, ended_on=date(2026, 9, 1)), "inspector", "ask_seal", **goods)
    assert not case.clocks.filter(kind="seal").exists()  # first the head agrees
    with pytest.raises(NotPermitted):
        world.act(case, "inspector", "decide_seal", decision="approved")
    case = world.act(case, "leader", "decide_seal", decision="approved")
    clock = case.clocks.get(kind="seal")
    assert clock.due_by == date(2026, 9, 30)  # 10-03 is a holiday, and a limit on force is never passed
    case = world.act(case, "inspector", "ask_seal_longer", reason="检验还没有出结果")
    case = world.act(case, "leader", "decide_seal_longer", decision="approved")
    clock.refresh_from_db()
    assert clock.due_by == date(2026, 11, 2) and clock.due_by <= date(2026, 9, 3) + timedelta(days=60)
    assert "只能延长一次" in refusal(world.act, case, "inspector", "ask_seal_longer", reason="再延三十天")
    case = world.act(case, "inspector", "unseal", goods="冷库一间")
    assert not case.clocks.filter(kind="seal", state="running").exists()
    urgent = world.act(
        file(world, ended_on=date(2026, 9, 1)), "inspector", "ask_seal", **goods, is_urgent=True
    )
    assert {c.kind for c in urgent.clocks.filter(state="running")} >= {"seal", "report"}
    assert "9月4日 10:00" in urgent.clocks.get(kind="report").explanation
    world.now += timedelta(hours=25)
    urgent = world.act(urgent, "leader", "decide_seal", decision="refused", note="没有必要，马上解除")
    assert not urgent.clocks.filter(kind__in=("seal", "report"), state="running").exists()
    rows = FigureDelta.objects.filter(
        procedure="penalty", measure__in=("sealed", "reported_late", "reported_in_time")
    )
    assert sorted(rows.values_list("measure", flat=True)) == ["reported_late", "sealed", "sealed"]


def test_leniency_is_asked_and_binds(world: PenaltyWorld) -> None:
    case = world.act(file(world), "inspector", "tell", kind="fine", fine=Decimal(3000), reason="拟罚三千元")
    slight = {"is_slight": True, "harm": "none", "is_corrected": True}
    assert "轻微不罚" in refusal(world.act, case, "inspector", "propose", **proposal(**slight))
    assert "不能不罚" in refusal(
        world.act, case, "inspector", "propose", **proposal(decision="spare", kind="", fine=0)
    )
    spare = {
        "decision": "spare",
        "kind": "",
        "fine": 0,
        "is_first": True,
        "harm": "slight",
        "is_corrected": True,
    }
    assert "教育" in refusal(world.act, case, "inspector", "propose", **proposal(**spare))
    case = world.act(case, "inspector", "propose", **proposal(**spare, education="当面讲清保质期的规定"))
    case = world.act(case, "leader", "decide_penalty", decision="approved")
    assert (case.state, Penalty.objects.get().lenient_by) == ("spared", "首违可不罚")
    assert apps.get_model("credit_repair", "CreditRecord").objects.count() == 0
    second = world.act(
        file(world, fact="标签没有标产地"),
        "inspector",
        "tell",
        kind="fine",
        fine=Decimal(1),
        reason="拟罚一元",
    )
    assert "3000" in refusal(
        world.act, second, "inspector", "propose", **proposal(fine=Decimal("3000.01"), is_summary=True)
    )


def test_three_papers_one_receipt_and_the_door_to_repair(world: PenaltyWorld) -> None:
    case = decided(world)
    told = {"way": "online", "served_on": world.now.date()}
    assert "合规建议" in refusal(world.act, case, "inspector", "serve", **told)
    with pytest.raises(NotPermitted):
        world.act(case, "inspector", "sign")
    case = world.act(case, "inspector", "serve", **told, advice="原料先进先出，每周查一次保质期")
    assert case.state == "serving"
    names = [d.name for d in Document.objects.filter(subject=f"case:{case.pk}") if d.name.endswith("pdf")]
    assert [n.split()[0] for n in sorted(names)] == ["信用修复告知书", "行政合规建议书", "行政处罚决定书"]
    case = world.act(case, "clerk", "sign")
    row = Penalty.objects.get()
    assert row.papers == 3 and row.served_on == world.now.date() and "网上签收" in case.extras["receipt"]
    pay = next(c for c in case.clocks.all() if c.kind == "pay")
    assert pay.due_by == date(2026, 12, 3)
    case = world.act(case, "inspector", "publish", places="信用中国、信用浙江")
    record = apps.get_model("credit_repair", "CreditRecord").objects.get()
    assert (record.number, record.grade, record.unit_id) == (row.number, "general", world.units["market"].pk)
    assert Penalty.objects.get().repairable_on == record.repairable_on == date(2027, 2, 18)
    assert "缴清" in refusal(world.act, case, "inspector", "finish")
    world.now = at(date(2026, 12, 30))
    case = world.act(case, "inspector", "finish", paid_on=date(2026, 12, 30), stopped_days=7)
    assert Penalty.objects.get().surcharge == Decimal("6000.00")
    case = world.act(case, "leader", "overturn", reason="复议撤销了决定")
    assert next(c for c in case.clocks.all() if c.kind == "withdraw").due_by == date(2027, 1, 5)
    assert world.act(case, "inspector", "withdraw_published", text="三处都撤下了").state == "withdrawn"


def test_what_is_too_old_or_fined_twice_or_of_no_body_is_refused(world: PenaltyWorld) -> None:
    assert "2 年" in refusal(file, world, ended_on=date(2024, 11, 17))
    file(world, ended_on=date(2024, 11, 18))
    file(world, ended_on=date(2022, 1, 1), is_grave=True)
    decided(world)
    again = world.act(file(world), "inspector", "tell", kind="fine", fine=Decimal(10), reason="再罚一次")
    words = refusal(world.act, again, "inspector", "propose", **proposal(is_first=True))
    assert "不能再罚" in words and "不是初次" in words
    summary = world.act(
        file(world, fact="没有公示许可证"),
        "inspector",
        "propose",
        **proposal(kind="warning", fine=0, is_summary=True),
    )
    summary = world.act(summary, "leader", "decide_penalty", decision="approved")
    served = world.act(
        summary, "inspector", "serve", way="direct", served_on=world.now.date(), receiver="李厂长"
    )
    assert Penalty.objects.get(case=served).papers == 1 and served.state == "served"


def test_the_register_and_the_papers_are_for_whom_they_are(
    world: PenaltyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    case = decided(world)
    told = {"way": "online", "served_on": world.now.date(), "advice": "原料先进先出，每周查一次"}
    case = world.act(case, "inspector", "serve", **told)
    addresses = {"/penalties/": "", f"/cases/{case.number}/": "", f"/my/{case.number}/": ""}
    seen = let_in({**world.people, "nobody": None}, addresses)
    assert set(seen["/penalties/"].split()) == {"inspector", "leader", "watcher", "helper"}
    assert set(seen[f"/cases/{case.number}/"].split()) >= {"inspector", "leader", "watcher"}
    assert "clerk" in seen[f"/my/{case.number}/"] and "outsider" not in seen[f"/my/{case.number}/"]
    assert FACT not in browser(world.people["helper"]).get("/penalties/").content.decode()
    with pytest.raises(NotPermitted, match="名录"):
        file_as(world, "helper")


def file_as(world: PenaltyWorld, who: str) -> Case:
    told = Filing(
        enterprise_id=world.enterprise.pk, fact=FACT, basis="第三十四条", ended_on=date(2026, 11, 3)
    )
    return penalty_file(actor=world.viewer(who), district_id=world.district.pk, data=told, now=world.now)
