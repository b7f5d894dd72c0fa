"""A year of inspections in the demo district: lists, plans, visits of one body and of two, what firms said of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.inspections.models import Body, CapRule, Item, Officer
from qiying.capabilities.inspections.procedures.inspection import Opening
from qiying.capabilities.inspections.services import planning
from qiying.capabilities.inspections.services.keeping import other_save, row_save
from qiying.capabilities.inspections.services.visiting import inspection_open
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.sheets import sheet_keep, sheets_of
from qiying.kernel.cases.world import Plan as Story
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.kernel.enterprises.codes import show_code
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.services import form_publish, form_save

ORDER = 64
TOLD = Path(__file__).with_name("demo.yaml")


def prepare(world: World) -> None:
    """Officers of three bodies and who watches them; lists, items, the cap and the checklist of the district."""
    told, at = told_in(TOLD), world.start
    login, name, unit, title = told["watcher"]
    world.member(login, name, unit, "law_watcher", at=at, title=title)
    world.shown += [login, told["accounts"][0][0]]
    watcher = world.viewers["sifa.law_watcher"]
    form = form_save(
        actor=world.maker, unit=world.units["sifa"], code="check", layout=told["checklist"], at=at
    )
    form_publish(actor=world.maker, form=form, at=at)
    since, until = min(date(2024, 1, 1), local_date(at)), local_date(world.now) + timedelta(days=700)
    save = partial(row_save, row=None, actor=watcher, now=at)
    bodies = {}
    for key, one in told["bodies"].items():
        given = {"unit": world.units[key].pk, "published_on": since, "valid_from": since}
        bodies[key] = save(model=Body, values={**one, **given})
    for number, (login, name, unit, title) in enumerate(told["accounts"], 1):
        person = world.member(login, name, unit, "inspector", at=at, title=title)
        values = {"body": bodies[unit].pk, "person": person.pk, "certificate": f"浙 0412{number:04d}"}
        save(model=Officer, values={**values, "valid_from": since, "valid_to": until})
    for key, code, name, basis in told["items"]:
        values = {"body": bodies[key].pk, "code": code, "name": name, "basis": basis, "checklist": "check"}
        save(model=Item, values={**values, "valid_from": since})
    save(model=CapRule, values={**told["cap"], "valid_from": since})


def tell(world: World) -> None:
    """Publish plans in March, then make each visit on its day."""
    told = told_in(TOLD)
    story, today = Story(world, world.fresh_draw()), local_date(world.now)
    first = world.start + timedelta(days=20)
    for key in told["bodies"]:
        mine = [v for v in told["visits"] if key in (v["by"], v.get("with")) and v.get("kind") is None]
        story.at(first, partial(_plan, world, key, mine))
    for one in told["visits"]:
        story.at(at_hour(today - timedelta(days=one["ago"]), time(9, 30)), partial(_visit, world, story, one))
    for one in told["others"]:
        story.at(at_hour(today - timedelta(days=one["ago"]), time(15)), partial(_other, world, one))
    story.run(since=first - timedelta(days=1))


def _people(world: World, key: str) -> tuple[Any, Any]:
    return world.viewers[f"{key}.inspector"], world.viewers[f"{key}.leader"]


def _plan(world: World, key: str, visits: list[dict[str, Any]], at: datetime) -> None:
    """One plan for each year the visits lie in."""
    officer, leader = _people(world, key)
    days = [world.workday(local_date(world.now) - timedelta(days=v["ago"])) for v in visits]
    for year in sorted({d.year for d in days}):
        head = {"year": year, "way": "双随机抽查为主，能联合的联合", "share": "A 类 1%、B 类 5%、C 类 20%"}
        plan = planning.plan_save(plan=None, actor=officer, values=head, now=at)
        for one, on in ((v, d) for v, d in zip(visits, days, strict=True) if d.year == year):
            until = min(on + timedelta(days=20), date(year, 12, 31))
            what = one["item"] if key == one["by"] else one["also"]
            values = {"enterprise": _firm(world, one).name, "place": "厂区", "kind": "daily", "items": what}
            values |= {"first_on": on, "last_on": until}
            planning.line_save(line=None, actor=officer, values=values, now=at)
        watcher = world.viewers["sifa.law_watcher"]
        passed = {"decision": "approved", "opinion": "主体、事项、频次合法", "discussed_on": local_date(at)}
        for step, who in (("submit", leader), ("review", watcher), ("publish", leader)):
            plan = planning.plan_move(plan=plan, step=step, actor=who, values=passed, now=at)


def _firm(world: World, one: dict[str, Any]) -> Enterprise:
    number: int = one["firm"]
    return world.enterprises[number % len(world.enterprises)]


def _visit(world: World, story: Story, one: dict[str, Any], at: datetime) -> None:
    """Propose a visit, which takes in what another body plans there; let it go as far as it came."""
    officer, leader = _people(world, one["by"])
    firm = _firm(world, one)
    crew = {o.pk: o for o in Officer.objects.filter(body__unit=world.units[one["by"]])}
    given = Opening(
        enterprise_id=firm.pk, place="厂区", kind=one.get("kind", "daily"), clue=one.get("clue", ""),
        reason="年度计划里的检查" if "clue" not in one else "群众举报，先核实", first_on=local_date(at),
        last_on=local_date(at) + timedelta(days=20), item_ids=[Item.objects.get(code=one["item"]).pk],
        officer_ids=list(crew),
    )  # fmt: skip
    case = inspection_open(actor=officer, district_id=world.district.pk, data=given, now=at)
    if one.get("wait") == "proposed":
        return
    case = _do(case, "decide_approval", leader, at, decision="approved")
    if "with" in one:
        also, _ = _people(world, one["with"])
        mates = list(Officer.objects.filter(body__unit=world.units[one["with"]]).values_list("pk", flat=True))
        case = _do(case, "name_crew", also, at, officer_ids=mates)
    if "wait" not in one:
        story.after(at, 1, partial(_made, world, one, case))


def _made(world: World, one: dict[str, Any], case: Case, at: datetime) -> None:
    """Go in, record, tell the result, and let the enterprise say whether rules were kept."""
    officer, _ = _people(world, one["by"])
    clerk = world.clerk(case.enterprise_id, at)
    if one.get("way") == "offline" or clerk is None or case.enterprise is None:
        case = _do(case, "enter_unscanned", officer, at, way="offline", reason="厂区没有信号")
        case = _do(case, "fill_scan", officer, at + timedelta(hours=3), reason="回到单位补录")
    else:
        case = _do(case, "enter", officer, at, code=show_code(clerk, case.enterprise, at))
    wrong = one["result"] != "none"
    answers = {"证照": "符合", "台账": "符合", "现场": "不符合" if wrong else "符合", "情况": one["text"]}
    for sheet in sheets_of(case, officer, at):
        sheet_keep(case=case, code=sheet.code, answers=answers, key=f"demo-{case.pk}-{sheet.code}",
                   actor=officer, now=at + timedelta(minutes=30))  # fmt: skip
    left = at + timedelta(minutes=50)
    case = _do(case, "leave", officer, left, met="车间主任")
    told = {"result": one["result"], "text": one["text"], "rectify": one.get("rectify", "")}
    if one["result"] == "rectify":
        told["rectify_by"] = world.workday(local_date(at) + timedelta(days=20))
    case = _do(case, "conclude", officer, left + timedelta(minutes=20), **told)
    if clerk is not None:
        words = "一定要老板到场" if one.get("happened") else ""
        _do(case, "declare", clerk, left + timedelta(hours=1), happened=one.get("happened", []), text=words)


def _do(case: Case, action: str, who: Any, at: datetime, **data: Any) -> Case:
    return case_do(case=Case.objects.get(pk=case.pk), action=action, actor=who, data=data, now=at)


def _other(world: World, one: dict[str, Any], at: datetime) -> None:
    unit = world.units[one["unit"]]
    values = {"enterprise": _firm(world, one).name, "unit": unit.pk,
              "on": local_date(at), "checked": one.get("checked", False)}  # fmt: skip
    given = {name: one[name] for name in ("kind", "people", "purpose")}
    other_save(actor=world.viewers[f"{one['unit']}.leader"], values={**values, **given}, now=at)
