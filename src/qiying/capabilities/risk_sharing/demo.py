"""The demo's shared loans: one claimed and partly recovered, some repaid, some on their way; three pledged rights."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.risk_sharing.services.guarantors import guarantor_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.organisations.models import Unit

ORDER, APART = 96, True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
FUND, GUARANTOR, BANK, REGISTRY = "jinrong.policy", "danbao.guarantor", "nonghang.bank", "shichang.handler"
TITLE_DAYS, TERM = 700, 365


def prepare(world: World) -> None:
    """A guarantor with its officer, the fund's office and the registry, titles some firms hold."""
    for key, function in (("jinrong", "risk_fund"), ("shichang", "ip_registration")):
        unit = Unit.objects.get(pk=world.units[key].pk)
        unit.functions = [*unit.functions, function]
        unit.save(update_fields=["functions"])
    world.member("guarantor", "罗敏", "danbao", "guarantor", at=world.start, title="担保业务部")
    world.shown.append("guarantor")
    if BANK not in world.viewers:
        world.member("nonghang.bank", "沈路", "nonghang", "bank", at=world.start, title="客户经理")
    known = TOLD["guarantor"]
    values = {
        **known, "unit": world.units["danbao"].pk, "paid_in": Decimal(known["paid_in"]), "owners": "",
        "net_assets": Decimal(known["net_assets"]), "net_assets_on": local_date(world.start),
    }  # fmt: skip
    guarantor_keep(actor=world.viewers[FUND], row=None, values=values, now=world.start)
    for number, name in TOLD["titles"].items():
        facts_declare(
            actor=world.maker, enterprise=_firm(world, number), values={name: "是"}, at=world.start,
            on=local_date(world.now), source=FactSource.OFFICIAL,
        )  # fmt: skip


def tell(world: World) -> None:
    """Each on its day; what follows is planned from there."""
    plan = Plan(world, world.fresh_draw())
    for n, one in enumerate(TOLD["loans"]):
        plan.at(world.lately(one["ago"]), partial(_loan, world, plan, n, one))
    for one in TOLD["pledges"]:
        plan.at(world.lately(one["ago"]), partial(_pledge, world, plan, one))
    plan.run(since=world.lately(max(one["ago"] for one in TOLD["loans"]) + 1))


def _firm(world: World, number: int) -> Enterprise:
    firms = [firm for firm in world.enterprises if firm.pk in world.clerks]
    return firms[number % len(firms)]


def _paper(world: World, who: str, text: str, at: datetime) -> list[int]:
    actor = world.viewers[who]
    row = document_store(
        content=text.encode(), name="证明.txt", kind="material", subject=f"draft:{actor.person_id}:risk", actor=actor,
        district_id=world.district.pk, at=at,
    )  # fmt: skip
    return [row.pk]


def _loan(world: World, plan: Plan, number: int, one: dict[str, Any], at: datetime) -> None:
    today = local_date(at)
    data = {
        "enterprise_id": _firm(world, one["firm"]).pk, "bank_id": world.units["nonghang"].pk,
        "contract": f"明农商借字 {today.year}-{number + 17:04}", "programme": one["programme"], "title": one["title"],
        "title_until": today + timedelta(days=TITLE_DAYS) if one["title"] else None,
        "amount": Decimal(one["amount"]), "fee_rate": one.get("fee", "0.8"),
        "fund_fee_rate": one.get("ceded", "0.3") if one["programme"] != "local" else "0", "is_small": one["small"],
        "starts_on": today, "ends_on": today + timedelta(days=TERM), **TOLD["shares"][one["shares"]],
    }  # fmt: skip
    case = case_start(procedure="shared_loan", actor=world.viewers[GUARANTOR], data=data, now=at)
    if one.get("end") == "filed":
        return
    world.act(case, "confirm", world.viewers[BANK], at + timedelta(hours=2), {})
    if one.get("end") != "confirmed":
        plan.after(at, 2, partial(_live, world, plan, one, case))


def _live(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    world.act(case, "record", world.viewers[FUND], at, {})
    if one.get("end") == "claim":
        plan.after(at, 150, partial(_claimed, world, plan, one, case))
    paid = one["amount"] if one.get("end") == "repaid" else one.get("repaid")
    if paid:
        plan.after(at, 90, partial(_repaid, world, case, paid))


def _repaid(world: World, case: Case, paid: int, at: datetime) -> None:
    world.act(case, "repay", world.viewers[BANK], at, {"amount": Decimal(paid), "on": local_date(at)})


def _claimed(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    told, amount = TOLD["claim"], Decimal(one["amount"])
    paper = _paper(world, BANK, told["reason"], at)
    data = {
        "amount": amount,
        "due_on": local_date(at) - timedelta(days=90),
        "reason": told["reason"],
        "documents": paper,
    }
    world.act(case, "claim", world.viewers[BANK], at, data)
    world.act(
        case, "propose_claim", world.viewers[GUARANTOR], at + timedelta(hours=3), {"reason": told["check"]}
    )
    plan.after(at, 4, partial(_paid, world, plan, case))


def _paid(world: World, plan: Plan, case: Case, at: datetime) -> None:
    told = TOLD["claim"]
    world.act(case, "decide_claim", world.viewers[FUND], at, {"decision": "approved"})
    share = {"party": "government", "amount": Decimal(1_200_000), "document": told["document"]}
    world.act(case, "settle", world.viewers[FUND], at + timedelta(hours=2), share)
    back = {"amount": Decimal(told["back"]), "document": told["how"]}
    plan.after(at, 30, lambda later: world.act(case, "recover", world.viewers[GUARANTOR], later, back))


def _pledge(world: World, plan: Plan, one: dict[str, Any], at: datetime) -> None:
    firm = _firm(world, one["firm"])
    clerk = world.clerk(firm.pk, at)
    assert clerk is not None
    data = {
        **{name: one[name] for name in ("kind", "number", "name")}, "enterprise_id": firm.pk,
        "expires_on": local_date(world.now) + timedelta(days=9 * 365), "bank_id": world.units["nonghang"].pk,
        "amount": Decimal(one["amount"]),
    }  # fmt: skip
    case = case_start(procedure="ip_pledge", actor=clerk, data=data, now=at)
    value = {"amount": Decimal(one["value"]), "valued_by": TOLD["valued_by"]}
    world.act(case, "value", world.viewers[BANK], at + timedelta(hours=5), value)
    if one["end"] != "valued":
        plan.after(at, 2, partial(_registered, world, plan, one, case))


def _registered(world: World, plan: Plan, one: dict[str, Any], case: Case, at: datetime) -> None:
    world.act(case, "register", world.viewers[REGISTRY], at, {})
    if one["end"] == "released":
        later = at + timedelta(days=60)
        plan.at(
            later,
            lambda on: world.act(case, "ask_release", world.viewers[BANK], on, {"reason": "贷款还清了"}),
        )
        plan.at(
            later + timedelta(days=1), lambda on: world.act(case, "release", world.viewers[REGISTRY], on, {})
        )
