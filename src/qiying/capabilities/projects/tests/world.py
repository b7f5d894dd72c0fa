"""The cast of projects: 招商, a tracker, the eight offices in few units, permits, supervision, a firm."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.projects.models import Approval, Ground, Project
from qiying.capabilities.projects.rules.kinds import OFFICES
from qiying.kernel.audit.keeping import forget_all
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.organisations.models import Unit

OF = {"zhaoshang": "trade", "fuwu": "service", "ducha": "supervision", "tudi": "land", "zhengshou": "land"}
SIGNED = date(2026, 9, 1)


class ProjectWorld(World):
    """A district with its eight offices set."""

    def sign(self, who: str = "investment", **more: Any) -> Case:
        told = {
            "title": "新能源电机旗舰工厂", "firm_name": "禾川精密机械有限公司", "enterprise_id": self.enterprise.pk,
            "kind": "expand", "nature": "capital", "unit_id": self.units["park"].pk, "invest": 250000,
            "output": 800000, "signed_on": SIGNED, "code": "2609-330482-04-01-123456", "land_by": date(2026, 11, 20),
            "licence_by": date(2026, 12, 20), "start_by": date(2027, 1, 10), "complete_by": date(2027, 10, 1),
            "produce_by": date(2027, 12, 1), **more,
        }  # fmt: skip
        return case_start(procedure="project", actor=self.viewer(who), data=told, now=self.now)

    def row(self, case: Case) -> Project:
        return Project.objects.get(case=case)

    def part(self, case: Case, kind: str) -> Case:
        return Case.objects.filter(parent=case, kind=kind).order_by("-pk")[0]

    def force(self, case: Case) -> Case:
        given = {"head": self.people["district_leader"].pk, "tracker": self.people["tracker"].pk}
        return self.act(case, "investment", "form_force", **given)

    def ask(self, case: Case, kind: str, unit: str = "permits") -> Case:
        self.act(case, "investment", "ask_approval", kind=kind, unit_id=self.units[unit].pk)
        return self.part(case, kind)

    def passed(self, case: Case, kind: str) -> Case:
        done = self.act(self.ask(case, kind), "permits", "pass", number=f"明批〔2026〕{kind}")
        assert Approval.objects.get(case=done).passed_on
        return done

    def land(self, case: Case) -> Case:
        for code in ("tudi", "zhengshou"):
            self.act(self.part(case, code), "land", "finish", text="办完了，材料齐")
        return self.act(case, "investment", "sign_land", landed_on=self.now.date(), contract="3304822026A21")

    def built(self, case: Case) -> Case:
        """Bring a project to its building site."""
        self.force(case)
        self.passed(case, "build")
        return self.act(self.land(case), "investment", "start", on=self.now.date(), text="打桩了")


@kept
def make_world() -> ProjectWorld:
    world = ProjectWorld(
        **cast(
            "项目区",
            {
                "desk": DESK,
                "supervision": SUPERVISION,
                "trade": ("区商务局", ["handling"]),
                "park": ("滨江园区管委会", ["handling"]),
                "service": ("区营商办", ["handling"]),
                "land": ("自然资源分局", ["handling"]),
                "permits": ("区住建局", ["handling"]),
                "leaders": ("区领导", ["leadership", "supervision"]),
                "away": ("区水利局", ["handling"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "investment": ("招商甲", "trade", "investment"),
                "trade_leader": ("商务局长", "trade", "leader"),
                "tracker": ("跟踪乙", "park", "tracker"),
                "other_tracker": ("跟踪丙", "park", "tracker"),
                "park": ("园区主任", "park", "leader"),
                "service": ("营商办主任", "service", "leader"),
                "service_second": ("营商办副主任", "service", "leader"),
                "land": ("规划员", "land", "handler"),
                "permits": ("住建员", "permits", "handler"),
                "permits_leader": ("住建局长", "permits", "leader"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "handler": ("水利员", "away", "handler"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    district, since = world.district, date(2026, 1, 1)
    for code in OFFICES:
        unit = Unit.objects.get(pk=world.units[OF.get(code, "park")].pk)
        Unit.objects.filter(pk=unit.pk).update(functions=[*unit.functions, f"project_{code}"])
    forget_all()
    given = {"source": "明政办〔2026〕3 号", "published_on": since, "valid_from": since}
    Ground.objects.create(district=district, title="总投资 10 亿元以上的制造业项目", **given)
    return world
