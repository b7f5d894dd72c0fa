"""A year of the legal environment in the demo district: complaints, four in one, reviews, bidding; few acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.legal_environment.models import Agent, Bid, FieldRule, Manual, Measure, Tender
from qiying.capabilities.legal_environment.services import bidding, manuals
from qiying.capabilities.legal_environment.services.ip import SIDES
from qiying.capabilities.legal_environment.services.keeping import row_keep
from qiying.capabilities.legal_environment.services.reviews import measure_issue
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.organisations.services import unit_create
from qiying.statutes.credit_code import with_checks

ORDER = 88
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
Step = tuple[int, Callable[[datetime], object]]


def prepare(world: World) -> None:
    """A judge, a procurator and the people of a bidding agency."""
    given = {"district_id": world.district.pk, "name": TOLD["agency"], "at": world.start, "kind": "agency"}
    world.units["zhaobiao"] = unit_create(actor=world.maker, **given)
    for login, name, unit, role, title in TOLD["people"]:
        world.member(login, name, unit, role, at=world.start, title=title)
    world.shown.append("bid_agent")


def tell(world: World) -> None:
    """Let each matter begin on its day and go on as far as the story says."""
    plan = Plan(world, world.fresh_draw())
    for name, begin in (("complaints", _complaint), ("ip", _ip), ("reviews", _review), ("tenders", _tender)):
        for one in TOLD[name]:
            plan.at(world.now - timedelta(days=one[0]), partial(begin, world, plan, one))
    plan.at(world.now - timedelta(days=220), partial(_lists, world))
    plan.run(since=world.now - timedelta(days=221))


def _keep(world: World, who: str, model: Any, at: datetime, **values: Any) -> Any:
    return row_keep(
        actor=world.viewers[who], model=model, row=None, values=values, names=list(values), now=at
    )


def _go(plan: Plan, at: datetime, steps: list[Step]) -> None:
    """Do the steps one after the other, each so many workdays later."""
    if steps:
        (days, do), rest = steps[0], steps[1:]

        def step(moment: datetime) -> None:
            do(moment)
            _go(plan, moment, rest)

        plan.after(at, days, step)


def _step(world: World, case: Case, who: str, action: str, days: int = 1, **data: Any) -> Step:
    return days, lambda at: world.act(case, action, world.viewers[who], at, data)


def _lists(world: World, at: datetime) -> None:
    """The watching unit lists agents and rules; 市场监管 issues the handbook, which firms read."""
    today = local_date(at)
    code = with_checks("9", "1", "330400", "MA2B1C3D")
    told = {"name": TOLD["agency"], "credit_code": code, "head": "郑代理", "staff": 12, "promised_on": today}
    unit = world.units["zhaobiao"]
    _keep(world, "fagai.leader", Agent, at, **told, unit=unit, valid_from=today, valid_to=None)
    for name, number, key, decision, reason, instead in TOLD["rules"]:
        told = {"name": name, "number": number, "unit": world.units[key], "decision": decision}
        told |= {"reason": reason, "replaced_by": instead, "decided_on": today}
        _keep(world, "fagai.leader", FieldRule, at, **told)
    dated = {"unit": world.units["shichang"], "valid_from": today, "valid_to": None}
    manual = _keep(world, "shichang.liaison", Manual, at, **TOLD["manual"], **dated)
    for n, firm in enumerate(world.enterprises[: TOLD["readers"]]):
        clerk = world.clerk(firm.pk, at)
        if clerk is None:
            continue
        manuals.read(viewer=clerk, manual=manual, now=at)
        if n % 3 == 0:
            text = TOLD["helped"][n // 3 % len(TOLD["helped"])]
            manuals.helped(actor=clerk, manual=manual, text=text, now=at)


def _open(world: World, procedure: str, firm: int, data: dict[str, Any], at: datetime) -> Case:
    clerk = world.clerk(world.enterprises[firm % len(world.enterprises)].pk, at)
    clerk = clerk or world.clerk(world.enterprises[0].pk, at)
    assert clerk is not None
    return case_start(procedure=procedure, actor=clerk, data=data, now=at)


def _complaint(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, firm, body, kind, account, summary, end = one
    data = {"unit_id": world.units[body].pk, "kind": kind, "account": account}
    case = _open(world, "enforcement_complaint", firm, data, at)
    do = partial(_step, world, case)
    steps: list[Step] = [do("sifa.handler", "take", 2, summary=summary)] if end != "new" else []
    if end in {"founded", "unfounded"}:
        decided = {"result": end, "reason": "查了案卷和检查记录。", "answer": "已经查明，情况写在下面。"}
        if end == "founded":
            decided |= {"instrument": "opinion", "correction": "按规定改正，并在本系统通报。"}
        steps.append(do(f"{body}.handler", "explain", 4, text="情况和依据见附件说明。"))
        steps.append(do("sifa.handler", "decide", 3, **decided))
    if end == "founded":
        steps.append(do(f"{body}.handler", "correct", 5, text="已经改正，今后检查先合并再审批。"))
        steps.append(do("sifa.leader", "check", 2, result="done", text="核对过，改到位了。"))
    _go(plan, at, steps)


def _ip(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, firm, kind, title, text, is_done = one
    case = _open(world, "ip_request", firm, {"title": title, "kind": kind, "text": text}, at)
    today = str(local_date(at))
    steps = [
        _step(world, case, "jiancha.handler", "record", 0, on=today, text="四方约定周五会商，共用这份记录。")
    ]
    who = dict(
        zip(SIDES, ("fayuan.handler", "jiancha.handler", "chengguan.handler", "keji.handler"), strict=True)
    )
    for part in children_of(case) if is_done else ():
        done = "acted" if part.kind in {"enforcement", "services"} else "advised"
        steps.append(_step(world, part, who[part.kind], "finish", 2, done=done, text="按会商的分工办了。"))
    if is_done:
        told = {
            "result": "solved" if kind == "overseas" else "eased",
            "text": "四方办完了，结果和下一步写在这里。",
        }
        steps.append(_step(world, case, "shichang.handler", "conclude", 2, **told))
    _go(plan, at, steps)


def _review(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, unit, kind, is_government, title, text, end = one
    data = {"title": title, "kind": kind, "is_government": is_government, "text": text, "heard": "public"}
    data["self_review"] = "逐句核对，没有限制外地企业，没有以迁入、纳税、纳统为条件。"
    drafter, leader = world.viewers[f"{unit}.handler"], f"{unit}.leader"
    case = case_start(procedure="fair_review", actor=drafter, data=data, now=at)
    steps = (
        [_step(world, case, leader, "conclude", 2, result="pass", text="符合标准。")] if end != "self" else []
    )
    if is_government and end != "opining":
        result = "pass" if end == "passed" else "fail"
        told = {
            "result": result,
            "text": "对照标准逐条看过。" if result == "pass" else "仍有给特定企业的承诺，不出台。",
        }
        steps.append(_step(world, case, "shichang.handler", "opine", 4, **told))
    if end == "issued":
        steps.append((6, partial(_issued, world, case, leader)))
    _go(plan, at, steps)


def _issued(world: World, case: Case, leader: str, at: datetime) -> None:
    row, day = Measure.objects.get(case=case), local_date(at)
    number = f"明政发〔{day.year}〕{row.pk} 号"
    measure_issue(actor=world.viewers[leader], row=row, number=number, on=day, now=at)


def _tender(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, number, name, kind, estimate, unit, has_agent, is_out = one
    told = {"number": number, "name": name, "kind": kind, "estimate": estimate, "unit": world.units[unit]}
    told |= {"in_scope": True, "bid_bond": estimate // 100}
    told["agent"] = Agent.objects.filter(district=world.district).first() if has_agent else None
    row = _keep(world, f"{unit}.handler", Tender, at, **told)
    first = world.viewers["zhaobiao.bid_agent" if has_agent else f"{unit}.handler"]
    bidding.first_check(actor=first, row=row, text="资质和评分办法没有限制外地企业。", now=at)
    if is_out:
        _go(plan, at, [(2, partial(_out, world, row, f"{unit}.leader"))])


def _out(world: World, row: Tender, leader: str, at: datetime) -> None:
    day = local_date(at)
    told: dict[str, Any] = {"row": row, "now": at}
    actor = world.viewers[leader]
    bidding.review(actor=actor, text="同意发出。", is_agreed=True, **told)
    row = bidding.publish(actor=actor, on=day, opened_on=day + timedelta(days=21), **told)
    if row.estimate < 10_000_000:
        return
    for bidder, price in TOLD["bids"]:
        _keep(world, leader, Bid, at, tender=row, bidder=bidder, price=price)
    for clue in bidding.clues(row):
        watcher = world.viewers["fagai.leader"]
        bidding.clue_check(
            actor=watcher, row=row, key=bidding.clue_key(clue), finding=TOLD["finding"], now=at
        )
