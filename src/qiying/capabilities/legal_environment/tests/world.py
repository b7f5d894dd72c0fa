"""The cast of the legal environment: drafters, 市场监管, 司法局, court, procuratorate, services, bidding, a firm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from qiying.capabilities.legal_environment.services.keeping import row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.figures.models import FigureDelta

TEXT = "对在本区依法登记的中小企业，购置设备按投资额的10%补助，最高50万元。"
UNITS = {
    "desk": DESK,
    "supervision": SUPERVISION,
    "market": ("区市场监管局", ["handling", "fair_competition", "ip_desk"]),
    "justice": ("区司法局", ["handling", "law_watch"]),
    "industry": ("区经信局", ["handling", "policy"]),
    "enforcement": ("区综合行政执法局", ["handling", "ip_enforcement"]),
    "court": ("区法院", ["ip_court"]),
    "procurate": ("区检察院", ["ip_procurator"]),
    "services": ("知识产权服务中心", ["ip_services"]),
    "reform": ("区发改局", ["handling", "bidding_watch"]),
    "agency": ("代理公司", []),
    "leaders": ("区领导", ["leadership"]),
    "jiwei": ("区纪委", ["discipline"]),
}
PEOPLE = {
    "drafter": ("起草", "industry", "handler"),
    "drafter2": ("复核", "industry", "leader"),
    "market": ("市监", "market", "handler"),
    "market2": ("市监科长", "market", "liaison"),
    "justice": ("司法", "justice", "handler"),
    "justice2": ("司法科长", "justice", "leader"),
    "officer": ("执法", "enforcement", "handler"),
    "court": ("法官", "court", "handler"),
    "procurate": ("检察官", "procurate", "handler"),
    "services": ("服务", "services", "handler"),
    "reform": ("发改", "reform", "liaison"),
    "agency": ("代理", "agency", "bid_agent"),
    "supervisor": ("督查", "supervision", "supervisor"),
    "district_leader": ("区长", "leaders", "district_leader"),
    "discipline": ("纪检", "jiwei", "discipline"),
    "desk": ("小受", "desk", "desk"),
    "admin": ("运维", "desk", "admin"),
}


class Legal(World):
    """A district whose legal environment is kept."""

    @property
    def today(self) -> date:
        return local_date(self.now)

    def open(self, procedure: str, who: str, **data: Any) -> Case:
        return case_start(procedure=procedure, actor=self.viewer(who), data=data, now=self.now)

    def keep(self, model: Any, who: str, row: Any = None, **values: Any) -> Any:
        """Keep a row as its register does."""
        given: dict[str, Any] = {"values": values, "names": list(values), "now": self.now}
        return row_keep(actor=self.viewer(who), model=model, row=row, **given)

    def review(self, **more: Any) -> Case:
        """Return a fair-competition review as its drafter opened it."""
        told = {"title": "技改补助办法", "kind": "measure", "self_review": "逐句核对，没有限制外地企业。"}
        return self.open("fair_review", "drafter", **{**told, "text": TEXT, "heard": "public", **more})

    def browser(self, who: str | None) -> Client:
        return browser(self.people[who] if who else None)


def counted(case: Case) -> dict[str, int]:
    """Return what a case counted."""
    found: dict[str, int] = {}
    for row in FigureDelta.objects.filter(case_id=case.pk):
        found[row.measure] = found.get(row.measure, 0) + row.value
    return found


def make_world() -> Legal:
    return Legal(**cast("法治县", UNITS, PEOPLE))
