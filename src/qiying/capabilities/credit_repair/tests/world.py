"""The cast of credit repair: the window, two units that recognise records, supervision, two enterprises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qiying.capabilities.credit_repair.models import CreditRecord
from qiying.capabilities.credit_repair.services.applying import application_submit
from qiying.capabilities.credit_repair.services.records import record_save
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.documents.services import document_store
from qiying.kernel.documents.subjects import draft_owner, draft_prefix
from qiying.kernel.documents.tests.factories import picture
from qiying.kernel.organisations.tests.factories import TODAY

RECORD: dict[str, Any] = {
    "number": "明市监罚〔2026〕12 号",
    "title": "未按规定公示年度报告",
    "kind": "penalty",
    "grade": "general",
    "decided_on": date(2026, 6, 20),
    "published_on": date(2026, 7, 1),
    "places": "信用中国、国家企业信用信息公示系统 2026-07-02",
    "duty": "缴清罚款 5000 元",
}


class CreditWorld(World):
    """A district in which records are recognised and repaired."""

    def record(self, number: str = "", **changes: Any) -> CreditRecord:
        """Return a record of the enterprise, recognised by the market regulator."""
        values = {**RECORD, "enterprise": self.enterprise.name, "unit_id": self.units["market"].pk, **changes}
        if number:
            values["number"] = number
        return record_save(actor=self.viewer("desk"), record=None, values=values, now=self.now)

    def file(self, who: str) -> int:
        """Return a draft somebody uploaded."""
        owner = draft_owner(self.viewer(who), None)
        assert owner is not None
        return document_store(
            content=picture(),
            name="缴款凭证.jpg",
            kind="material",
            subject=f"{draft_prefix(owner)}t",
            actor=self.viewer(who),
            district_id=self.district.pk,
            at=self.now,
        ).pk

    def given(self, who: str = "clerk", **changes: Any) -> dict[str, Any]:
        """Return an application that fulfils everything."""
        told = {"matter": "repair", "way": "proof", "duty_done": True, "commitment": True, "text": ""}
        return {**told, "documents": [self.file(who)], **changes}

    def apply(self, record: CreditRecord, who: str = "clerk", **changes: Any) -> Case:
        given = self.given(who, **changes)
        return application_submit(record=record, actor=self.viewer(who), data=given, now=self.now)

    def agreed(self, case: Case) -> Case:
        """Let a case be accepted, reviewed and agreed to."""
        case = self.act(case, "desk", "accept")
        case = self.act(case, "handler", "propose", opinion="agree")
        return self.act(case, "leader", "decide_opinion", decision="approved")

    def refused(self, case: Case, **more: Any) -> Case:
        """Let a case be accepted, reviewed and refused."""
        case = self.act(case, "desk", "accept")
        told = {"opinion": "refuse", "refusal": "duty", "reason": "罚款还差 1000 元没缴", **more}
        case = self.act(case, "handler", "propose", **told)
        return self.act(case, "leader", "decide_opinion", decision="approved")

    def days(self, days: int) -> date:
        return TODAY + timedelta(days=days)


@kept
def make_world() -> CreditWorld:
    return CreditWorld(
        **cast(
            "信用县",
            {
                "desk": DESK,
                "market": ("区市场监管局", ["handling"]),
                "police": ("公安分局", ["handling"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "liaison": ("联络", "market", "liaison"),
                "handler": ("经办", "market", "handler"),
                "leader": ("局长", "market", "leader"),
                "police": ("民警", "police", "handler"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "deputy": ("代表", "leaders", "deputy"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
