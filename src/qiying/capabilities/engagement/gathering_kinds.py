"""The kinds of sessions: one shape, and what is different in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qiying.capabilities.engagement.selectors.points import POINT_ACTIVITY
from qiying.capabilities.engagement.selectors.sessions import outcomes_of, session_of, turns
from qiying.capabilities.engagement.services.sessions_letters import minutes, report, task_letter
from qiying.kernel.gatherings.kinds import (
    COURSE_PHASES,
    MEETING_PHASES,
    THREE_ANSWERS,
    DutyOf,
    GatheringKind,
    Guard,
    ItemOf,
    LetterOf,
    RoleOf,
    declare_kind,
)
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer

LEADER = RoleOf("leader", "召集领导", ("person",), has_substitutes=False)
UNIT = RoleOf("unit", "部门负责人", ("unit",))
FIRM = RoleOf("firm", "企业家", ("enterprise", "person"), speaks=True)
BANK = RoleOf("bank", "金融机构", ("unit",))
DEPUTY = RoleOf("deputy", "人大代表", ("person",), speaks=True)
RECORDER = RoleOf("recorder", "记录", ("person",), records=True)


def case_data(item: Item) -> Mapping[str, Any]:
    """Return with what an item becomes a service request: as it was said, by whom, from this session."""
    speaker = item.speaker
    enterprise = item.enterprise_id or (speaker.enterprise_id if speaker else None)
    name = (speaker.name or (speaker.person.name if speaker.person else "")) if speaker else ""
    said = f"{item.text}\n原话：{item.original}" if item.original else item.text
    return {
        "channel": "face_to_face",
        "text": said,
        "title": item.text[:60],
        "enterprise_id": enterprise,
        "contact_name": name[:40],
        "source_id": f"session-{item.gathering_id}-{item.no}",
    }


def away(gathering: Gathering) -> str | None:
    """Say when the convening leader is on leave on that day."""
    session = session_of(gathering)
    if session is None or session.leader is None:
        return "还没定谁召集"
    mine = next(
        (t for t in turns(gathering.district_id, gathering.on) if t.candidate.key == session.leader_id), None
    )
    if mine is None:
        return f"{session.leader.person.name}那天已经不在轮值表上，请换一位"
    return f"{session.leader.person.name}{mine.words}，请换一位" if mine.is_skipped else None


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a session counts when it took place."""
    there = [a for a in gathering.attendees.all() if a.checked_in_at]
    items = list(items_of(gathering).exclude(text=""))
    by_role = {role: sum(a.role == role for a in there) for role in ("firm", "leader", "unit")}
    answers = {code: sum(i.answer == code for i in items) for code in ("solved", "promised", "explained")}
    return {
        "sessions": 1,
        "issues": len(items),
        "entrepreneurs": by_role["firm"],
        "firms_met": len({a.enterprise_id for a in there if a.enterprise_id}),
        "leaders": by_role["leader"],
        "heads": by_role["unit"],
        "solved_there": answers["solved"],
        "promised": answers["promised"],
        "explained": answers["explained"],
    }


def about(gathering: Gathering, viewer: Viewer, today: date) -> Tile:
    """Show why this theme and this leader, and what came out of it."""
    told = {"one": gathering, "session": session_of(gathering), "outcomes": list(outcomes_of(gathering))}
    return Tile("sessions/_about.html", {**told, "may_note": viewer.has("engagement.sessions")})


ITEMS = (
    ItemOf("problem", "问题", THREE_ANSWERS, "service_request", case_data),
    ItemOf("idea", "建议", THREE_ANSWERS, "service_request", case_data),
)
LETTERS = (
    LetterOf("task", "处理工作函", task_letter),
    LetterOf("minutes", "纪要", minutes, to_units=False),
    LetterOf("report", "情况报告", report, to_units=False, again=True),
)
DUTIES = (
    DutyOf("letters", "发处理工作函", 3),
    DutyOf("minutes", "发纪要", 5),
    DutyOf("told", "把结果告诉提问题的人", 5),
)
CONVENED = (
    RoleOf("leader", "召集领导", ("person",), least=1, missing="还没请召集领导", has_substitutes=False),
    UNIT,
    FIRM,
)
BANKS = RoleOf("bank", "金融机构", ("unit",), least=2)


def _session(code: str, label: str, *roles: RoleOf, **more: Any) -> GatheringKind:
    return declare_kind(
        GatheringKind(
            code=code, label=label, roles=(*(roles or (LEADER, UNIT, FIRM, BANK)), RECORDER), phases=MEETING_PHASES,
            items=ITEMS, letters=LETTERS, duties=DUTIES, remind_days=7, organises="engagement.sessions",
            sees="engagement.sessions_view", figures=figures, figures_as="sessions", panels=(about,), **more,
        )
    )  # fmt: skip


POINT = declare_kind(
    GatheringKind(
        code=POINT_ACTIVITY,
        label="站点活动",
        roles=(
            RoleOf("guest", "来的人", ("person", "enterprise"), signs_up=True),
            DEPUTY,
            RoleOf("speaker", "讲的人", ("unit", "person")),
        ),
        phases=COURSE_PHASES,
        has_capacity=True,
        organises="engagement.points",
        sees="engagement.points_view",
    )
)
_session(
    "face_to_face",
    "政企面对面",
    *CONVENED,
    BANKS,
    is_numbered=True,
    guards=(Guard("inviting", away, may_excuse=True),),
)
_session("symposium", "座谈会")
_session("tea", "亲清下午茶")
_session("deputies_class", "人大讲堂", LEADER, DEPUTY, UNIT, FIRM)
_session("reception", "联络站接待", DEPUTY, UNIT, FIRM)
_session("on_site", "多对一现场办公", LEADER, UNIT, FIRM, BANK)
_session("coordination", "协调会", UNIT, FIRM, BANK)
_session("small", "小型会议", UNIT, FIRM)
