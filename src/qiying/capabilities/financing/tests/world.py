"""The cast of financing: the coordinating unit, two banks, a fund, firms on the phone, who watches, outsiders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from qiying.capabilities.financing.models import Institution, Line, Product
from qiying.capabilities.financing.services.keeping import product_keep, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.figures.models import FigureDelta

UNITS = {
    "desk": DESK,
    "supervision": SUPERVISION,
    "centre": ("区金融中心", ["handling", "financing_desk"]),
    "bank": ("农商银行", ["handling", "financing"]),
    "other": ("建行支行", ["handling", "financing"]),
    "industry": ("区经信局", ["handling"]),
}
PEOPLE = {
    "centre": ("金融", "centre", "handler"),
    "bank": ("客户经理", "bank", "bank"),
    "bank2": ("行长", "bank", "bank"),
    "other": ("建行经理", "other", "bank"),
    "industry": ("经信", "industry", "handler"),
    "supervisor": ("督查", "supervision", "supervisor"),
    "desk": ("小受", "desk", "desk"),
    "admin": ("运维", "desk", "admin"),
}
TABLE = """requires:
  - {when: 营业收入 >= 5000000, source: 第一条}
table:
  hit: F
  inputs: [营业收入]
  rows:
    - {name: 收入两千万以上, when: [">= 20000000"], then: ["5000000"], source: 第二条}
    - {name: 其他, when: ["-"], then: ["1000000"], source: 第二条}
"""
FEES = "担保费，5000，明川担保，放款前一次\n评估费，2000，评估公司，放款前一次"


class Financing(World):
    """A district whose banks offer products."""

    @property
    def today(self) -> date:
        return local_date(self.now)

    def institution(self, key: str, **more: Any) -> Institution:
        unit = self.units.get(key)
        values = {"name": unit.name if unit else key, "kind": "bank", "unit": unit, "contact": "", "phone": "",
                  "valid_from": date(2026, 1, 1), "valid_to": None, **more}  # fmt: skip
        made: Institution = self.keep(Institution, "centre", **values)
        return made

    def keep(self, model: Any, who: str, row: Any = None, **values: Any) -> Any:
        """Keep a row as its register does."""
        given: dict[str, Any] = {"values": values, "names": list(values), "now": self.now}
        return row_keep(actor=self.viewer(who), model=model, row=row, **given)

    def product(self, institution: Institution, who: str = "centre", row: Any = None, **more: Any) -> Product:
        values = {
            "institution": institution, "code": f"p{institution.pk}", "name": "科技e贷", "kind": "loan",
            "security": "none", "about": "按收入给额度", "rate": Decimal("4.35"), "months": 24, "way": "bullet",
            "fees": FEES, "table": TABLE, "is_sample": True, "valid_from": date(2026, 1, 1), **more,
        }  # fmt: skip
        return product_keep(
            actor=self.viewer(who), model=Product, row=row, values=values, names=list(values), now=self.now
        )

    def shelf(self) -> dict[str, Product]:
        """Return a product of each bank."""
        return {key: self.product(self.institution(key)) for key in ("bank", "other")}

    def earns(self, yuan: str, firm: Enterprise | None = None, who: str = "clerk") -> None:
        facts_declare(
            actor=self.viewer(who), enterprise=firm or self.enterprise, values={"营业收入": yuan}, at=self.now,
            on=self.today,
        )  # fmt: skip

    def ask(self, *products: Product, who: str = "clerk", **more: Any) -> Case:
        data = {
            "product_ids": [p.pk for p in products], "amount": Decimal(50), "months": 12, "kind": "working",
            "purpose": "备料周转，回款还", "facts": ["营业收入", "职工人数"], **more,
        }  # fmt: skip
        return case_start(procedure="financing_request", actor=self.viewer(who), data=data, now=self.now)

    def part(self, whole: Case, key: str) -> Case:
        return children_of(whole).get(lead_unit=self.units[key])

    def offer(self, part: Case, who: str, **more: Any) -> Line:
        data = {"amount": Decimal(50), "rate": Decimal("4.35"), "months": 12, "way": "bullet", "fees": FEES,
                "security": "guarantee", "valid_until": self.today, **more}  # fmt: skip
        self.act(part, who, "offer", **data)
        return Line.objects.get(part=part)

    def agreed(self, product: Product, who: str = "bank") -> Line:
        """Return the line of a request that was asked, offered and taken."""
        self.earns("30000000")
        whole = self.ask(product)
        offer = self.offer(self.part(whole, who), who)
        self.act(whole, "clerk", "accept", offer_id=offer.pk)
        return Line.objects.get(pk=offer.pk)

    def browser(self, who: str | None) -> Client:
        return browser(self.people[who] if who else None)


def counted(procedure: str) -> dict[str, int]:
    """Return what a procedure counted."""
    found: dict[str, int] = {}
    for row in FigureDelta.objects.filter(procedure=procedure):
        found[row.measure] = found.get(row.measure, 0) + row.value
    return found


def make_world() -> Financing:
    return Financing(**cast("融资县", UNITS, PEOPLE))
