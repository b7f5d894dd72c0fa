"""The demo's plans: drafted from workbooks, published by another, worked on, written off, looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.programmes.models import Node, Programme
from qiying.capabilities.programmes.services.editions import edition_copy, edition_read, programme_save
from qiying.capabilities.programmes.services.publishing import edition_publish
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

ORDER = 75
WORKDAYS_A_MONTH = 20
CHECKED = {"checked": "firms", "note": "随机问了三家企业，说法和材料对得上"}


def prepare(world: World) -> None:
    """The court has people who answer for its list."""
    world.member("fayuan.handler", "程砚", "fayuan", "handler", at=world.start, title="审管办法官")
    world.member("fayuan.leader", "姜维民", "fayuan", "leader", at=world.start, title="副院长")


def tell(world: World) -> None:
    """Publish every plan on its day, then let its units work."""
    plan = Plan(world, world.fresh_draw())
    told = told_in(Path(__file__).with_name("plans.yaml"))
    today = local_date(world.now)
    for one in told:
        on = world.workday(today - timedelta(days=one["ago"]))
        plan.at(at_hour(on, time(10)), partial(_publish, world, plan, one))
    plan.run(since=at_hour(today - timedelta(days=max(one["ago"] for one in told)), time(8)))


def _lines(tree: Any, code: str = "") -> Iterator[tuple[str, str]]:
    """Yield every branch and leaf with its number."""
    for n, item in enumerate(tree, 1):
        own = f"{code}.{n}" if code else str(n)
        yield own, item
        if isinstance(tree, dict):
            yield from _lines(tree[item], own)


def _publish(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    on, desk = local_date(at), world.viewers["desk.desk"]
    values: dict[str, Any] = {name: one[name] for name in ("title", "number", "meaning")}
    values |= {name: world.units[one[name]].pk for name in ("owner", "judge")}
    values |= {"starts_on": on, "ends_on": date(on.year + 1, 12, 31), "is_sample": True}
    programme = programme_save(actor=desk, programme=None, values=values, now=at)
    content = _workbook(world, one, on)
    edition = edition_read(
        actor=desk, programme=programme, content=content, name=f"{one['title']}.xlsx", now=at
    )
    moment, supervisor = at + timedelta(hours=1), world.viewers["supervision.supervisor"]
    edition_publish(actor=supervisor, edition=edition, now=moment, at_once=1000)
    nodes = list(Node.objects.filter(edition=edition, is_leaf=True).select_related("task", "unit"))
    for n, node in enumerate(nodes):
        assert node.task is not None
        _live(world, plan, one, node.task, n, at)
    if "second" in one:
        moment = at_hour(local_date(world.now) - timedelta(days=one["second"]), time(15))
        plan.at(moment, partial(_revise, world, programme))


def _workbook(world: World, one: dict[str, Any], on: date) -> bytes:
    rows: list[list[object]] = []
    last = ""
    for code, words in _lines(one["tree"]):
        key, _, title = words.partition(" ")
        if not title:
            rows.append([code, words, "", "", "", "", ""])
            continue
        n = len(rows)
        due = on + timedelta(days=20 if n % 10 == 0 else 25 + n * 37 % 230)
        who = [world.units[key].name, world.viewers[f"{key}.handler"].name]
        waits = last if n % 7 == 3 and one["ago"] < 200 else ""
        rows.append([code, title, f"{title}，企业用得上", *who, due, waits])
        last = code
    heads = ("编号", "任务", "要看到的结果", "责任单位", "责任人", "完成期限", "要等的任务")
    return workbook_bytes([Sheet("方案", [Column(h) for h in heads], rows)])


def _live(world: World, plan: Plan, one: dict[str, Any], task: Case, n: int, at: datetime) -> None:
    """One in ten is silent and late; three in ten are done, one of them only at the second attempt."""
    unit = world.key_of(task.lead_unit_id)
    who, judge = world.viewers[f"{unit}.handler"], _judge(world, one["judge"])
    if n % 10 == 0 and one["ago"] < 200:
        return
    months = one["ago"] // 30 + 1
    for month in range(months):
        progress = min(20 + (n * 13 + month * 30) % 70, 95)
        report = {"text": f"{task.title}，按计划推进到第 {month + 1} 步", "progress": progress}
        report |= (
            {"outlook": "on_track"} if n % 9 else {"outlook": "at_risk", "problem": "两个部门的口径还没对上"}
        )
        plan.after(at, 6 + n % 5 + month * WORKDAYS_A_MONTH, _do(world, task, "report", who, **report))
    if (n % 10 not in {1, 2, 5} and one["ago"] < 200) or judge is None:
        return
    claim = {
        "text": f"{task.title}做到了，企业已经在用",
        "evidence": f"{one['number']}落实台账第 {n + 1} 页，可以现场看",
    }
    days = 18 + n % 7 + WORKDAYS_A_MONTH * (months // 3)
    plan.after(at, days, _do(world, task, "claim", who, **claim))
    if n % 10 == 5:
        plan.after(at, days + 2, _do(world, task, "send_back", judge, reason="台账有了，问的企业说还没用上"))
        plan.after(at, days + 6, _do(world, task, "claim", who, **claim))
    plan.after(at, days + 9, _do(world, task, "write_off", judge, **CHECKED))
    if one["ago"] >= 200 and n % 3:
        found: dict[str, Any] = {"result": "held", "finding": "又问了五家，都还在用"}
        if n == 5:
            due = local_date(world.now) + timedelta(days=40)
            found = {"result": "paper", "finding": "专线开了两个月就停了一条", "due_on": due}
        plan.after(at, days + 75, _do(world, task, "look_back", judge, **found))


def _judge(world: World, key: str) -> Any:
    roles = ("desk", "supervisor", "congress", "leader")
    return next((v for role in roles if (v := world.viewers.get(f"{key}.{role}"))), None)


def _do(world: World, task: Case, action: str, who: Any, **data: Any) -> Callable[[datetime], object]:
    """Return what does an act where the task stands for it then: nobody reports what is written off."""
    wanted = {"report": "doing", "claim": "doing", "look_back": "done"}.get(action, "claimed")

    def step(at: datetime) -> None:
        ready = Case.objects.filter(pk=task.pk, state=wanted)
        if action == "claim":
            ready = ready.exclude(task_waits__on__is_open=True)
        if ready.exists():
            world.act(task, action, who, at, data)

    return step


def _revise(world: World, programme: Programme, at: datetime) -> None:
    """A second edition gives the last item more time."""
    edition = edition_copy(actor=world.viewers["desk.desk"], programme=programme, now=at)
    last = edition.nodes.filter(is_leaf=True).last()
    assert last is not None
    last.due_on = local_date(world.now) + timedelta(days=60)
    last.save(update_fields=["due_on"])
    edition_publish(
        actor=world.viewers["supervision.supervisor"], edition=edition, now=at + timedelta(hours=1)
    )
