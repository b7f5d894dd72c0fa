"""The cast of mediation: a commercial body with five mediators, a people's committee, a court, two firms, an outsider."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from qiying.capabilities.mediation.models import Body, Matter, Mediator
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.documents.models import DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.tests.factories import make_person

TEXT = "去年六月交了三批货，对账单双方盖了章，货款一直没有付。"
DEAL = "一、对方分两次付清货款。二、付清以后双方没有别的纠纷。"


class Mediations(World):
    """A district that mediates."""

    other: Enterprise
    commercial: Body
    people_body: Body
    mediators: dict[str, Mediator]

    def open(self, who: str = "clerk", **more: Any) -> Case:
        data = {"respondent_id": self.other.pk, "kind": "trade", "body_id": self.commercial.pk, "text": TEXT,
                "claim": Decimal(680_000), **more}  # fmt: skip
        return case_start(procedure="mediation", actor=self.viewer(who), data=data, now=self.now)

    def chosen(self, case: Case, mediator: str = "mediator") -> Case:
        """Let both consent and name the same mediator."""
        if case.state == "asked":
            case = self.act(case, "other", "consent", agrees=True)
        pk = self.mediators[mediator].pk
        case = self.act(case, "clerk", "choose", mediator_id=pk)
        return self.act(case, "other", "choose", mediator_id=pk)

    def mediating(self, **more: Any) -> Case:
        case = self.chosen(self.open(**more))
        return self.act(case, "mediator", "declare", has_conflict=False)

    def signed(self, case: Case, duties: str = "") -> Case:
        duties = duties or f"{self.today} 300000 付首款\n{self.today.replace(month=12)} 380000 付清"
        case = self.act(case, "mediator", "draft", deal=DEAL, duties=duties)
        case = self.act(case, "clerk", "sign", agrees=True)
        return self.act(case, "other", "sign", agrees=True)

    def settled(self, **more: Any) -> Case:
        return self.act(self.signed(self.mediating(**more)), "mediator", "seal")

    def members_of_the_people(self) -> None:
        """Give the people's committee its three members."""
        for who in ("mediator2", "mediator3", "mediator4"):
            Mediator.objects.create(
                district=self.district, body=self.people_body, person=self.people[who], name=self.people[who].name,
                fields="劳动用工", qualified="law", valid_from=date(2024, 1, 1),
            )  # fmt: skip

    def paper(self, who: str) -> int:
        """Upload a paper somebody signed and return its number."""
        actor = self.viewer(who)
        subject = f"{draft_prefix(draft_owner(actor, None) or '')}{new_token()}"
        stored = document_store(
            content=b"%PDF-1.4\n%%EOF\n", name="同意书.pdf", kind=DocumentKind.MATERIAL, subject=subject, actor=actor,
            district_id=self.district.pk, at=self.now,
        )  # fmt: skip
        return stored.pk

    @property
    def today(self) -> date:
        return local_date(self.now)

    def row(self, case: Case) -> Matter:
        return Matter.objects.get(case=case)


def make_world() -> Mediations:
    made = Mediations(
        **cast(
            "调解县",
            {
                "desk": DESK,
                "tiaojie": ("商事调解中心", ["handling", "mediation"]),
                "renmin": ("城南人民调解委员会", ["handling"]),
                "fayuan": ("区人民法院", []),
                "sifa": ("区司法局", ["law_watch"]),
                "zhujian": ("区住建局", ["handling"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "staff": ("秘书", "tiaojie", "mediation_staff"),
                "head": ("主任", "tiaojie", "mediation_staff"),
                "mediator": ("甘平", "tiaojie", "mediator"),
                "mediator2": ("林和", "tiaojie", "mediator"),
                "mediator3": ("何睦", "tiaojie", "mediator"),
                "mediator4": ("安谦", "tiaojie", "mediator"),
                "mediator5": ("周全", "tiaojie", "mediator"),
                "people": ("李调", "renmin", "mediation_staff"),
                "court": ("程法官", "fayuan", "handler"),
                "watcher": ("司法员", "sifa", "law_watcher"),
                "handler": ("住建员", "zhujian", "handler"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    Unit.objects.filter(pk=made.units["fayuan"].pk).update(kind="court")
    Unit.objects.filter(pk=made.units["tiaojie"].pk).update(letter_word="调中", phone="0573-86001234")
    made.other = make_enterprise(made.district, "云拓智能装备有限公司")
    made.people["other"] = make_clerk(made.other, "对方专员")
    made.people["nobody_of_it"] = make_person("路人", made.units["zhujian"], "leader")
    body = {
        "district": made.district,
        "valid_from": date(2024, 1, 1),
        "founder": "区工商联",
        "place": "明川大道 3 号",
    }
    made.commercial = Body.objects.create(
        **body, name="商事调解中心", kind="commercial", unit=made.units["tiaojie"], licence="浙司调证 1 号", assets=50,
        full_time=2, fee_percent=50, fee_standard="减半诉讼费的一半",
    )  # fmt: skip
    made.people_body = Body.objects.create(
        **body, name="城南人民调解委员会", kind="people", unit=made.units["renmin"]
    )
    made.mediators = {
        who: Mediator.objects.create(
            district=made.district, body=made.commercial, person=made.people[who], name=made.people[who].name,
            fields="买卖、加工、拖欠账款", qualified="lawyer", years=8, valid_from=date(2024, 1, 1),
        )
        for who in ("mediator", "mediator2", "mediator3", "mediator4", "mediator5")
    }  # fmt: skip
    return made
