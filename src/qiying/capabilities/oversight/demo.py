"""A year of the congress in the demo district: one check, four lists, reports heard, and a matter watched together."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.oversight.models import (
    Article,
    Basis,
    CheckGroup,
    Finding,
    LawCheck,
    ReportHeard,
    RouteList,
)
from qiying.capabilities.oversight.services import checks, joint
from qiying.capabilities.oversight.services.keeping import row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in

ORDER = 62
TOLD = told_in(Path(__file__).with_name("demo.yaml"))


def prepare(world: World) -> None:
    """The congress's staff and a prosecutor, and what oversight stands on."""
    for login, name, unit, role, title in TOLD["people"]:
        world.member(login, name, unit, role, at=world.start, title=title)
    world.shown += ["congress", "procurator"]
    for one in TOLD["bases"]:
        basis = _keep(world, Basis, world.start, **{k: v for k, v in one.items() if k != "articles"})
        for no, duty, text, unit in one["articles"]:
            about = {"basis": basis, "valid_from": basis.valid_from, "unit": world.units[unit]}
            _keep(world, Article, world.start, no=no, duty=duty, text=text, **about)
    for name, about_list, route, days in TOLD["lists"]:
        told = {
            "about": about_list,
            "route": route,
            "days": days,
            "source": "样例",
            "valid_from": date(2024, 2, 1),
        }
        _keep(world, RouteList, world.start, name=name, **told)


def tell(world: World) -> None:
    """Let the year happen; most problems of the check wait for their result."""
    plan = Plan(world, world.fresh_draw())
    plan.put(world.lately(110), partial(_check, world))
    for one in TOLD["matters"]:
        plan.put(world.lately(one["ago"]), partial(_matter, world, plan, one))
    plan.put(world.lately(30), partial(_reports, world))
    plan.put(world.lately(20), partial(_joint, world))
    plan.run(since=world.lately(155))


def _keep(world: World, model: Any, at: datetime, **values: Any) -> Any:
    actor = world.viewers["renda.congress"]
    return row_keep(actor=actor, model=model, row=None, values=values, names=list(values), now=at)


def _check(world: World, at: datetime) -> None:
    told, actor, on = TOLD["check"], world.viewers["renda.congress"], local_date(at)
    basis = Basis.objects.get(district=world.district, kind="law")
    days = {"planned_on": on - timedelta(days=40), "starts_on": on, "ends_on": on + timedelta(days=60)}
    words = {name: told[name] for name in ("name", "levels", "assessment", "proposals")}
    bodies = [world.units[key].pk for key in ("shenpi", "jingxin", "chengguan")]
    check = _keep(world, LawCheck, at, basis=basis, checked=bodies, **words, **days)
    checks.checklist_make(actor=actor, row=check, unit=world.units["renda"], now=at)
    towns, member = [world.units[key].pk for key in told["towns"]], world.viewers["renda.deputy"].person_id
    groups = [
        _keep(
            world, CheckGroup, at, check_of=check, no=no, leader=actor.person_id if no > 1 else member,
            members=[member], towns=towns[no - 1 :: 7],
        )
        for no in range(1, 8)
    ]  # fmt: skip
    check.tools = [{"subject": f"visit:{n}", "label": f"走访第 {n} 家"} for n in range(1, told["visits"] + 1)]
    check.tools += [
        {"subject": f"gathering:{n}", "label": f"第 {n} 场座谈"} for n in range(1, told["symposia"] + 1)
    ]
    check.reported_on = days["ends_on"]
    check.save(update_fields=["tools", "reported_on"])
    articles = {a.no: a for a in basis.articles.all()}
    kept = {f"第{no}条": "落实" for no in articles}
    for group in groups:
        who = actor if group.no > 1 else world.viewers["renda.deputy"]
        checks.checklist_hand_in(actor=who, group=group, answers=kept, key=f"demo-group-{group.no}", now=at)
    for n in range(told["offline"] + told["online"]):
        no, what = TOLD["problems"][n % len(TOLD["problems"])]
        about = {"check_of": check, "article": articles[no], "unit": articles[no].unit}
        if n < told["offline"]:
            about |= {"source": "offline", "text": f"{what}（第 {n + 1} 条）", "group": groups[n % 7]}
        else:
            about |= {"source": "online", "text": f"{what}（问卷第 {n - told['offline'] + 1} 份）"}
        row = _keep(world, Finding, at, found_on=on + timedelta(days=n % 30), **about)
        checks.finding_cite(row, actor, at)
    rows = list(Finding.objects.filter(check_of=check).order_by("pk"))
    for result, row in zip(TOLD["fixed"] * 24, rows, strict=False):
        checks.finding_fixed(actor=actor, row=row, result=result, now=at)
    first = RouteList.objects.get(district=world.district, name="热点问题清单")
    later = local_date(world.now) + timedelta(days=60)
    for way, row in zip(("pool", "matter", "task"), rows[200:], strict=False):
        values = {"way": way, "list_id": first.pk, "due_on": later}
        world.fitting(partial(checks.finding_send, actor=actor, row=row, values=values, now=at))


