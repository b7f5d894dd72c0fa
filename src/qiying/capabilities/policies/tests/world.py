"""One cast for every test of this capability: officers of two bureaus, the treasury, a clerk, an outsider."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.policies.models import Policy, PolicyVersion
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    policy_create,
    version_approve,
    version_submit,
)
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise

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


class World(kit.World):
    """The kernel's cast with what policies need."""

    def draft(self, text: str = AWARD, **details: Any) -> PolicyVersion:
        given = {"lead_unit_id": self.units["bureau"].pk, **details}
        return policy_create(
            actor=self.viewer("policy"), district_id=self.district.pk, text=text, at=self.now, **given
        )

    def published(self, text: str = AWARD, **details: Any) -> Policy:
        """Return a policy that went the whole way: written by one, approved by another."""
        version = version_submit(
            actor=self.viewer("policy"), version=self.draft(text, **details), at=self.now
        )
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


@kept
def make_world(name: str = "海盐县") -> World:
    """Return a fresh district with its cast, made by services only."""
    units: kit.Units = {
        "bureau": ("区科技局", ["handling", "policy"]),
        "co": ("区税务局", ["handling"]),
        "treasury": ("区财政局", ["treasury"]),
        "park": ("高新园区", ["handling", "region"]),
        "desk": kit.DESK,
        "supervision": kit.SUPERVISION,
    }
    people: kit.People = {
        "policy": ("林策", "bureau", "policy"),
        "reviewer": ("郑核", "bureau", "reviewer"),
        "leader": ("周领", "bureau", "leader"),
        "co_reviewer": ("何审", "co", "reviewer"),
        "treasurer": ("钱多", "treasury", "treasurer"),
        "treasurer2": ("钱复", "treasury", "treasurer"),
        "park": ("园丁", "park", "handler"),
        "desk": ("许静", "desk", "desk"),
        "supervisor": ("沈督", "supervision", "supervisor"),
    }
    return World(**kit.cast(name, units, people))
