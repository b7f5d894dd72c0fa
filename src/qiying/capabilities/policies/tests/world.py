"""One cast for every test of this capability: officers of two bureaus, the treasury, a clerk, an outsider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qiying.capabilities.policies.models import Policy, PolicyVersion
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    policy_create,
    version_approve,
    version_submit,
)
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import Viewer, system_viewer

AWARD = """
id: sample-hnte
name: 样例：高新技术企业奖励
sample: true
document: {number: 样例〔2026〕1号}
department: 科技局
delivery: 申报
valid_from: 2026-01-01
valid_to: 2027-12-31
requires:
  - {when: 是高新技术企业, source: 第一条}
table:
  hit: F
  inputs: [营业收入]
  rows:
    - {when: [">= 20000000"], then: "300000", source: 第二条}
    - {when: [">= 5000000"], then: "100000", source: 第三条}
caps: {per_year: 300000}
materials: [{name: 高新技术企业证书}]
"""
"""Met by a high-tech enterprise with at least 5 million yuan of revenue: 100,000 or 300,000 yuan."""


@dataclass
class World:
    """A district with its people; `viewer("policy")` and so on."""

    district: District
    units: dict[str, Unit]
    people: dict[str, Person]
    enterprise: Enterprise
    now: datetime = NOW
    _viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, who: str) -> Viewer:
        if who == "system":
            return system_viewer("worker", district_id=self.district.pk)
        if who not in self._viewers:
            self._viewers[who] = viewer(self.people[who])
        return self._viewers[who]

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def draft(self, text: str = AWARD, **details: Any) -> PolicyVersion:
        given = {"lead_unit_id": self.units["bureau"].pk, **details}
        return policy_create(
            actor=self.viewer("policy"), district_id=self.district.pk, text=text, at=self.now, **given
        )

    def published(self, text: str = AWARD, **details: Any) -> Policy:
        """Return a policy that went the whole way: written by one, approved by another."""
        version = version_submit(actor=self.viewer("policy"), version=self.draft(text, **details), at=self.now)
        return version_approve(actor=self.viewer("reviewer"), version=version, at=self.now).policy

    def facts(self, enterprise: Enterprise | None = None, **values: str) -> None:
        """Record facts of an enterprise under the engine's names."""
        facts_declare(
            actor=self.viewer("system"),
            enterprise=enterprise or self.enterprise,
            values=values,
            at=self.now,
            on=self.now.date(),
            source="official",
        )


def make_world(name: str = "海盐县") -> World:
    """Return a fresh district with its cast, made by services only."""
    forget_all()
    district = make_district(name)
    units = {
        "bureau": make_unit(district, "区科技局", functions=["handling", "policy"]),
        "co": make_unit(district, "区税务局", functions=["handling"]),
        "treasury": make_unit(district, "区财政局", functions=["treasury"]),
        "park": make_unit(district, "高新园区", functions=["handling", "region"]),
        "desk": make_unit(district, "企业服务中心", functions=["desk", "service_centre"]),
        "supervision": make_unit(district, "区督查室", functions=["supervision", "coordination"]),
    }
    people = {
        "policy": make_person("林策", units["bureau"], "policy"),
        "reviewer": make_person("郑核", units["bureau"], "reviewer"),
        "leader": make_person("周领", units["bureau"], "leader"),
        "co_reviewer": make_person("何审", units["co"], "reviewer"),
        "treasurer": make_person("钱多", units["treasury"], "treasurer"),
        "treasurer2": make_person("钱复", units["treasury"], "treasurer"),
        "park": make_person("园丁", units["park"], "handler"),
        "desk": make_person("许静", units["desk"], "desk"),
        "supervisor": make_person("沈督", units["supervision"], "supervisor"),
    }
    enterprise = make_enterprise(district, "禾川精密机械有限公司")
    people["clerk"] = make_clerk(enterprise, "陈雨")
    people["outsider"] = make_clerk(make_enterprise(district, "别家有限公司"), "外人")
    return World(district, units, people, enterprise)
