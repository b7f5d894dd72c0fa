"""The cast of scores: the science office, an enterprise with facts, another one, an outsider."""

from __future__ import annotations

from typing import Any

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.tests.world import DESK, World, cast
from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.permissions.viewer import system_viewer

FACTS = {
    "研发费用": "1200000", "营业收入": "30000000", "研发人员占比": "0.25", "当年发明专利申请数": "3",
    "有省级以上研发机构": "false", "研发费用增速": "0.12",
}  # fmt: skip
REST = {
    "PCT专利申请数": "0", "技术合同成交额": "1000000", "高新技术产品收入": "20000000", "高新技术产品收入占比": "0.66",
    "营业收入增长率": "0.2", "研发加计扣除减免税额": "300000", "净资产利润率": "0.1", "招用应届高校毕业生人数": "2",
    "省级以上科技计划项目数": "0", "省级以上科技奖励数": "0", "近三年新增股权融资": "0", "一类知识产权数": "4",
}  # fmt: skip


def make_world() -> World:
    """Return the cast; six of the enterprise's 18 indicators are known."""
    world = World(
        **cast(
            "积分县",
            {
                "desk": DESK,
                "keji": ("区科技局", ["innovation", "policy", "handling"]),
                "other": ("区文旅局", ["handling"]),
            },
            {
                "officer": ("科技员", "keji", "policy"),
                "handler": ("经办", "other", "handler"),
                "desk": ("小受", "desk", "desk"),
            },
        )
    )
    declare(world, world.enterprise, FACTS)
    return world


def declare(world: World, firm: Enterprise, values: dict[str, Any]) -> None:
    facts_declare(
        actor=system_viewer("worker", district_id=world.district.pk), enterprise=firm, values=values,
        at=world.now, on=local_date(world.now), source=FactSource.OFFICIAL,
    )  # fmt: skip
