"""The cast of deliberations: congress, seven deputies of whom one owns a firm, units, leaders, supervisors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from qiying.capabilities.deliberations.models import Hearing, Opinion, OpinionItem, Sitting
from qiying.capabilities.deliberations.services import items, sittings
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.tests.world import DESK, SUPERVISION, World, cast
from qiying.kernel.enterprises.tests.factories import make_clerk
from qiying.kernel.gatherings.models import Attendee
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.tests.factories import TODAY


class Congress(World):
    """A district whose congress deliberates one topic."""

    sitting: Sitting

    def plan(self, who: str = "congress", row: Sitting | None = None, **more: Any) -> Sitting:
        """Plan a sitting for today."""
        start = datetime.combine(TODAY, datetime.min.time(), UTC)
        values: dict[str, Any] = {
            "kind": "deliberation", "title": "优化营商环境", "place": "人大会堂", "on": TODAY,
            "starts_at": start + timedelta(hours=1), "ends_at": start + timedelta(hours=4), "members": 29,
            "agenda": [["9:00", "听取报告"], ["9:30", "一问一答"]], "opinions_until": TODAY + timedelta(days=3),
            "report_unit": self.units["office"].pk, "theme": None, **more,
        }  # fmt: skip
        made = sittings.sitting_save(actor=self.viewer(who), row=row, values=values, now=self.now)
        self.sitting = made
        return made

    def come(self, role: str, **who: Any) -> Attendee:
        """Put somebody on the list who is there."""
        told: dict[str, Any] = {
            "gathering": self.sitting.gathering,
            "actor": self.viewer("congress"),
            "now": self.now,
        }
        made = attendee_add(**told, role=role, **who)
        return made

    def to(self, phase: str, excuse: str = "") -> None:
        told: dict[str, Any] = {
            "gathering": self.sitting.gathering,
            "actor": self.viewer("congress"),
            "now": self.now,
        }
        gathering_move(**told, to=phase, excuse=excuse)

    def ask(self, no: int, speaker: Attendee, unit: str, text: str, answer: str, **more: str) -> None:
        """Let the recorder write one question and one answer, as the live page sends it."""
        fields = {
            "text": text,
            "speaker": str(speaker.pk),
            "unit": str(self.units[unit].pk),
            "answer": answer,
        }
        self.write(no, {**fields, **more})

    def write(self, no: int, fields: Mapping[str, str]) -> None:
        changes = [
            Change(f"q{no}-{name}-{value}"[:40], f"q{no}", name, 0, value, "question")
            for name, value in fields.items()
        ]
        told: dict[str, Any] = {
            "gathering": self.sitting.gathering,
            "actor": self.viewer("congress"),
            "now": self.now,
        }
        states = {a["state"] for a in edits_apply(**told, changes=changes)}
        assert states == {"applied"}

    def held(self) -> Sitting:
        """Return a sitting that took place: two members, a leader, two deputies, one online; four questions."""
        self.plan()
        asker = self.come("deputy", person=self.people["deputy"])
        owner = self.come("online", person=self.people["owner"])
        there = [asker, owner, self.come("leader", name="书记"), self.come("member", name="主任")]
        self.come("unit", unit=self.units["market"])
        self.to("inviting")
        self.to("running")
        for one in there:
            one.refresh_from_db()
            check_in(attendee=one, actor=self.viewer("congress"), how="by_hand", now=self.now)
        self.ask(1, asker, "market", "跨部门材料为什么还要交两遍？", "answered", answer_text="下月起共享")
        self.ask(2, asker, "market", "三年没有结论的地块谁牵头？", "unclear", answer_text="正在研究")
        self.ask(3, owner, "market", f"{self.firm}的出土为什么难？", "answered", answer_text="清运方案已批")
        unclear = self.sitting.gathering.items.get(no=2)
        sittings.question_follow_up(
            actor=self.viewer("congress"),
            row=self.sitting,
            item_id=unclear.pk,
            text="请说谁牵头、哪天",
            now=self.now,
        )
        again = self.sitting.gathering.items.get(source="追问第 2 问")
        told = [Change("q4", again.key, "answer", 0, "answered", "question")]
        edits_apply(
            gathering=self.sitting.gathering, actor=self.viewer("congress"), changes=told, now=self.now
        )
        self.to("following")
        self.sitting.refresh_from_db()
        return self.sitting

    @property
    def firm(self) -> str:
        return self.enterprise.name

    def opine(self, who: str = "deputy", **more: Any) -> Opinion:
        values: dict[str, Any] = {"sitting": self.sitting, "text": "材料共享，不要企业交两遍。", **more}
        return items.opinion_save(actor=self.viewer(who), row=None, values=values, now=self.now)

    def merge(self, row: Opinion, **more: Any) -> OpinionItem:
        return items.opinion_merge(
            actor=self.viewer("congress"), row=row, values={"area": "政务服务", **more}, now=self.now
        )

    def adopted(self) -> Sitting:
        """Return a sitting with two items adopted out of three opinions."""
        self.held()
        first = self.merge(self.opine(), text="跨部门材料共享，企业只交一遍")
        self.merge(self.opine("deputy2"), item=first.pk)
        self.merge(self.opine("deputy2", text="出土难要有清运方案，按月公布。"), area="项目建设")
        self.sitting = sittings.sitting_adopt(
            actor=self.viewer("congress"), row=self.sitting, adopted_by="第十次主任会议", now=self.now
        )
        return self.sitting

    def handed(self) -> Sitting:
        """Return a sitting whose items are tasks of two units."""
        self.adopted()
        for item, unit in zip(self.sitting.items.order_by("no"), ("market", "build"), strict=True):
            given = {"unit": self.units[unit].pk, "person": None, "due_on": None}
            items.item_save(actor=self.viewer("congress"), row=item, values=given, now=self.now)
        self.sitting = sittings.sitting_hand_over(
            actor=self.viewer("congress"), row=self.sitting, now=self.now
        )
        return self.sitting

    def hear(self) -> Hearing:
        values = {"sitting": self.sitting, "on": self.today, "who": "7 名代表听，2 个单位说"}
        return items.hearing_save(actor=self.viewer("congress"), row=None, values=values, now=self.now)

    def judge(self, hearing: Hearing, item: OpinionItem, found: str, **more: Any) -> None:
        values = {"item": item.pk, "progress": "系统通了", "found": found, "note": "到窗口看过", **more}
        items.item_judge(actor=self.viewer("congress"), row=hearing, values=values, now=self.now)
        self.tell()

    def tell(self) -> None:
        """Let what acts emitted be received."""
        jobs_run(self.now)

    @property
    def today(self) -> Any:
        return local_date(self.now)


def make_world() -> Congress:
    made = Congress(
        **cast(
            "审议县",
            {
                "desk": DESK,
                "congress": ("区人大财经工委", ["oversight"]),
                "office": ("区府办", ["handling"]),
                "market": ("区市场监管局", ["handling"]),
                "build": ("区住建局", ["handling"]),
                "supervision": SUPERVISION,
                "leaders": ("区领导", ["leadership"]),
                "jiwei": ("区纪委", ["discipline"]),
            },
            {
                "congress": ("小人", "congress", "congress"),
                "deputy": ("代表甲", "congress", "deputy"),
                "deputy2": ("代表乙", "congress", "deputy"),
                "owner": ("代表丙", "congress", "deputy"),
                "office": ("府办主任", "office", "leader"),
                "handler": ("经办", "market", "handler"),
                "leader": ("局长", "market", "leader"),
                "builder": ("住建", "build", "handler"),
                "supervisor": ("督查", "supervision", "supervisor"),
                "district_leader": ("区长", "leaders", "district_leader"),
                "discipline": ("纪检", "jiwei", "discipline"),
                "desk": ("小受", "desk", "desk"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    make_clerk(made.enterprise, person=made.people["owner"])
    Unit.objects.filter(pk=made.units["congress"].pk).update(letter_word="人财")
    return made
