"""Whose matter it is: learnt, explained, forgotten again; and what the marks in the text find."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.service_requests.models import LearntCase, TermCount
from qiying.capabilities.service_requests.rules import suggest
from qiying.capabilities.service_requests.rules.reading import aliases, matters, read
from qiying.capabilities.service_requests.services.learning import (
    assignment_learn,
    learning_rebuild,
    learning_refresh,
)
from qiying.capabilities.service_requests.services.suggesting import advise
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case

ROAD = "我们厂门口的限高杆把货车挡住了，请帮忙看看能不能挪开{}"
NOISE = "隔壁工地夜里打桩噪声太大，工人没法休息，想请人来测一测{}"


@pytest.fixture
def world() -> World:
    return make_world()


def hand_over(world: World, text: str, unit: str, category: str = "park_transport") -> Case:
    case = world.submit(text=text)
    world.act(case, "desk", "triage", kind="problem", category=category, level="general")
    world.act(case, "desk", "assign", unit_id=world.units[unit].pk)
    return case


def work(world: World) -> None:
    while jobs_run(world.now, 200):
        pass


def learnt(world: World) -> None:
    for i in range(4):
        hand_over(world, ROAD.format(f"，第 {i} 次说"), "town")
        hand_over(world, NOISE.format(f"，第 {i} 次说"), "bureau", "environment")
    work(world)


def advice(world: World, text: str, category: str = ""):
    return advise(district_id=world.district.pk, title="", text=text, category=category)


@pytest.mark.django_db
def test_what_was_handed_to_a_unit_before_is_suggested_with_words_and_counts(world: World) -> None:
    learnt(world)
    found = advice(world, "货车被限高杆挡住进不来，能不能挪开", category="")
    assert found.units[0].unit_id == world.units["town"].pk
    assert found.units[0].band == "很可能"
    assert re.search("提到“.+”的 4 件里 4 件归它", found.units[0].why)
    assert found.learnt_from == 8
    other = advice(world, "工地打桩噪声大，请来测")
    assert other.units[0].unit_id == world.units["bureau"].pk


@pytest.mark.django_db
def test_the_history_of_the_category_is_told_in_numbers(world: World) -> None:
    learnt(world)
    found = advice(world, "路上有个坑，想请人补一补", category="park_transport")
    assert found.units[0].unit_id == world.units["town"].pk
    assert "近两年同类 4 件，4 件由它主办" in found.units[0].why


@pytest.mark.django_db
def test_a_suggestion_costs_one_query_beside_the_kept_directory(world: World) -> None:
    learnt(world)
    advice(world, "先让目录进缓存")
    with CaptureQueriesContext(connection) as warm:
        advice(world, "货车被限高杆挡住")
    assert len(warm) == 1
    from qiying.capabilities.service_requests import selectors

    selectors.forget()
    with CaptureQueriesContext(connection) as cold:
        advice(world, "货车被限高杆挡住")
    assert len(cold) <= 3


@pytest.mark.django_db
def test_without_history_the_usual_unit_and_the_named_unit_are_suggested(world: World) -> None:
    from qiying.capabilities.service_requests import selectors
    from qiying.capabilities.service_requests.models import Category

    Category.objects.filter(district=world.district, code="parking").update(usual_unit=world.units["bureau"])
    selectors.forget()
    found = advice(world, "厂区停车难，车位不够，问过城南街道")
    by_unit = {u.unit_id: u for u in found.units}
    assert found.category == "parking"
    assert found.units[0].unit_id == world.units["bureau"].pk
    assert "通常归它" in found.units[0].why
    assert "原话提到“城南街道”" in by_unit[world.units["town"].pk].why


@pytest.mark.django_db
def test_learning_twice_counts_once_and_a_new_lead_takes_the_old_ones_place(world: World) -> None:
    case = hand_over(world, ROAD.format("。"), "town")
    work(world)
    before = counts(world)
    assignment_learn({"case": case.number, "unit_id": world.units["town"].pk}, world.now)
    assert counts(world) == before
    world.act(case, "liaison", "give_back", reason="这条路归住建局养护", basis="三定方案第五条")
    world.act(case, "desk", "assign", unit_id=world.units["bureau"].pk)
    work(world)
    after = counts(world)
    town, bureau = str(world.units["town"].pk), str(world.units["bureau"].pk)
    assert not any(n for (scope, target, _), n in after.items() if target == town and scope != "returned")
    assert after[("unit", bureau, "货车")] == 1
    assert after[("returned", town, "park_transport")] == 1
    assert LearntCase.objects.get().unit == world.units["bureau"]


def counts(world: World) -> dict[tuple[str, str, str], int]:
    rows = TermCount.objects.filter(district=world.district)
    return {(r.scope, r.target, r.term): r.count for r in rows if r.count}


@pytest.mark.django_db
def test_counts_made_anew_are_those_learnt_step_by_step_without_rare_words(world: World) -> None:
    learnt(world)
    stepwise = counts(world)
    assert learning_rebuild(district_id=world.district.pk, now=world.now) == 8
    anew = counts(world)
    assert set(anew) <= set(stepwise)
    assert all(stepwise[k] == n for k, n in anew.items() if k[2] != "*")
    assert all(n > 1 for (scope, _, term), n in anew.items() if term not in ("", "*") and scope == "unit")


@pytest.mark.django_db
def test_the_daily_rebuild_is_daily_and_old_cases_leave_the_window(world: World) -> None:
    learnt(world)
    assert learning_refresh(world.now) == 8
    assert learning_refresh(world.now + timedelta(hours=3)) == 0
    assert learning_refresh(world.now + timedelta(days=800)) == 0
    assert not counts(world)


@pytest.mark.django_db
def test_a_unit_that_gave_the_matter_back_ranks_lower_and_it_is_said(world: World) -> None:
    for _ in range(2):
        case = hand_over(world, ROAD.format("。"), "town")
        world.act(case, "liaison", "give_back", reason="这条路归住建局养护", basis="三定方案第五条")
        world.act(case, "desk", "assign", unit_id=world.units["bureau"].pk)
    work(world)
    found = {u.unit_id: u for u in advice(world, ROAD.format(""), category="park_transport").units}
    assert next(iter(found)) == world.units["bureau"].pk
    town = found.get(world.units["town"].pk)
    assert town is None or "同类退回过 2 件" in town.why


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问高新企业认定什么时候报名？", "question"),
        ("建议在园区开一个公共食堂", "suggestion"),
        ("举报有人在检查时吃拿卡要", "clue"),
        ("建议快点修，路坏了影响送货", "problem"),
        ("贷款批不下来", "problem"),
    ],
)
def test_the_kind_is_read_from_plain_words(text: str, kind: str) -> None:
    found, why = suggest.suggest_kind(text)
    assert found == kind
    assert why


CLASSES = {
    "路": ["公交 站台 太远", "道路 坑洼 货车", "货车 限行 路口", "路口 信号灯 太短", "公交 班次 太少"],
    "钱": ["贷款 抵押 不够", "贷款 利率 太高", "补贴 没到账", "补贴 申报 材料", "贷款 续贷 材料"],
    "人": ["招工 技校 对接", "招工 宿舍 不够", "社保 减员 报错", "社保 缴费 基数", "技校 实习 招工"],
}


def test_the_command_reads_a_labelled_file_and_says_both_shares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["words", "category"])
        writer.writerows([t, label] for label, texts in CLASSES.items() for t in texts)
    call_command("suggest_eval", str(path))
    assert "15 条，3 类，5 折：第一名对 " in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有找到文件"):
        call_command("suggest_eval", str(tmp_path / "none.csv"))


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.sampled_from("甲乙丙丁"), max_size=5)), max_size=8)
)
def test_unlearning_everything_leaves_nothing(rows: list[tuple[str, list[str]]]) -> None:
    counted = suggest.Counts()
    for label, terms in rows:
        counted.learn(label, terms)
    for label, terms in rows:
        counted.learn(label, terms, sign=-1)
    assert not any(counted.cases.values())
    assert not any(counted.terms.values())
    assert not any(n for found in counted.by_term.values() for n in found.values())


@given(st.dictionaries(st.text(max_size=3), st.floats(-500, 500), min_size=1, max_size=6))
def test_shares_sum_to_one_and_keep_the_order(scores: dict[str, float]) -> None:
    found = suggest.shares(scores)
    assert sum(found.values()) == pytest.approx(1.0)
    best = max(scores, key=lambda k: scores[k])
    assert found[best] == max(found.values())


TEXT = (
    "我们是滨江园区 3 号路的青岚生物，二期发酵线11 月 3 日就装好了，入河排污口验收到现在没人来看。"
    "打过生态环境分局电话。月底要给客户交第一批货，能不能有人牵头。另外3 号路晚上没路灯，夜班工人走着不安全。"
)
UNITS = {"1": aliases("区生态环境分局", ""), "2": aliases("滨江园区管委会", "滨江园区")}


def test_the_marks_find_what_where_when_and_who() -> None:
    found = read(TEXT, UNITS, {"2"})
    marks: dict[str, list[str]] = {}
    for piece in found.pieces:
        marks.setdefault(piece.kind, []).append(piece.text)
    assert "滨江园区 3 号路" in marks["place"]
    assert "3 号路" in marks["place"]
    assert {"11 月 3 日", "月底", "晚上"} <= set(marks["time"])
    assert marks["who"] == ["生态环境分局"]
    assert "能不能有人牵头" in marks["want"]
    assert found.named == {"1": "生态环境分局", "2": "滨江园区"}


def test_two_matters_in_one_message_are_noticed_and_one_is_left_alone() -> None:
    assert len(matters(TEXT)) == 2
    assert matters(TEXT)[1].startswith("3 号路晚上没路灯")
    assert matters(TEXT)[0] == "入河排污口验收到现在没人来看"
    assert matters("厂门口的路坏了，货车进不来，请修一修。") == []


@given(st.text(alphabet="我们要请问路街园区3号月日底另外还有，。！？ab\n", max_size=120))
def test_the_pieces_are_the_text_itself_whatever_it_says(text: str) -> None:
    found = read(text, UNITS, {"2"})
    assert "".join(p.text for p in found.pieces) == text
