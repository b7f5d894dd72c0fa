"""The cast of inspections: two bodies with officers, 司法局, supervision, two enterprises, a plan and checklists."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from qiying.capabilities.inspections.models import Body, CapRule, Item, Officer, Plan, PlanLine
from qiying.capabilities.inspections.procedures.inspection import Opening
from qiying.capabilities.inspections.services import planning
from qiying.capabilities.inspections.services.keeping import row_save
from qiying.capabilities.inspections.services.visiting import inspection_open
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.sheets import sheet_keep, sheets_of
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.enterprises.codes import show_code
from qiying.kernel.forms.models import Form
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.organisations.tests.factories import TODAY, importer

W = TypeVar("W", bound="InspectionWorld")
PLACE = "滨江路 8 号一车间"
CHECKLIST: dict[str, Any] = {
    "title": "食品生产检查表",
    "screens": "all",
    "sections": [
        {
            "questions": [
                {
                    "code": "台账",
                    "kind": "one",
                    "title": "进货台账",
                    "options": ["符合", "不符合"],
                    "required": True,
                },
                {"code": "情况", "kind": "long", "title": "看到什么"},
            ]
        }
    ],
}


class InspectionWorld(World):
    """A district in which two bodies inspect."""

    bodies: dict[str, Body]
    officers: dict[str, Officer]
    items: dict[str, Item]

    def setup(self) -> None:
        """Publish bodies, people, items and checklists."""
        watcher, since = self.viewer("watcher"), date(2024, 1, 1)
        form = form_save(
            actor=importer(self.district.pk),
            unit=self.units["market"],
            code="food",
            layout=CHECKLIST,
            at=self.now,
        )
        form_publish(actor=importer(self.district.pk), form=form, at=self.now)
        self.bodies, self.officers, self.items = {}, {}, {}
        for key in ("market", "safety"):
            body = row_save(
                model=Body, row=None, actor=watcher, now=self.now,
                values={"unit": self.units[key].pk, "standing": "authority", "basis": "法定职权", "published_on": since,
                        "valid_from": since},
            )  # fmt: skip
            self.bodies[key] = body
            self.items[key] = self.item(key, f"{key}-1", f"{body.unit.label}日常检查")
        for who, of in {"inspector": "market", "second": "market", "safety": "safety"}.items():
            self.officers[who] = self.officer(who, of)

    def item(self, body: str, code: str, name: str, **more: Any) -> Item:
        values = {"body": self.bodies[body].pk, "code": code, "name": name, "basis": "食品安全法第一百一十条",
                  "checklist": "food", "valid_from": date(2024, 1, 1), **more}  # fmt: skip
        made: Item = row_save(model=Item, row=None, actor=self.viewer("watcher"), values=values, now=self.now)
        return made

    def officer(self, who: str, body: str, **more: Any) -> Officer:
        values = {"body": self.bodies[body].pk, "person": self.people[who].pk, "certificate": f"浙 {who}",
                  "valid_from": date(2024, 1, 1), "valid_to": date(2028, 12, 31), **more}  # fmt: skip
        made: Officer = row_save(
            model=Officer, row=None, actor=self.viewer("watcher"), values=values, now=self.now
        )
        return made

    def cap(self, most: int, **more: Any) -> CapRule:
        told = {"most": most, "reasonable": 4, "source": "样例", "valid_from": date(2024, 1, 1), **more}
        made: CapRule = row_save(
            model=CapRule, row=None, actor=self.viewer("watcher"), values=told, now=self.now
        )
        return made

    def plan(self, who: str = "inspector", year: int = 2026) -> Plan:
        told = {"year": year, "way": "现场", "share": "5%"}
        return planning.plan_save(plan=None, actor=self.viewer(who), values=told, now=self.now)

    def line(self, who: str = "inspector", first: date = TODAY, days: int = 10, **more: Any) -> PlanLine:
        key = {"inspector": "market", "safety": "safety"}[who]
        told = {"enterprise": self.enterprise.name, "place": PLACE, "kind": "daily", "items": f"{key}-1",
                "first_on": first, "last_on": first + timedelta(days=days), **more}  # fmt: skip
        return planning.line_save(line=None, actor=self.viewer(who), values=told, now=self.now)

    def published(self, plan: Plan, leader: str = "leader") -> Plan:
        """Let a plan be reviewed, discussed and published."""
        steps: dict[str, tuple[str, dict[str, Any]]] = {
            "submit": (leader, {}),
            "review": ("watcher", {"decision": "approved", "opinion": "合法"}),
            "publish": (leader, {"discussed_on": TODAY}),
        }
        for step, (who, values) in steps.items():
            plan = planning.plan_move(
                plan=plan, step=step, actor=self.viewer(who), values=values, now=self.now
            )
        return plan

    def given(self, who: str = "inspector", **more: Any) -> dict[str, Any]:
        """Return what opens an inspection by a body."""
        key = "safety" if who == "safety" else "market"
        crew = ("inspector", "second") if key == "market" else ("safety",)
        told = {
            "enterprise_id": self.enterprise.pk, "place": PLACE, "kind": "daily", "reason": "年度计划里的检查",
            "first_on": TODAY, "last_on": TODAY + timedelta(days=10), "item_ids": [self.items[key].pk],
            "officer_ids": [self.officers[w].pk for w in crew],
        }  # fmt: skip
        return {**told, **more}

    def open(self, who: str = "inspector", **more: Any) -> Case:
        return inspection_open(
            actor=self.viewer(who),
            district_id=self.district.pk,
            data=Opening(**self.given(who, **more)),
            now=self.now,
        )

    def approved(self, case: Case) -> Case:
        return self.act(case, "leader", "decide_approval", decision="approved")

    def code(self, who: str = "clerk") -> str:
        return show_code(self.viewer(who), self.enterprise, self.now)

    def inside(self, case: Case) -> Case:
        return self.act(case, "inspector", "enter", code=self.code())

    def record(self, case: Case, answer: str = "符合") -> Case:
        """Record every checklist of a visit."""
        inspector = self.viewer("inspector")
        for sheet in sheets_of(case, inspector, self.now):
            given: dict[str, Any] = {
                "code": sheet.code,
                "answers": {"台账": answer},
                "key": f"{case.pk}-{sheet.code}",
            }
            sheet_keep(case=case, actor=inspector, now=self.now, **given)
        return Case.objects.get(pk=case.pk)

    def made(self, case: Case | None = None, **result: Any) -> Case:
        """Take a visit from its approval to its result."""
        case = self.inside(self.approved(case or self.open()))
        case = self.act(self.record(case), "inspector", "leave", met="李厂长")
        return self.act(case, "inspector", "conclude", **{"result": "none", "text": "台账齐全", **result})

    def form(self) -> Form:
        return Form.objects.get(code="food", district=self.district)


@kept
def make_world(kind: type[W]) -> W:
    """Return the cast as a world of some kind."""
    made = kind(
        **cast(
            "检查县",
            {
                "desk": DESK,
                "market": ("区市场监管局", ["handling", "enforcement"]),
                "safety": ("区应急局", ["handling"]),
                "sifa": ("区司法局", ["law_watch"]),
                "supervision": SUPERVISION,
            },
            {
                "desk": ("小受", "desk", "desk"),
                "inspector": ("执法甲", "market", "inspector"),
                "second": ("执法乙", "market", "inspector"),
                "leader": ("局长", "market", "leader"),
                "safety": ("应急员", "safety", "inspector"),
                "safety_leader": ("应急局长", "safety", "leader"),
                "watcher": ("司法员", "sifa", "law_watcher"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    made.setup()
    return made
