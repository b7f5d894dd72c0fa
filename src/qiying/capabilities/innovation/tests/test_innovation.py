"""Scores: intervals where facts are missing, weights of exactly 100, corrections with evidence, who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.innovation.models import Score, ScoreRun, WeightTable
from qiying.capabilities.innovation.rules.scoring import breakdown, points, scored
from qiying.capabilities.innovation.rules.tables import tables, weight_faults
from qiying.capabilities.innovation.selectors import breakdown_of, shared_score, weights_on
from qiying.capabilities.innovation.services.runs import scores_run, scores_tick
from qiying.capabilities.innovation.services.weighing import weights_set
from qiying.capabilities.innovation.tests.world import FACTS, REST, declare, make_world
from qiying.decision.indicators import standard_registry
from qiying.decision.planes import Columns
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.walking import both_ways, broken, browser, let_in
from qiying.kernel.cases.tests.world import World
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import EnterpriseFact, ProfileChange
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

ON = date(2026, 11, 18)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def stored(facts: dict[str, Any]) -> dict[str, int | str]:
    return standard_registry().stored(facts)


def test_the_shipped_tables_have_three_and_eighteen_and_weigh_exactly_100() -> None:
    told = tables()
    score = told.schemes["score"]
    assert (len(score.groups), len(score.codes), len(told.stages)) == (3, 18, 3)
    for (scheme, _), weights in told.weights_on(ON).items():
        assert not weight_faults(scheme, weights.values) and weights.is_sample and "样例" in weights.source
    values = dict(told.weights_on(ON)["score", "初创期"].values)
    assert weight_faults("score", {**values, "venture": Decimal("7.99")})["venture"] == [
        "权重加起来是 99.99，要正好 100"
    ]
    assert weight_faults("score", {c: p for c, p in values.items() if c != "pct"})["pct"] == ["要填"]
    assert weight_faults("score", {**values, "pct": Decimal(-4), "patents": Decimal(18)})["pct"] == [
        "不能小于 0"
    ]


def test_what_is_missing_is_an_interval_and_every_point_is_somebodys() -> None:
    weights = tables().weights_on(ON)
    nothing = breakdown({}, weights, ON)["score"]
    assert nothing.low == 0 and nothing.high == 100 and not nothing.stage
    some = breakdown(stored(FACTS), weights, ON)["score"]
    assert some.stage == "成长期" and not some.is_settled
    for told in (nothing, some):
        parts = [p for _, group in told.groups for p in group]
        assert sum(p.full for p in parts) == 100
    parts = [p for _, group in some.groups for p in group]
    assert sum(p.low for p in parts) == some.low and sum(p.high for p in parts) == some.high
    by_code = {p.measured.code: p for p in parts}
    # 1.2 million of 30 million are exactly 4 %: the band holds at its edge
    assert by_code["rnd_ratio"].low == by_code["rnd_ratio"].high == Decimal("5.4")
    assert by_code["venture"].low == 0 and by_code["venture"].high == 3
    whole = breakdown(stored({**FACTS, **REST}), weights, ON)["score"]
    assert whole.is_settled and some.low <= whole.low <= some.high


def test_the_science_offices_stage_goes_before_revenue_and_none_is_every_stage() -> None:
    weights = tables().weights_on(ON)
    for facts, stage in (
        ({"营业收入": "19999999"}, "初创期"), ({"营业收入": "20000000"}, "成长期"), ({"营业收入": "400000000"}, "稳定期"),
        ({"营业收入": "1", "发展阶段": "稳定期"}, "稳定期"), ({"发展阶段": "初创期"}, "初创期"), ({"研发费用": "1"}, ""),
    ):  # fmt: skip
        assert breakdown(stored(facts), weights, ON)["score"].stage == stage, facts
    ends = [
        breakdown(stored({"研发费用": "1000000", "发展阶段": s}), weights, ON)["score"]
        for s in tables().stages
    ]
    unknown = breakdown(stored({"研发费用": "1000000"}), weights, ON)["score"]
    assert unknown.low == min(e.low for e in ends) and unknown.high == max(e.high for e in ends)


def test_many_together_score_as_each_alone() -> None:
    weights = tables().weights_on(ON)
    facts = [{}, FACTS, {**FACTS, **REST}, {"发展阶段": "稳定期"}, {"营业收入": "0", "研发费用": "5"}]
    together = scored(Columns.from_facts(facts, standard_registry()), weights, ON)
    for row, one in enumerate(facts):
        alone = breakdown(stored(one), weights, ON)
        for scheme, (low, high) in together.totals.items():
            assert (points(low[row]), points(high[row])) == (alone[scheme].low, alone[scheme].high)


def test_a_night_writes_what_differs_and_publishes_only_what_is_exact(world: World) -> None:
    bare = make_enterprise(world.district, "没有数的公司")
    assert scores_run(district_id=world.district.pk, now=world.now) == 1
    row = Score.objects.get()
    assert (row.enterprise, row.settled, row.stage) == (
        world.enterprise,
        7,
        "成长期",
    ) and row.score_low < row.score_high
    assert (
        "创新积分" not in known_facts(world.enterprise) and not Score.objects.filter(enterprise=bare).exists()
    )
    declare(world, world.enterprise, REST)
    ProfileChange.objects.all().delete()
    assert scores_run(district_id=world.district.pk, now=world.now) == 1
    row.refresh_from_db()
    assert row.score_low == row.score_high and row.settled == 18
    fact = known_facts(world.enterprise)["创新积分"]
    assert fact.value == points(row.score_low) and fact.source_label == "系统推算"
    published = EnterpriseFact.objects.filter(indicator="innovation_score").latest("pk")
    assert published.source_note == "科创指数测算（样例权重）" and published.period == "2025"
    assert ProfileChange.objects.filter(enterprise_id=world.enterprise.pk).count() == 1  # policies look again
    before = EnterpriseFact.objects.count()
    assert scores_run(district_id=world.district.pk, now=world.now) == 0
    assert EnterpriseFact.objects.count() == before
    told = shared_score(world.enterprise.key, world.now)
    assert (
        told
        and "样例权重" in told
        and shared_score("e:0", world.now) is shared_score("talent:5", world.now) is None
    )


def test_the_night_goes_part_by_part_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.capabilities.innovation.services.runs.PART_ROWS", 1)
    assert scores_tick(world.now.replace(hour=18, minute=30)) == ""  # half past two in Shanghai
    night = world.now.replace(hour=19, minute=30)
    while scores_tick(night):
        pass
    run = ScoreRun.objects.get()
    assert run.is_done and run.changed == 1 and run.as_of == local_date(night)
    assert scores_tick(night + timedelta(hours=1)) == "" and scores_tick(night + timedelta(days=1)) != ""


def test_the_cost_of_a_run_does_not_grow_with_enterprises(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            scores_run(district_id=world.district.pk, now=world.now)
        return len(asked)

    declare(world, world.enterprise, REST)
    one = cost()
    for n in range(24):
        declare(world, make_enterprise(world.district, f"甲{n}公司"), {**FACTS, **REST})
    assert cost() <= one + 1


def test_weights_of_ones_own_hold_from_their_day(world: World) -> None:
    shipped = tables().weights_on(ON)["score", "成长期"].values
    own = {**shipped, "rnd_amount": Decimal(16), "rnd_growth": Decimal(0), "pct": Decimal(0)}
    told: dict[str, Any] = {
        "scheme": "score",
        "stage": "成长期",
        "source": "区科技局会议纪要 3 号",
        "now": world.now,
    }
    tomorrow = local_date(world.now) + timedelta(days=1)
    officer = world.viewer("officer")
    with pytest.raises(NotPermitted):
        weights_set(actor=world.viewer("handler"), values=own, valid_from=tomorrow, **told)
    with pytest.raises(GuardFailed, match="99"):
        weights_set(actor=officer, values={**own, "rnd_amount": Decimal(15)}, valid_from=tomorrow, **told)
    with pytest.raises(GuardFailed, match="以后"):
        weights_set(actor=officer, values=own, valid_from=tomorrow - timedelta(days=2), **told)
    weights_set(actor=officer, values=own, valid_from=tomorrow, **told)
    with pytest.raises(GuardFailed, match="换一天"):
        weights_set(actor=officer, values=own, valid_from=tomorrow, **told)
    today, later = (
        weights_on(world.district.pk, day)["score", "成长期"] for day in (tomorrow - timedelta(1), tomorrow)
    )
    assert today.is_sample and not later.is_sample and later.values["rnd_amount"] == 16
    assert breakdown_of(world.enterprise, tomorrow)[0]["score"].weights.source.startswith("区科技局")
    assert WeightTable.objects.count() == 1


def evidence(world: World, who: str) -> list[int]:
    owner = draft_owner(world.viewer(who), None)
    assert owner is not None
    row = document_store(
        content=PDF, name="审计报告.pdf", kind="material", subject=f"{draft_prefix(owner)}t",
        actor=world.viewer(who), district_id=world.district.pk, at=world.now,
    )  # fmt: skip
    return [row.pk]


def correct(world: World, who: str = "clerk", **more: Any) -> Case:
    told = {
        "fact": "研发人员占比",
        "value": "0.31",
        "text": "漏报了两个研发组",
        "documents": evidence(world, who),
        **more,
    }
    return case_start(procedure="score_correction", actor=world.viewer(who), data=told, now=world.now)


def test_a_correction_needs_evidence_and_counts_at_once(world: World) -> None:
    scores_run(district_id=world.district.pk, now=world.now)
    before = Score.objects.get().score_low
    for fault, words in (
        ({"documents": []}, "证明"), ({"value": "0.25"}, "一样"), ({"value": "1.5"}, "不能用作"), ({"value": "许多"}, "不能用作"),
        ({"fact": "企业规模"}, "没有这一项"),
    ):  # fmt: skip
        with pytest.raises(GuardFailed, match=words):
            correct(world, **fault)
    case = correct(world)
    assert case.due_by == date(2026, 11, 25) and case.turn == "lead"
    with pytest.raises(NotPermitted):
        world.act(case, "clerk", "decide", decision="accepted", reason="我自己同意")
    case = world.act(case, "officer", "decide", decision="accepted", reason="审计报告写着 31%")
    assert (case.state, case.outcome) == ("accepted", "accepted")
    assert Score.objects.get().score_low > before
    assert known_facts(world.enterprise)["研发人员占比"].source_label == "部门登记"
    case = world.act(
        correct(world, value="0.35"), "officer", "decide", decision="refused", reason="材料没有盖章"
    )
    assert case.state == "refused" and known_facts(world.enterprise)["研发人员占比"].value == Decimal("0.31")
    assert world.act(correct(world, value="0.4"), "clerk", "withdraw", reason="再核一核").state == "withdrawn"


def test_pages_are_for_whom_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    scores_run(district_id=world.district.pk, now=world.now)
    case = correct(world)
    weights_set(
        actor=world.viewer("officer"), scheme="index", stage="初创期", source="会议纪要", now=world.now,
        valid_from=local_date(world.now), values=tables().weights_on(ON)["index", "初创期"].values,
    )  # fmt: skip
    row = WeightTable.objects.get()
    addresses = {
        "/innovation/": "clerk outsider",
        "/innovation/ranking/": "officer handler",
        "/innovation/ranking/?export=xlsx": "officer handler",
        f"/innovation/ranking/{world.enterprise.pk}/": "officer handler",
        "/innovation/weights/": "officer handler",
        "/innovation/weights/new/": "officer",
        f"/innovation/weights/{row.pk}/": "officer handler",
        f"/cases/{case.number}/": "officer",
        "/open/score_correction/": "clerk outsider",
    }
    seen = let_in({**world.people, "nobody": None}, addresses)
    assert {a: set(who.split()) - {"clerk"} for a, who in seen.items()} == {
        a: set(who.split()) - {"clerk"} for a, who in addresses.items()
    }
    text = browser(world.people["clerk"]).get("/innovation/").content.decode()
    assert "样例权重" in text and "还不知道技术合同成交额" in text and "5.4" in text
    assert "禾川" not in browser(world.people["outsider"]).get("/innovation/").content.decode()


@both_ways
def test_nobodys_typing_breaks_a_page(world: World, monkeypatch: pytest.MonkeyPatch, every: bool) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: world.now)
    values = {code: str(points) for code, points in tables().weights_on(ON)["index", "成长期"].values.items()}
    told = {"scheme": "index", "stage": "成长期", "valid_from": "2026-12-01", "source": "会议纪要", **values}
    assert broken(world.people, {"/innovation/weights/new/": ("officer", told)}, every) == []
