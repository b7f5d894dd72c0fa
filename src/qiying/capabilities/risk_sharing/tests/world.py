"""The cast of shared risk: two guarantors, two banks, the fund's office, the registry, a firm with a title."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qiying.capabilities.risk_sharing.models import Guarantor, SharedLoan
from qiying.capabilities.risk_sharing.rules.law import WAN
from qiying.capabilities.risk_sharing.services.guarantors import guarantor_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import system_viewer

FOUR = {"bank": "20", "fund": "40", "reguarantor": "20", "government": "20"}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class RiskWorld(World):
    """A district in which a guarantor with 200 million of net assets shares loans."""

    def keep(self, unit: str, **more: Any) -> Guarantor:
        told = {
            "unit": self.units[unit].pk, "licence": "浙融担 001", "paid_in": Decimal(10_000),
            "net_assets": Decimal(20_000), "net_assets_on": date(2026, 9, 30), "is_mainly_small": False, "owners": "",
            **more,
        }  # fmt: skip
        return guarantor_keep(actor=self.viewer("policy"), row=None, values=told, now=self.now)

    def title(self, firm: Enterprise, name: str, held: bool) -> None:
        facts_declare(
            actor=system_viewer("worker", district_id=self.district.pk), enterprise=firm, at=self.now,
            values={name: "是" if held else "否"}, on=local_date(self.now), source=FactSource.OFFICIAL,
        )  # fmt: skip

    def terms(self, **more: Any) -> dict[str, Any]:
        today = local_date(self.now)
        return {
            "enterprise_id": self.enterprise.pk, "bank_id": self.units["nonghang"].pk, "contract": "农商借 2026-001",
            "programme": "sci_tech", "title": "specialised", "title_until": date(2027, 12, 31),
            "amount": Decimal(6_000_000), "fee_rate": Decimal("0.8"), "fund_fee_rate": Decimal("0.3"),
            "is_small": True, "starts_on": today, "ends_on": today + timedelta(days=365), **FOUR, **more,
        }  # fmt: skip

    def file(self, who: str = "guarantor", **more: Any) -> Case:
        return case_start(
            procedure="shared_loan", actor=self.viewer(who), data=self.terms(**more), now=self.now
        )

    def confirmed(self, **more: Any) -> Case:
        return self.act(self.file(**more), "bank", "confirm")

    def live(self, **more: Any) -> Case:
        return self.act(self.confirmed(**more), "policy", "record")

    def paper(self, who: str) -> list[int]:
        owner = draft_owner(self.viewer(who), None)
        assert owner is not None
        row = document_store(
            content=PDF, name="催收函.pdf", kind="material", subject=f"{draft_prefix(owner)}t", at=self.now,
            actor=self.viewer(who), district_id=self.district.pk,
        )  # fmt: skip
        return [row.pk]

    def claim(self, case: Case, amount: int = 6_000_000) -> Case:
        told = {"amount": Decimal(amount), "due_on": local_date(self.now), "reason": "催收三次没有还"}
        return self.act(case, "bank", "claim", documents=self.paper("bank"), **told)

    def paid(self, case: Case, amount: int = 6_000_000) -> Case:
        case = self.act(self.claim(case, amount), "guarantor", "propose_claim", reason="核过，属实")
        return self.act(case, "policy", "decide_claim", decision="approved")

    def book(self) -> Guarantor:
        return Guarantor.objects.get(unit=self.units["danbao"])

    def loan(self, case: Case) -> SharedLoan:
        return SharedLoan.objects.get(case=case)


def make_world() -> RiskWorld:
    world = RiskWorld(
        **cast(
            "担保县",
            {
                "desk": DESK,
                "danbao": ("明川担保", ["handling"]),
                "danbao2": ("城投担保", ["handling"]),
                "nonghang": ("农商银行", ["financing"]),
                "gonghang": ("工商银行", ["financing"]),
                "jinrong": ("区金融中心", ["risk_fund", "policy"]),
                "shichang": ("区市场监管局", ["ip_registration", "handling"]),
            },
            {
                "guarantor": ("担保员", "danbao", "guarantor"),
                "second": ("担保二", "danbao", "guarantor"),
                "rival": ("城投员", "danbao2", "guarantor"),
                "bank": ("客户经理", "nonghang", "bank"),
                "otherbank": ("他行经理", "gonghang", "bank"),
                "policy": ("金融员", "jinrong", "policy"),
                "handler": ("登记员", "shichang", "handler"),
                "desk": ("小受", "desk", "desk"),
            },
        )
    )
    banks = [world.units[key].pk for key in ("danbao", "danbao2", "nonghang", "gonghang")]
    Unit.objects.filter(pk__in=banks).update(kind="bank")
    world.keep("danbao")
    world.title(world.enterprise, "是省级专精特新中小企业", held=True)
    return world


def fen(wan: int) -> int:
    return wan * WAN
