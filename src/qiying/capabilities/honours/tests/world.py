"""The cast of perks and clean firms: who gives, who delivers, who examines, a firm, an outsider."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.honours.models import Perk, Star
from qiying.capabilities.honours.services.perks import perk_keep, quota_give
from qiying.capabilities.honours.services.stars import evidence_version, star_hand_in
from qiying.kernel.cases.tests.world import DESK, World, cast

EVIDENCE = {"党组织": "建立了", "制度项数": 4, "教育次数": 4, "承诺比例": 100, "纳税信用": "B", "处罚欠薪": 0}
"""95 points."""


def made() -> World:
    """Return the district; one call a test."""
    return World(
        **cast(
            "培育区",
            {
                "desk": DESK,
                "jingxin": ("区经信局", ["handling"]),
                "chamber": ("区工商联", ["handling"]),
                "health": ("区卫健局", ["handling"]),
                "leaders": ("区领导", ["leadership"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "cultivator": ("培育甲", "jingxin", "cultivator"),
                "second": ("培育乙", "jingxin", "cultivator"),
                "chamber": ("联甲", "chamber", "chamber"),
                "chamber2": ("联乙", "chamber", "chamber"),
                "doctor": ("卫经办", "health", "handler"),
                "district_leader": ("区长", "leaders", "district_leader"),
            },
        )
    )


def perk(world: World, places: int = 2) -> Perk:
    """Make a perk with so many places this year, delivered by the health office."""
    values = {
        "name": "健康体检绿色通道",
        "about": "每年一次体检，专人陪同",
        "unit": world.units["health"].pk,
        "source": "优秀企业家优享政策",
        "valid_from": date(2026, 1, 1),
    }
    row = perk_keep(actor=world.viewer("cultivator"), row=None, values=values, now=world.now)
    quota_give(
        actor=world.viewer("cultivator"),
        perk=row,
        year=2026,
        places=places,
        document="区委办 8 号",
        now=world.now,
    )
    return row


def handed(world: World, **changed: Any) -> Star:
    """Hand in the firm's evidence."""
    version = evidence_version(world.district.pk, world.now)
    answers = {**EVIDENCE, **changed}
    return star_hand_in(
        actor=world.viewer("clerk"),
        enterprise=world.enterprise,
        version=version,
        answers=answers,
        key="k1",
        now=world.now,
    )
