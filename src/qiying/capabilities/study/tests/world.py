"""The cast of study: two law officers, leaders, officers who serve, an outsider."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client

from qiying.capabilities.study.models import Exam, LawReport, Plan, Question, Sitting, Topic
from qiying.capabilities.study.services.exams import exam_open, sitting_answer, sitting_begin
from qiying.capabilities.study.services.keeping import row_keep
from qiying.capabilities.study.services.reports import reports_give
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save

UNITS = {
    "desk": DESK,
    "supervision": SUPERVISION,
    "law": ("区司法局", ["handling"]),
    "build": ("区住建局", ["handling"]),
    "leaders": ("区领导", ["leadership"]),
}
PEOPLE = {
    "keeper": ("普法员", "law", "law_officer"),
    "keeper2": ("普法科长", "law", "law_officer"),
    "law_leader": ("司法局长", "law", "leader"),
    "leader": ("住建局长", "build", "leader"),
    "officer": ("住建经办", "build", "handler"),
    "officer2": ("住建联络", "build", "liaison"),
    "desk": ("小受", "desk", "desk"),
    "supervisor": ("督查", "supervision", "supervisor"),
    "district_leader": ("区长", "leaders", "district_leader"),
    "admin": ("运维", "desk", "admin"),
}
TEXTS = {
    "studied": "带头学《条例》和行政处罚法，全年八次。",
    "decided": "重大决策都走了合法性审查和集体讨论。",
    "handled": "涉企检查先合并再审批，企业好评上升。",
    "lacks": "柔性执法还不够，明年先教育再处罚。",
}


class Study(World):
    """A district that studies."""

    @property
    def today(self) -> date:
        return local_date(self.now)

    def keep(self, model: Any, who: str, row: Any = None, **values: Any) -> Any:
        """Keep a row as its register does."""
        given: dict[str, Any] = {"values": values, "names": list(values), "now": self.now}
        return row_keep(actor=self.viewer(who), model=model, row=row, **given)

    def plan(self, **more: Any) -> Plan:
        told = {
            "body": "周一夜学",
            "year": self.today.year,
            "unit": self.units["law"],
            "source": "年度学法计划",
        }
        told |= {"members": [self.people["leader"].pk], "units": [self.units["law"].pk]}
        made: Plan = self.keep(Plan, "keeper", **{**told, **more})
        return made

    def topic(self, plan: Plan, **more: Any) -> Topic:
        told = {"title": "条例总则", "law": "《条例》第一章", "planned_on": date(plan.year, 12, 20)}
        made: Topic = self.keep(Topic, "keeper", plan=plan, **{**told, **more})
        return made

    def bank(self, count: int = 6) -> None:
        """Keep so many questions of each kind; the first option, or the first two, are right."""
        told = {"law": "《条例》第三条", "field": "条例", "valid_from": self.today, "valid_to": None}
        for n in range(count):
            for kind, options, answer in (
                ("one", "甲\n乙\n丙", "A"),
                ("many", "甲\n乙\n丙", "AB"),
                ("judge", "", "A"),
            ):
                given = {
                    **told,
                    "text": f"{kind} 第 {n} 题",
                    "kind": kind,
                    "options": options,
                    "answer": answer,
                }
                self.keep(Question, "keeper", **given)

    def exam(self, **more: Any) -> Exam:
        told = {
            "title": "学法考试",
            "year": self.today.year,
            "unit": self.units["law"],
            "field": "条例",
            "papers": 2,
        }
        told |= {"ones": 2, "manies": 2, "judges": 1, "opens_on": self.today, "closes_on": date(2099, 1, 1)}
        told |= {"units": [self.units["build"].pk, self.units["desk"].pk]}
        made: Exam = self.keep(Exam, "keeper", **{**told, **more})
        return made

    def opened(self, **more: Any) -> Exam:
        return exam_open(actor=self.viewer("keeper"), exam=self.exam(**more), now=self.now)

    def sat(self, exam: Exam, who: str, wrong: int = 0, key: str = "") -> Sitting:
        """Let somebody sit, with so many wrong answers."""
        sitting = sitting_begin(actor=self.viewer(who), exam=exam, now=self.now)
        return sitting_answer(
            actor=self.viewer(who),
            sitting=sitting,
            answers=answers_to(sitting, wrong),
            key=key or f"k-{who}",
            now=self.now,
        )

    def trained(
        self, minutes: int, *came: str, kind: str = "officer_training", is_closed: bool = True
    ) -> Gathering:
        """Hold a training for every officer; some are there."""
        actor, start = self.viewer("keeper"), self.now
        head = {"title": "涉企服务怎么做", "place": "党校", "on": self.today, "starts_at": start}
        head["ends_at"] = start + timedelta(minutes=minutes)
        made = gathering_save(actor=actor, kind=kind_of(kind), values=head, now=self.now)
        for who in ("officer", "officer2", "desk"):
            row = attendee_add(
                gathering=made, actor=actor, role="learner", person=self.people[who], now=self.now
            )
            if who == "officer":
                gathering_move(gathering=made, actor=actor, to="inviting", now=self.now)
            if who in came:
                row.refresh_from_db()
                row.gathering.refresh_from_db()
                check_in(attendee=row, actor=actor, how="by_hand", now=self.now)
        gathering_move(gathering=made, actor=actor, to="running", now=self.now)
        if is_closed:
            gathering_move(gathering=made, actor=actor, to="closed", now=self.now)
        return made

    def given(self, *units: str, days: int = 30) -> list[Case]:
        ids = [self.units[u].pk for u in units or ("build",)]
        due_on = self.today + timedelta(days=days)
        return reports_give(
            actor=self.viewer("keeper"), year=self.today.year, due_on=due_on, units=ids, now=self.now
        )

    def published(self) -> LawReport:
        (case,) = self.given()
        self.act(case, "leader", "submit", **TEXTS)
        self.act(case, "keeper2", "publish", text="写得实，通过。")
        return LawReport.objects.get(case=case)

    def browser(self, who: str | None) -> Client:
        return browser(self.people[who] if who else None)


def answers_to(sitting: Sitting, wrong: int = 0) -> dict[str, Any]:
    """Return right answers but for the first so many, which are answered by the last option."""
    found: dict[str, Any] = {}
    for n, question in enumerate(sitting.paper.version.compiled.definition):
        right = sitting.paper.key[question.code][0]
        given = [question.options[-1]] if n < wrong else right
        found[question.code] = given if question.kind == "many" else given[0]
    return found


def at(day: date, hour: int) -> datetime:
    from qiying.kernel.audit.clock import SHANGHAI

    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def make_world() -> Study:
    return Study(**cast("学法县", UNITS, PEOPLE))


def counted(procedure: str, measure: str) -> int:
    """Return what a measure of a procedure counted."""
    rows = FigureDelta.objects.filter(procedure=procedure, measure=measure)
    return sum(rows.values_list("value", flat=True))
