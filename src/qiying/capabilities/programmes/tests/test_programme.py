"""A plan read from a file, corrected, published by another, followed on its pages, changed by the next edition."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.programmes import urls
from qiying.capabilities.programmes.models import Edition, Node, Programme, Wait
from qiying.capabilities.programmes.selectors import edition_of, tree_of
from qiying.capabilities.programmes.services.editions import (
    edition_copy,
    edition_read,
    leaf_faults,
    node_save,
    programme_save,
    read_plan,
)
from qiying.capabilities.programmes.services.publishing import edition_publish
from qiying.capabilities.programmes.services.reading.lines import UnreadablePlan, day_of
from qiying.capabilities.programmes.services.reports import month_report
from qiying.capabilities.programmes.tests import plans
from qiying.capabilities.programmes.tests.world import CHECK, EVIDENCE, TaskWorld, make_world
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import broken, browser, let_in, unvisited
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.tests.factories import TODAY
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> TaskWorld:
    return make_world()


def plan(world: TaskWorld, title: str = "一号改革工程实施方案", **changes: Any) -> Programme:
    values: dict[str, Any] = {
        "title": title,
        "number": "明委发〔2026〕1 号",
        "meaning": "让企业开办、办事、打官司都更快",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
        "owner": world.units["desk"].pk,
        "judge": world.units["desk"].pk,
        **changes,
    }
    return programme_save(actor=world.viewer("desk"), programme=None, values=values, now=world.now)


def drafted(world: TaskWorld, programme: Programme, content: bytes) -> Edition:
    return edition_read(
        actor=world.viewer("desk"), programme=programme, content=content, name="方案.xlsx", now=world.now
    )


def published(world: TaskWorld, rows: list[list[object]] = plans.ROWS) -> Programme:
    programme = plan(world)
    edition_publish(
        actor=world.viewer("supervisor"),
        edition=drafted(world, programme, plans.workbook(rows)),
        now=world.now,
        at_once=1000,
    )
    return programme


def faults(world: TaskWorld, edition: Edition) -> str:
    found = leaf_faults(edition.nodes.all(), edition.programme, TODAY)
    return "；".join(words for _, _, words in found)


@pytest.mark.parametrize(
    "content",
    [
        plans.workbook(plans.ROWS),
        plans.outline(plans.WORD),
        plans.workbook(
            [
                ["政务环境", "开办企业一件事", "开办材料减到 3 份", "区交通局", "2027-03-31", ""],
                ["", "", "开办 1 天办完", "园区管委会、区交通局", "2027年6月", "1.1.1"],
                ["法治环境", "", "清理违规收费", "园区管委会", "2027年底", ""],
            ],
            ("环境", "项目", "具体任务", "责任单位", "完成时限", "前置任务"),
        ),
    ],
)
def test_a_workbook_by_numbers_a_wide_one_and_a_word_outline_are_the_same_tree(
    world: TaskWorld, content: bytes
) -> None:
    edition = drafted(world, plan(world), content)
    rows = [(n.code, n.depth, n.title, n.unit_id, n.due_on) for n in edition.nodes.all()]
    traffic, park = world.units["traffic"].pk, world.units["park"].pk
    assert rows == [
        ("1", 1, "政务环境", None, None),
        ("1.1", 2, "开办企业一件事", None, None),
        ("1.1.1", 3, "开办材料减到 3 份", traffic, date(2027, 3, 31)),
        ("1.1.2", 3, "开办 1 天办完", park, date(2027, 6, 30)),
        ("2", 1, "法治环境", None, None),
        ("2.1", 2, "清理违规收费", park, date(2027, 12, 31)),
    ]
    assert edition.nodes.get(code="1.1.2").co_units == [traffic]
    assert faults(world, edition) == ""


@pytest.mark.parametrize("why", plans.HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(why: str) -> None:
    with pytest.raises(UnreadablePlan) as refused:
        read_plan(plans.HOSTILE[why])
    assert str(refused.value).endswith("。") or "层" in str(refused.value)


def test_days_as_plans_say_them() -> None:
    said = {
        "2026年6月底前": date(2026, 6, 30),
        "2028年2月": date(2028, 2, 29),
        "2026年底": date(2026, 12, 31),
    }
    assert {words: day_of(words) for words in said} == said
    for words in ("长期坚持", "2026年13月", "明年"):
        with pytest.raises(ValueError, match=r"."):
            day_of(words)


def test_every_fault_is_named_and_nothing_is_published_before_it_is_mended(world: TaskWorld) -> None:
    programme = plan(world)
    rows: list[list[object]] = [
        ["1", "甲任务", "", "没有的局", "", "", "2027-03-31", "1"],
        ["2", "乙任务", "", "企业服务中心", "", "", "2026-01-31", "3"],
        ["3", "丙任务", "", "区交通局", "外人", "区交通局", "", "2、9"],
    ]
    edition = drafted(world, programme, plans.workbook(rows))
    told = faults(world, edition)
    for words in (
        "没有单位“没有的局”",
        "不能等它自己",
        "办任务的不能自己核销",
        "已经过了",
        "转了一圈",
        "没写完成期限",
        "没有编号 9",
    ):
        assert words in told
    assert any("外人" in one for one in edition.notes)
    with pytest.raises(GuardFailed):
        edition_publish(actor=world.viewer("supervisor"), edition=edition, now=world.now)
    assert not Case.objects.filter(procedure="task").exists()
    node = edition.nodes.get(code="1")
    good = {
        "title": "甲任务", "text": "", "result_to_show": "看得见", "unit": world.units["traffic"].pk, "person": None,
        "co_units": [], "due_on": date(2027, 3, 31), "waits_for": [],
    }  # fmt: skip
    with pytest.raises(GuardFailed) as refused:
        node_save(actor=world.viewer("desk"), node=node, values={**good, "waits_for": ["1"]}, now=world.now)
    assert set(refused.value.fields) == {"waits_for"}
    node_save(actor=world.viewer("desk"), node=node, values=good, now=world.now)
    assert "没有的局" not in faults(world, edition)


def test_published_by_another_its_leaves_are_tasks_in_the_order_they_wait(world: TaskWorld) -> None:
    programme = plan(world)
    edition = drafted(world, programme, plans.workbook(plans.ROWS))
    with pytest.raises(NotPermitted):
        edition_publish(actor=world.viewer("desk"), edition=edition, now=world.now)
    with pytest.raises(ActionNotAvailable):
        edition_publish(actor=world.viewer("leader"), edition=edition, now=world.now)
    edition_publish(actor=world.viewer("desk_leader"), edition=edition, now=world.now)
    first = Node.objects.get(code="1.1.1").task
    assert first and (first.handler, first.extras["origin"]) == (
        world.people["handler"],
        f"programme:{programme.pk}",
    )
    assert [w.on for w in Wait.objects.all()] == [first]
    with pytest.raises(ActionNotAvailable):
        edition_publish(actor=world.viewer("supervisor"), edition=edition, now=world.now)
    own = drafted(world, programme, plans.workbook(plans.ROWS))
    Edition.objects.filter(pk=own.pk).update(made_by=world.people["supervisor"])
    with pytest.raises(GuardFailed, match="起草的人"):
        edition_publish(actor=world.viewer("supervisor"), edition=own, now=world.now)


def test_a_long_plan_is_published_by_the_worker_in_steps_whole_or_not_at_all(
    world: TaskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiying.capabilities.programmes.services.publishing.STEP", 20)
    rows: list[list[object]] = [["1", "政务环境"]]
    rows += [[f"1.{n}", f"第 {n} 件", "", "区交通局", "经办", "", "2026-12-01", f"1.{n + 1}" if n % 9 == 0 and n < 45 else ""]
             for n in range(1, 46)]  # fmt: skip
    programme = plan(world)
    edition = drafted(world, programme, plans.workbook(rows))
    client = browser(world.people["supervisor"])
    address, tasks = f"/programmes/{programme.pk}/tree/", Case.objects.filter(procedure="task")
    assert (
        "正在发布" in client.post(f"/programmes/{programme.pk}/draft/publish/", follow=True).content.decode()
    )
    with pytest.raises(ActionNotAvailable, match="正在发布"):
        edition_publish(actor=world.viewer("desk_leader"), edition=edition, now=world.now)
    seen = []
    for _ in range(3):
        seen.append((tasks.count(), client.get(address, {"part": "going"}).content.decode()))
        jobs_run(utc_now() + timedelta(minutes=1))
    assert [count for count, _ in seen] == [0, 20, 40] and tasks.count() == 45
    assert (
        "45 件任务已经交出 20 件" in seen[1][1]
        and "做完了" in client.get(address, {"part": "going"}).content.decode()
    )
    edition.refresh_from_db()
    assert edition.state == "published" and not edition.nodes.filter(is_leaf=True, task=None).exists()
    assert {c.events.get(action="give").actor_id for c in tasks} == {world.people["supervisor"].pk}
    assert Wait.objects.count() == 4
    assert Notice.objects.filter(template="programme_published").count() == 1
    later = drafted(world, programme, plans.workbook([[r[0], f"新{r[1]}", *r[2:]] for r in rows]))
    edition_publish(actor=world.viewer("supervisor"), edition=later, now=world.now)
    jobs_run(utc_now() + timedelta(minutes=1))
    Membership.objects.filter(person=world.people["handler"]).update(valid_to=date(2026, 1, 1))  # in between
    jobs_run(utc_now() + timedelta(minutes=1))
    later.refresh_from_db()
    assert (
        later.state == "draft"
        and "没有发布成" in later.notes[0]
        and not later.nodes.exclude(task=None).exists()
    )
    assert tasks.filter(state="dropped").count() == 20 and tasks.filter(state="doing").count() == 45
    edition.refresh_from_db()
    assert edition.state == "published"


def test_the_next_edition_adjusts_adds_and_drops(world: TaskWorld) -> None:
    programme = published(world)
    edition = edition_copy(actor=world.viewer("desk"), programme=programme, now=world.now)
    edition.nodes.filter(code="2.1").delete()
    Node.objects.filter(edition=edition, code="2").delete()
    edition.nodes.filter(code="1.1.2").update(due_on=date(2027, 9, 30), waits=[])
    later = plans.workbook(
        [*plans.ROWS[:3], ["1.1.2", "开办 1 天办完", "平均 1 天", "园区管委会", "", "", "2027-01-31", ""]]
    )
    edition_publish(actor=world.viewer("supervisor"), edition=edition, now=world.now)
    tasks = {n.code: n.task for n in Node.objects.filter(edition__no=1, is_leaf=True).select_related("task")}
    gone, moved = tasks["2.1"], tasks["1.1.2"]
    assert gone and (gone.state, gone.outcome, gone.is_open) == ("dropped", "dropped", False)
    assert moved and moved.extras["due_on"] == "2027-09-30"
    assert not Wait.objects.exists()
    assert Case.objects.filter(procedure="task").count() == 3
    assert "期限只能往后改" in faults(world, drafted(world, programme, later))


def test_the_tree_says_what_is_late_and_whom_it_holds_up(world: TaskWorld) -> None:
    programme = published(world)
    first = Node.objects.get(code="1.1.1").task
    assert first is not None
    world.later(days=140)
    edition = edition_of(programme)
    assert edition is not None
    tree = tree_of(edition, world.now.date())
    assert [(r.node.code, [h.node.code for h in r.holds]) for r in tree.late] == [("1.1.1", ["1.1.2"])]
    assert "晚了 1 件，最要紧的是区交通局的“开办材料减到 3 份”" in tree.sentence
    assert tree.sentence.endswith("卡着后面 1 件。")
    assert len(tree.silent) == 3
    world.act(world.act(first, "handler", "claim", **EVIDENCE), "desk", "write_off", **CHECK)
    tree = tree_of(edition, world.now.date())
    assert (tree.late, tree.count("done"), tree.rows[0].progress) == ([], 1, 50)
    body = month_report(programme, tree, world.now.date().replace(day=1))
    words = "\n".join(p.text for p in docx.Document(BytesIO(body)).paragraphs)
    assert "3 件任务，核销 1 件" in words
    assert "4月核销 1 件" in words


@pytest.mark.parametrize("many", [60, pytest.param(500, marks=pytest.mark.prove)])
def test_a_tree_of_500_tasks_opens_in_nine_queries_as_one_of_60(world: TaskWorld, many: int) -> None:
    rows: list[list[object]] = [["1", "政务环境"]]
    for n in range(1, many + 1):
        waits = f"1.{n - 1}" if n % 7 == 0 else ""
        rows.append([f"1.{n}", f"第 {n} 件", "", "区交通局", "经办", "园区管委会", "2026-12-01", waits])
    programme = published(world, rows)
    Case.objects.filter(procedure="task").update(due_by=date(2026, 11, 2))  # all late
    client = browser(world.people["district_leader"])
    address = f"/programmes/{programme.pk}/tree/"
    client.get(address)
    for view in ("tree", "months", "units", "late"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, {"view": view})
        assert answer.status_code == 200
        assert len(asked) <= 9, [
            q["sql"][:120] for q in asked
        ]  # one of them: which tasks open for the reader
    assert f"{many} 件任务" in answer.content.decode()


INSIDE = "desk desk_leader liaison handler leader park congress deputy supervisor district_leader"


def test_every_page_as_every_role(world: TaskWorld) -> None:
    programme = published(world)
    draft = edition_copy(actor=world.viewer("desk"), programme=programme, now=world.now)
    node = draft.nodes.filter(is_leaf=True).first()
    assert node is not None
    base = f"/programmes/{programme.pk}/"
    keepers = "desk desk_leader liaison leader congress supervisor district_leader".replace(
        " district_leader", ""
    )
    wanted = {
        "/programmes/": INSIDE,
        "/programmes/tasks/": INSIDE,
        "/programmes/tasks/new/": "desk desk_leader leader congress supervisor district_leader",
        base: INSIDE,
        f"{base}tree/": INSIDE,
        f"{base}tree/?export=xlsx": INSIDE,
        f"{base}report/?month=2026-11": INSIDE,
        f"{base}file/": keepers,
        f"{base}draft/": keepers,
        f"{base}draft/{node.pk}/": keepers,
        "/programmes/new/": keepers,
    }
    assert let_in(world.people, dict.fromkeys(wanted)) == wanted
    assert set(unvisited(urls, wanted)) <= {"publish", "upload"} | {
        n for n in unvisited(urls, wanted) if n.startswith(("programmes_", "tasks_"))
    }


def test_what_is_typed_breaks_nothing(world: TaskWorld) -> None:
    programme = published(world)
    draft = edition_copy(actor=world.viewer("desk"), programme=programme, now=world.now)
    node = draft.nodes.filter(is_leaf=True).first()
    assert node is not None
    desk, park, traffic = (str(world.units[u].pk) for u in ("desk", "park", "traffic"))
    task = {
        "title": "修一条路", "text": "", "unit": traffic, "person": "经办", "co_units": [park], "judge_unit": desk,
        "result_to_show": "通车", "due_on": "2027-05-31", "waits_for": "", "origin": "", "origin_label": "现场会",
    }  # fmt: skip
    leaf = {
        "title": "开办材料减到 3 份", "unit": traffic, "person": "经办", "co_units": [park],
        "result_to_show": "3 份",
        "due_on": "2027-05-31", "waits_for": "", "text": "",
    }  # fmt: skip
    new = {
        "title": "三个年行动", "number": "", "meaning": "干部助企", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "owner": desk, "judge": desk,
    }  # fmt: skip
    typed: dict[str, Any] = {
        "/programmes/tasks/new/": ("desk", task),
        "/programmes/new/": ("desk", new),
        f"/programmes/{programme.pk}/draft/{node.pk}/": ("desk", leaf),
    }
    assert broken(world.people, typed, every=False) == []
    for query in ("view=x&unit=²", "unit=99999999999999999999", "month=9999-99"):
        assert (
            browser(world.people["desk"]).get(f"/programmes/{programme.pk}/tree/?{query}").status_code == 200
        )
        assert (
            browser(world.people["desk"]).get(f"/programmes/{programme.pk}/report/?{query}").status_code
            == 200
        )
