"""The cast of deputies' proposals: the congress, deputies, units that answer, an enterprise one deputy owns."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast

TEXT = "工业区集卡没有地方停，占了道路，建议规划建设集卡停车场。"


class Deputies(World):
    """A district whose deputies propose."""

    def article(self) -> Any:
        """Return an article of a regulation, where the register of them is kept."""
        days = {"district": self.district, "valid_from": date(2024, 3, 1)}
        basis = apps.get_model("oversight", "Basis").objects.create(
            **days, name="优化营商环境条例", issuer="省人大常委会"
        )
        told = {"basis": basis, "no": 36, "text": "一次性告知。", "duty": "一次性告知"}
        return apps.get_model("oversight", "Article").objects.create(**days, **told)

    def propose(self, who: str = "deputy", **more: Any) -> Case:
        data = {"title": "加快集卡停车场建设", "text": TEXT, **more}
        return case_start(procedure="deputy_proposal", actor=self.viewer(who), data=data, now=self.now)

    def assigned(self, case: Case, **more: Any) -> Case:
        return self.act(case, "congress", "assign", unit_id=self.units["market"].pk, **more)

    def answered(self, case: Case, code: str = "A", **more: Any) -> Case:
        case = self.act(case, "handler", "talk", way="face", on=self.today, text="到现场看了，代表认可")
        told = {"code": code, "text": "停车场已经建成，共两处二百个泊位。", **more}
        return self.act(case, "handler", "answer", **told)

    @property
    def today(self) -> Any:
        return local_date(self.now)


def make_world() -> Deputies:
    made = Deputies(
        **cast(
            "人大县",
            {
                "desk": DESK,
                "congress": ("区人大财经工委", ["oversight"]),
                "jiancha": ("区检察院", []),
                "market": ("区市场监管局", ["handling"]),
                "traffic": ("区交通局", ["handling"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
                "jiwei": ("区纪委", ["discipline"]),
            },
            {
                "congress": ("小人", "congress", "congress"),
                "congress2": ("老人", "congress", "congress"),
                "deputy": ("代表甲", "congress", "deputy"),
                "deputy2": ("代表乙", "congress", "deputy"),
                "procurator": ("检察官", "jiancha", "procurator"),
                "handler": ("经办", "market", "handler"),
                "leader": ("局长", "market", "leader"),
                "traffic": ("交通", "traffic", "handler"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "discipline": ("纪检", "jiwei", "discipline"),
                "desk": ("小受", "desk", "desk"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    return made