def _matter(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    congress, unit = world.viewers["renda.congress"], one["unit"]
    listed = RouteList.objects.get(district=world.district, name=one["list"])
    official = world.viewers["leaders.district_leader"]
    articles = Article.objects.filter(district=world.district, no__in=(38, 59, 3)).values_list(
        "pk", flat=True
    )
    data = {"list_id": listed.pk, "unit_id": world.units[unit].pk, "article_ids": list(articles)[:1]}
    data |= {name: one[name] for name in ("title", "text", "measure") if name in one}
    if listed.route == "led":
        data["official_id"] = official.person_id
    case = case_start(procedure="supervised_matter", actor=congress, data=data, now=at)
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("coordinate", official, {"text": f"第 {n} 次协调会，议清运方案"})
        for n in range(1, one.get("meetings", 0) + 1)
    ]
    if "object" in one:
        cited = [Article.objects.get(district=world.district, no=59).pk]
        steps.append(("object", congress, {"reason": one["object"], "article_ids": cited}))
        leader = world.viewers[f"{unit}.leader"]
        steps.append(("decide_objection", leader, {"decision": "lifted", "reason": one["decide"]}))
    if "answer" in one:
        steps.append(("answer", world.viewers[f"{unit}.handler"], {"text": one["answer"]}))
        steps.append(("judge", congress, {"result": "solved", "text": one["judge"]}))
    _next(world, plan, case, steps, at)


def _next(
    world: World, plan: Plan, case: Case, steps: list[tuple[str, Any, dict[str, Any]]], at: datetime
) -> None:
    if not steps:
        return
    (action, who, data), rest = steps[0], steps[1:]

    def step(moment: datetime) -> None:
        told = {**data, "on": local_date(moment)} if action == "coordinate" else data
        world.act(case, action, who, moment, told)
        _next(world, plan, case, rest, moment)

    plan.after(at, 2, step)


def _reports(world: World, at: datetime) -> None:
    """Sittings so many days ago, or ahead; as many texts as have come."""
    for title, kind, unit, ago, came in TOLD["reports"]:
        meeting = world.workday(local_date(world.now) - timedelta(days=ago))
        days = (21, 19, 11, 8)
        names = ("draft_on", "comments_on", "final_on", "sent_on")[: came + 1 if came else 0]
        told = {name: meeting - timedelta(days=back) for name, back in zip(names, days, strict=False)}
        told = {name: on for name, on in told.items() if on <= local_date(world.now)}
        _keep(
            world, ReportHeard, at, title=title, kind=kind, unit=world.units[unit], meeting_on=meeting, **told
        )


def _joint(world: World, at: datetime) -> None:
    told, until = TOLD["joint"], local_date(world.now) + timedelta(days=30)
    congress, other = world.viewers["renda.congress"], world.viewers["jiancha.procurator"]
    values = {"title": told["title"], "purpose": told["purpose"], "other": world.units["jiancha"].pk}
    row = joint.joint_propose(actor=congress, values={**values, "until_on": until}, now=at)
    joint.joint_answer(actor=other, row=row, agrees=True, words=told["answer"], now=at)
    for actor, side in ((congress, "congress"), (other, "procurator")):
        title, text = told[side]
        share = {"title": title, "text": text, "is_shared": True}
        joint.share_keep(actor=actor, row=row, values=share, now=at)
