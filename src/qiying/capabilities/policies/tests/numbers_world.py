"""A year of paid-out policies for tests of the numbers: everything by the services that make it in earnest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qiying.capabilities.policies.models import Payment
from qiying.capabilities.policies.services.money.clawbacks import (
    clawback_ask,
    clawback_decide,
    clawback_return,
)
from qiying.capabilities.policies.tests.applying_world import INSTANT, Desk
from qiying.capabilities.policies.tests.money_door import fail
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_enterprise

SERVICE = """
id: sample-green-channel
name: 样例：高新技术企业绿色通道
sample: true
document: {number: 样例〔2026〕2号}
department: 科技局
delivery: 即申即享
valid_from: 2026-01-01
valid_to: 2027-12-31
requires:
  - {when: 是高新技术企业, source: 第一条}
table:
  hit: F
  inputs: [营业收入]
  outputs: [{name: 服务, type: text}]
  rows:
    - {when: [">= 1"], then: ['"绿色通道"'], source: 第二条}
"""


class Year(Desk):
    """One policy with money and enterprises that come to it, filed at the counter."""

    made = 0

    def company(self, name: str = "", **details: Any) -> Enterprise:
        self.made += 1
        row = make_enterprise(self.world.district, name or f"第{self.made}家精密制造有限公司", **details)
        self.world.facts(row, 营业收入="6000000", 是高新技术企业="是")
        return row

    def pay(self, days: int = 0, **details: Any) -> Case:
        """Return a case paid `days` calendar days after its approval."""
        case = self.approved(who="desk", enterprise=self.company(**details), way="counter")
        self.world.later(days=days)
        self.settle(case)
        case.refresh_from_db()
        return case

    def refuse(self, kind: str = "material") -> Case:
        case = self.apply("desk", enterprise=self.company(), way="counter")
        return self.act(case, "reviewer", "refuse", kind=kind, reason="材料和实际不符，核对过两次。")

    def bounce(self, case: Case) -> None:
        """The bank sends back what had arrived."""
        fail(self.world, Payment.objects.filter(application__case=case).latest("pk"))

    def claw(self, case: Case, fen: int) -> None:
        """Part of the money comes back."""
        w = self.world
        payment = Payment.objects.get(application__case=case, state="paid")
        asked = clawback_ask(
            payment=payment, amount_fen=fen, reason="资格被撤销了", basis="政策第九条",
            actor=w.viewer("treasurer"), at=w.now,
        )  # fmt: skip
        clawback_decide(clawback=asked, agrees=True, note="同意追回", actor=w.viewer("treasurer2"), at=w.now)
        asked.refresh_from_db()
        clawback_return(clawback=asked, on=local_date(w.now), actor=w.viewer("treasurer"), at=w.now)


def a_year(world: World) -> Year:
    """Return a desk after: two paid, one clawed back in part, one bounced, one refused, one instant, one open."""
    desk = Year(world, AWARD)
    first = desk.pay(days=3, name="甲精密制造有限公司")
    second = desk.pay(name="乙精密制造有限公司")
    world.later(days=6)
    desk.claw(first, 2_000_000)
    desk.bounce(second)
    desk.refuse()
    desk.apply("desk", enterprise=desk.company(), way="counter")
    instant = Year(world, INSTANT)
    case = instant.apply("desk", enterprise=instant.company("丙精密制造有限公司"), way="counter")
    case = instant.act(case, "policy", "confirm")
    world.later(days=1)
    instant.settle(case)
    world.later(seconds=1)
    return desk


@kept
def make_year() -> World:
    """Return a fresh district after such a year."""
    return a_year(make_world()).world


def later_in_the_day(world: World) -> None:
    """Move on a little, so that what follows comes after."""
    world.now += timedelta(minutes=1)
