"""The cast of cultivation: who keeps the ladder, the chamber, a firm, an outsider."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.cultivation.models import Title
from qiying.capabilities.cultivation.services.titles import title_grant
from qiying.capabilities.cultivation.tests.test_tiers import SPECIALISED
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.engine_facts import OWN_ROW
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.permissions.viewer import system_viewer

OWN = (*OWN_ROW, "专精特新评价得分", "是科技和创新型中小企业")


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


def grown(world: World, firm: Enterprise | None = None, **changed: Any) -> Enterprise:
    """Give a firm the facts of a specialised one, but for titles and score, which are no facts of its own."""
    firm = firm or world.enterprise
    told = {k: str(v) for k, v in {**SPECIALISED, **changed}.items() if k not in OWN}
    on = world.now.date()
    maker = system_viewer("import_service", district_id=world.district.pk)
    facts_declare(actor=maker, enterprise=firm, values=told, at=world.now, on=on, source=FactSource.SHARED)
    Enterprise.objects.filter(pk=firm.pk).update(size_class="small")
    return firm


def titled(
    world: World, tier: str = "innovative", on: date | None = None, firm: Enterprise | None = None
) -> Title:
    """Grant a title on a day, by default some months ago."""
    firm = firm or world.enterprise
    values = {
        "enterprise": firm,
        "tier": tier,
        "number": f"浙{tier[:2]}-{firm.pk}-{Title.objects.count()}",
        "document": "浙经信企业〔2026〕8号",
        "granted_on": on or date(2026, 5, 6),
    }
    return title_grant(actor=world.viewer("cultivator"), values=values, now=world.now)
