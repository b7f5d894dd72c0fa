"""How tests reach every state of an application: through the services and the engine only."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.policies.models import Application, Payment
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.services.applying.ticking import applications_tick
from qiying.capabilities.policies.tests import money_door
from qiying.capabilities.policies.tests.world import AWARD, World
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise

ACCOUNT = {"account_holder": "", "account_bank": "中国银行海盐支行", "account_number": "3500 1234 5678 9012"}
AUTOMATIC = AWARD.replace("delivery: 申报", "delivery: 免申即享").replace("sample-hnte", "auto-hnte")
INSTANT = AWARD.replace("delivery: 申报", "delivery: 即申即享").replace("sample-hnte", "instant-hnte")
REFUSAL = {"kind": "other", "reason": "材料和实际不符，核对过两次。"}


class Desk:
    """One policy, one enterprise that fits it, and short names for what people do."""

    def __init__(self, world: World, text: str = AWARD, fen: int = 100_000_000, **details: Any) -> None:
        self.world = world
        self.policy = world.published(text, **details)
        if fen:
            money_door.appropriate(world, self.policy, fen)
        world.facts(营业收入="6000000", 是高新技术企业="是")

    def apply(
        self, who: str = "clerk", *, enterprise: Enterprise | None = None, way: str = "applied", **data: Any
    ) -> Case:
        given = {"consent": True, **ACCOUNT, **data}
        return application_submit(
            enterprise=enterprise or self.world.enterprise,
            code=self.policy.code,
            actor=self.world.viewer(who),
            data=given,
            now=self.world.now,
            way=way,
        )

    def act(self, case: Case, who: str, action: str, **data: Any) -> Case:
        actor = self.world.viewer(who)
        return case_act(case=case, action=action, actor=actor, data=data, now=self.world.now)

    def reviewing(self, **data: Any) -> Case:
        return self.act(self.apply(**data), "policy", "accept")

    def public(self, **data: Any) -> Case:
        case = self.reviewing(**data)
        if any(True for _ in self.policy.co_units.all()):
            case = self.act(case, "co_reviewer", "opinion", opinion="agree")
        return self.act(case, "policy", "review")

    def approving(self, **data: Any) -> Case:
        case = self.public(**data)
        self.past_publicity(case)
        case.refresh_from_db()
        return case

    def past_publicity(self, case: Case) -> None:
        application = Application.objects.get(case=case)
        if application.public_to is not None and case.state == "publicity":
            days = (application.public_to - local_date(self.world.now)).days + 1
            self.world.later(days=max(days, 0))
            applications_tick(self.world.now)

    def approved(self, **data: Any) -> Case:
        return self.act(self.approving(**data), "reviewer", "approve")

    def paid(self, **data: Any) -> Case:
        case = self.approved(**data)
        self.settle(case)
        case.refresh_from_db()
        return case

    def settle(self, case: Case, on: date | None = None) -> None:
        payment = Payment.objects.get(application__case=case, state="ready")
        money_door.settle(self.world, payment, on or local_date(self.world.now))
