"""A walk from the appointment to the re-test, what each role sees of it, and what is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from qiying.capabilities.experience.models import ExperienceFinding, ExperienceTask, Improvement
from qiying.capabilities.experience.rules import (
    Published,
    compare,
    findings_of,
    quarter_end,
    script_layout,
    steps_read,
)
from qiying.capabilities.experience.services import (
    improvement_record,
    officer_appoint,
    officer_end,
    quarter_fill,
    script_save,
    task_give,
    task_record,
)
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.tests.world import World, cast
from qiying.kernel.forms.checking import layout_problems
from qiying.kernel.organisations.tests.factories import NOW, TODAY
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
STEPS = "1. 网上查要哪些材料\n2、到窗口交材料\n拿执照"
SMOOTH = {f"情况{n}": "顺利" for n in (1, 2, 3)} | {"办成了": "办成了"}
TROUBLE = {
    **SMOOTH,
    "情况2": "有问题",
    "问题2": "又要了一遍租赁合同",
    "用时2": 45,
    "重复材料": 1,
    "材料数": 6,
    "跑趟": 2,
    "工作日": 1,
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    units = {
        "desk": ("企业服务中心", ["desk", "coordination"]),
        "hall": ("审批局", ["handling"]),
        "other": ("住建局", ["handling"]),
    }
    people = {
        "desk": ("小受", "desk", "desk"),
        "handler": ("小审", "hall", "handler"),
        "stranger": ("外局", "other", "handler"),
    }
    made = World(**cast("体验县", units, people))
    Channel.objects.create(
        district=made.district, code="experience_officer", name="营商环境体验官", group="人", position=1, reply_via="letter",
        hand_in_workdays=3, silent_after_days=60,
    )  # fmt: skip
    return made


def given(world: World) -> ExperienceTask:
    officer = officer_appoint(
        actor=world.viewer("desk"),
        now=NOW,
        values={
            "login": world.people["clerk"].login,
            "background": "企业家",
            "per_quarter": 2,
            "valid_from": TODAY,
        },
    )
    script = script_save(
        script=None,
        actor=world.viewer("desk"),
        now=NOW,
        values={
            "name": "开办企业",
            "unit": world.units["hall"].pk,
            "steps": STEPS,
            "workdays": 1,
            "papers": 5,
            "trips": 1,
        },
    )
    due = TODAY + timedelta(days=10)
    return task_give(script=script, officer=officer, actor=world.viewer("desk"), due_on=due, now=NOW)


def record(
    world: World, task: ExperienceTask, answers: dict[str, Any], key: str = "k1", who: str = "clerk"
) -> ExperienceTask:
    return task_record(task=task, actor=world.viewer(who), answers=answers, key=key, now=NOW)


def client(world: World, who: str) -> Client:
    found = Client()
    found.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_steps_become_a_questionnaire_that_can_be_published() -> None:
    steps = steps_read(STEPS)
    assert steps == ["网上查要哪些材料", "到窗口交材料", "拿执照"]
    assert not layout_problems(script_layout("开办企业", steps))


def test_trouble_is_found_and_the_guide_is_laid_beside() -> None:
    assert [f.text for f in findings_of(TROUBLE, steps_read(STEPS))] == ["又要了一遍租赁合同"]
    assert findings_of({**SMOOTH, "问题2": "写了又改成顺利"}, steps_read(STEPS)) == []
    beside = {c.label: (c.published, c.found, c.is_worse) for c in compare(TROUBLE, Published(1, 5, None))}
    assert beside == {
        "几个工作日": ("1 个", "1 个", False),
        "几份材料": ("5 份", "6 份", True),
        "重复要的材料": ("0 份", "1 份", True),
        "跑几趟": ("指南没写", "2 趟", None),
    }


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 11, 18), date(2026, 12, 31)),
    ],
)
def test_a_quarter_ends_on_its_last_day(day: date, end: date) -> None:
    assert quarter_end(day) == end


def test_trouble_becomes_a_case_is_put_right_and_walked_again(world: World) -> None:
    task = given(world)
    assert waiting_for(world.viewer("clerk"), NOW).pile("experience") is not None
    record(world, task, TROUBLE)
    record(world, task, TROUBLE)  # the same key: once
    finding = ExperienceFinding.objects.get()
    assert finding.case is not None and finding.case.procedure == "service_request"
    assert "开办企业" in finding.case.title
    assert waiting_for(world.viewer("clerk"), NOW).pile("experience") is None
    task.refresh_from_db()
    improvement_record(task=task, actor=world.viewer("handler"), text="材料共享，不再要第二遍", now=NOW)
    retest = Improvement.objects.get().retest
    assert retest.retest_of == task
    record(world, retest, SMOOTH, key="k2")
    assert Improvement.objects.get().outcome == "holds"
    assert Case.objects.count() == 1


def test_a_re_test_that_finds_trouble_says_that_it_does_not_hold(world: World) -> None:
    task = given(world)
    record(world, task, TROUBLE)
    task.refresh_from_db()
    improvement_record(task=task, actor=world.viewer("handler"), text="材料共享", now=NOW)
    record(world, Improvement.objects.get().retest, TROUBLE, key="k2")
    assert Improvement.objects.get().outcome == "fails"


def test_only_who_was_asked_walks_and_only_once(world: World) -> None:
    task = given(world)
    with pytest.raises(NotPermitted):
        record(world, task, SMOOTH, who="outsider")
    with pytest.raises(GuardFailed):
        record(world, task, {})
    record(world, task, SMOOTH)
    with pytest.raises(ActionNotAvailable, match="已经交过"):
        record(world, task, TROUBLE, key="other")
    with pytest.raises(NotPermitted):
        improvement_record(task=task, actor=world.viewer("stranger"), text="改好了吧", now=NOW)


def test_a_quarter_is_filled_once_and_ends_with_the_term(world: World) -> None:
    task = given(world)
    for name in ("注销企业", "不动产登记", "用电报装"):
        script_save(
            script=None, actor=world.viewer("desk"), now=NOW,
            values={"name": name, "unit": world.units["hall"].pk, "steps": STEPS},
        )  # fmt: skip
    assert quarter_fill(actor=world.viewer("desk"), now=NOW) == 1  # one of two is held already
    assert quarter_fill(actor=world.viewer("desk"), now=NOW) == 0
    officer_end(officer=task.officer, actor=world.viewer("desk"), on=TODAY, reason="任满", now=NOW)
    assert ExperienceTask.objects.filter(done_at=None).count() == 0


def test_a_re_test_goes_to_whoever_stays_when_a_term_ends(world: World) -> None:
    task = given(world)
    record(world, task, TROUBLE)
    task.refresh_from_db()
    improvement_record(task=task, actor=world.viewer("handler"), text="材料共享", now=NOW)
    desk = world.viewer("desk")
    with pytest.raises(GuardFailed, match="不能早于"):
        officer_end(officer=task.officer, actor=desk, on=TODAY - timedelta(days=1), reason="", now=NOW)
    officer_end(officer=task.officer, actor=desk, on=TODAY, reason="任满", now=NOW)
    assert Improvement.objects.get().retest.officer == task.officer  # nobody else yet
    values = {"login": world.people["outsider"].login, "background": "媒体", "per_quarter": 1}
    new = officer_appoint(actor=desk, values={**values, "valid_from": TODAY}, now=NOW)
    assert Improvement.objects.get().retest.officer == new
    assert waiting_for(world.viewer("outsider"), NOW).pile("experience") is not None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"steps": ""}, "steps"),
        ({"steps": "一步\n" * 31}, "steps"),
        ({"name": ""}, "name"),
        ({"unit": 0}, "unit"),
    ],
)
def test_a_script_says_what_is_wrong_at_its_field(world: World, values: dict[str, Any], field: str) -> None:
    good = {"name": "开办企业", "unit": world.units["hall"].pk, "steps": STEPS}
    with pytest.raises(GuardFailed) as refused:
        script_save(script=None, actor=world.viewer("desk"), now=NOW, values={**good, **values})
    assert field in refused.value.fields


def test_pages_walk_on_a_phone_and_show_the_guide_beside(world: World) -> None:
    task = given(world)
    page = client(world, "clerk")
    assert "开办企业" in page.get("/experience/").content.decode()
    url = f"/experience/{task.pk}/"
    html = page.get(url).content.decode()
    for _ in range(8):
        key = re.search(r'name="key" value="([^"]+)"', html)
        screen = re.search(r'name="at" value="(\d+)"', html)
        assert key and screen, html[:1500]
        asked = re.findall(r'name="asked" value="([^"]+)"', html)
        said = {f"a.{code}": str(TROUBLE[code]) for code in asked if code in TROUBLE}
        sent = {"key": key.group(1), "at": screen.group(1), "do": "next", "asked": asked, **said}
        answer = page.post(url, sent)
        task.refresh_from_db()
        if task.done_at is not None:
            break
        # 422: what was said opens one more question of the same screen
        is_next = answer.status_code == 302
        html = (page.get(url + answer["Location"]) if is_next else answer).content.decode()
    assert task.done_at is not None
    shown = page.get(url).content.decode()
    assert "比指南多" in shown and "又要了一遍租赁合同" in shown
    assert "记改进" in client(world, "handler").get(url).content.decode()


@pytest.mark.parametrize("who", ["stranger", "outsider"])
def test_a_walk_of_others_is_not_there(world: World, who: str) -> None:
    task = given(world)
    page = client(world, who)
    assert page.get(f"/experience/{task.pk}/").status_code == 404
    assert page.post(f"/experience/{task.pk}/improve/", {"text": "改好了"}).status_code == 404
    assert page.get("/experience/officers/").status_code == 404
    assert page.get("/experience/scripts/").status_code == 404
    assert page.post("/experience/quarter/").status_code == 404
