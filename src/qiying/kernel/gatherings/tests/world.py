"""Two kinds of very different shape for the tests of the kit, and a district in which they are held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.gatherings.kinds import (
    COURSE_PHASES,
    MEETING_PHASES,
    THREE_ANSWERS,
    DutyOf,
    GatheringKind,
    Guard,
    ItemOf,
    LetterOf,
    LetterText,
    RoleOf,
    declare_kind,
)
from qiying.kernel.gatherings.models import Attendee, Gathering, Item
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.people import attendee_add
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.models import Unit


def _case(item: Item) -> dict[str, Any]:
    return {
        "text": item.text,
        "channel": "face_to_face",
        "enterprise_id": item.speaker and item.speaker.enterprise_id,
    }


def _task(gathering: Gathering, unit: Unit | None, items: Any) -> LetterText:
    return LetterText("关于办理会上问题的函", tuple(f"{i.no}. {i.text}" for i in items))


def _minutes(gathering: Gathering, unit: Unit | None, items: Any) -> LetterText:
    return LetterText(f"{gathering.title}纪要", (gathering.minutes or "会议听取了大家的意见。",))


SESSION = declare_kind(
    GatheringKind(
        code="test_session",
        label="面对面",
        roles=(
            RoleOf("leader", "召集领导", ("person",), has_substitutes=False),
            RoleOf("unit", "部门", ("unit",)),
            RoleOf("firm", "企业", ("enterprise", "person"), speaks=True),
            RoleOf("bank", "金融机构", ("unit",), least=1, missing="还没请金融机构"),
            RoleOf("recorder", "记录", ("person",), records=True),
        ),
        phases=MEETING_PHASES,
        items=(
            ItemOf("problem", "问题", THREE_ANSWERS, "service_request", _case),
            ItemOf("idea", "建议", THREE_ANSWERS),
        ),
        letters=(LetterOf("task", "任务函", _task), LetterOf("minutes", "纪要", _minutes, to_units=False)),
        duties=(DutyOf("letters", "发任务函", 3), DutyOf("told", "告诉结果", 5)),
        guards=(Guard("running", lambda g: None if g.place else "还没写地点"),),
        is_numbered=True,
        remind_days=7,
        figures=lambda g: {"raised": g.items.count()},
    )
)
TRAINING = declare_kind(
    GatheringKind(
        code="test_training",
        label="培训",
        roles=(RoleOf("learner", "学员", ("person",), signs_up=True), RoleOf("teacher", "讲师", ("person",))),
        phases=COURSE_PHASES,
        has_capacity=True,
    )
)
DAY = date(2026, 11, 20)  # Friday
HEAD: dict[str, Any] = {
    "title": "用工难怎么办",
    "place": "二楼露台",
    "on": DAY,
    "starts_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
}


class Hall(World):
    """A district with a session planned by the desk's unit."""

    gathering: Gathering

    def hold(self, kind: GatheringKind = SESSION, **head: Any) -> Gathering:
        self.gathering = gathering_save(
            actor=self.viewer("desk"), kind=kind, values={**HEAD, **head}, now=self.now
        )
        return self.gathering

    def invite(self, role: str, **who: Any) -> Attendee:
        return attendee_add(
            gathering=self.gathering, actor=self.viewer("desk"), role=role, now=self.now, **who
        )

    def to(self, phase: str, excuse: str = "") -> Gathering:
        if phase not in ("inviting", "cancelled"):
            self.now = max(self.now, self.gathering.starts_at)
        return gathering_move(
            gathering=self.gathering, actor=self.viewer("desk"), to=phase, now=self.now, excuse=excuse
        )

    def edit(
        self,
        field: str,
        value: str,
        *,
        item: str = "i1",
        base: int = 0,
        key: str = "",
        who: str = "desk",
        settles: int | None = None,
    ) -> dict[str, Any]:
        change = Change(
            key or f"{who}-{item}-{field}-{base}-{value}"[:40], item, field, base, value, "problem", settles
        )
        return edits_apply(gathering=self.gathering, actor=self.viewer(who), changes=[change], now=self.now)[
            0
        ]

    def running(self) -> Gathering:
        self.hold()
        self.town = self.invite("unit", unit=self.units["town"])
        self.firm = self.invite("firm", enterprise=self.enterprise)
        self.guest = self.invite("firm", name="马丁", nationality="法国", language="法语")
        self.to("inviting", "银行说这次来不了")
        return self.to("running")


def make_hall() -> Hall:
    made = make_world()
    return Hall(**{n: getattr(made, n) for n in ("district", "units", "people", "enterprise", "now")})
