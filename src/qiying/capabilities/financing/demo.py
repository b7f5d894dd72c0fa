"""Financing in the demo district: products, a few requests, a batch without application, reported totals."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from qiying.capabilities.financing.models import Institution, Line, Product, Report
from qiying.capabilities.financing.selectors import standings_of
from qiying.capabilities.financing.services import lines
from qiying.capabilities.financing.services.keeping import product_keep, row_keep
from qiying.decision.scalar.evaluate import NOT_ELIGIBLE
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.cases.world import World, told_in
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise, FactSource

ORDER, APART = 89, True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))


def _firms(world: World) -> list[Enterprise]:
    return [e for e in world.enterprises if e.pk in world.clerks]


def prepare(world: World) -> None:
    """Two banks have account managers; departments know of contracts and guest rooms."""
    for login, name, unit, role, title in TOLD["people"]:
        world.member(login, name, unit, role, at=world.start, title=title)
    world.shown.append("bank")
    firms, on = _firms(world), local_date(world.now)
    for number, values in TOLD["facts"].items():
        firm = firms[number % len(firms)]
        facts_declare(
            actor=world.maker, enterprise=firm, values=values, at=world.start, on=on, source=FactSource.SHARED
        )


def tell(world: World) -> None:
    """Products first, then what was asked and confirmed, in the order of the days."""
    products = _shelf(world, world.now - timedelta(days=300))
    told: list[tuple[int, Any, Any]] = [(one[0], _request, one) for one in TOLD["requests"]]
    told.append((TOLD["batch"]["ago"], _batch, TOLD["batch"]))
    for ago, begin, one in sorted(told, key=lambda x: -x[0]):
        begin(world, products, one, world.office_hours(world.now - timedelta(days=ago)))


def _shelf(world: World, at: datetime) -> dict[str, Product]:
    """Enter institutions, products and reports as the coordinating unit does."""
    desk, made = world.viewers["jinrong.handler"], dict[str, Product]()
    since, banks = {"valid_from": local_date(at), "valid_to": None}, dict[str, Institution]()

    def kept(keep: Any, model: Any, one: dict[str, Any], **more: Any) -> Any:
        values = {**one, **more}
        return keep(model=model, values=values, names=list(values), actor=desk, row=None, now=at)

    for one in TOLD["institutions"]:
        banks[one["name"]] = kept(row_keep, Institution, one, **since, unit=world.units.get(one.get("unit")))
    for one in TOLD["products"]:
        whose = {"institution": banks[one["institution"]], "rate": Decimal(one["rate"]), **since}
        table = yaml.safe_dump(one["table"], allow_unicode=True)
        made[one["code"]] = kept(product_keep, Product, one, **whose, table=table)
    for one in TOLD["reports"]:
        kept(row_keep, Report, one, institution=banks[one["institution"]], until=local_date(at))
    return made


def _fitting(world: World, number: int, wanted: list[Product], at: datetime) -> Enterprise | None:
    """Return the firm of that number, or the next one that has not asked yet and none of the products refuses."""
    asked = set(Case.objects.filter(procedure="financing_request").values_list("enterprise_id", flat=True))
    firms, on = [f for f in _firms(world)[number:] if f.pk not in asked], local_date(at)
    fits = (all(s.answer.outcome != NOT_ELIGIBLE for s in standings_of(f, wanted, on)) for f in firms)
    return next((f for f, does in zip(firms, fits, strict=True) if does), None)


def _request(world: World, products: dict[str, Product], one: list[Any], at: datetime) -> None:
    """A firm asks; the banks answer two days later; a day later it takes one, where the story says so."""
    _, firm, codes, wan, kind, purpose, facts, end = one
    asker = _fitting(world, firm, wanted := [products[c] for c in codes], at)
    clerk = world.clerk(asker.pk, at) if asker else None
    if clerk is None:
        return
    data = {"product_ids": [p.pk for p in wanted], "amount": wan, "months": 12, "kind": kind}
    whole = case_start(
        procedure="financing_request", actor=clerk, data={**data, "purpose": purpose, "facts": facts}, now=at
    )
    if end == "looking":
        return
    then = world.office_hours(at + timedelta(days=2))
    for part in children_of(whole):
        key = world.key_of(part.lead_unit_id)
        banker = world.viewers[f"{key}.bank"]
        if end == "refused":
            why = {"kind": "risk", "reason": "去年订单减了一半，拿到新订单合同再来，三天就能看完。"}
            world.act(part, "refuse", banker, then, why)
            continue
        product = Product.objects.get(pk=part.extras["product_id"])
        offer = {"amount": wan, "rate": product.rate, "months": 12, "way": product.way, "fees": product.fees}
        offer |= {"security": product.security, "valid_until": local_date(then) + timedelta(days=20)}
        world.act(part, "offer", banker, then, offer)
    if end in world.units:
        line = Line.objects.get(whole=whole, institution__unit=world.units[end])
        later = world.office_hours(then + timedelta(days=1))
        world.act(whole, "accept", clerk, later, {"offer_id": line.pk})
        told: dict[str, Any] = {"actor": world.viewers[f"{end}.bank"], "line": line, "now": later}
        lines.line_move(kind="draw", fen=line.fen * 6 // 10, memo="第一笔", **told)


def _batch(world: World, products: dict[str, Product], one: dict[str, Any], at: datetime) -> None:
    """The unit that coordinates puts firms before the bank; most are confirmed, some take it, one wants no more."""
    product = products[one["product"]]
    desk, banker = world.viewers["jinrong.handler"], world.viewers["nonghang.bank"]
    lines.batch_make(actor=desk, product=product, title=one["title"], most=one["most"], now=at)
    then = world.office_hours(at + timedelta(days=3))
    found = Line.objects.filter(batch=one["title"]).select_related("institution", "enterprise", "product")
    taken = 0
    for n, line in enumerate(found.order_by("pk")):
        told: dict[str, Any] = {"line": line, "now": then}
        if n % 8 == 5:
            lines.line_unconfirm(actor=banker, reason="对外担保余额太高。", **told)
        elif n % 8 != 7:
            lines.line_confirm(actor=banker, fen=line.fen * 8 // 10, rate=product.rate, **told)
            clerk = world.clerk(line.enterprise_id, then)
            if clerk is not None and taken < 4:
                taken += 1
                if taken == 3:
                    lines.line_decline(actor=clerk, reason="现在不缺钱", wants_no_more=True, **told)
                else:
                    lines.line_take(actor=clerk, **told)
