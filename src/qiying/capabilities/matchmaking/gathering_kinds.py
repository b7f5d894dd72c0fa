"""Themed sessions: government and firms, firms and firms, firms and society; what is asked there, what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qiying.capabilities.matchmaking.models import Intent
from qiying.kernel.gatherings.kinds import (
    MEETING_PHASES,
    THREE_ANSWERS,
    GatheringKind,
    ItemOf,
    RoleOf,
    declare_kind,
)
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer

KINDS = {"match_gov": "政企专场", "match_firms": "企企专场", "match_society": "企社专场"}
ROLES = (
    RoleOf("firm", "企业", ("enterprise", "person"), signs_up=True, speaks=True),
    RoleOf("unit", "部门和平台", ("unit",)),
    RoleOf("partner", "银行、院所、协会", ("unit",), speaks=True),
    RoleOf("guest", "嘉宾", ("person",), speaks=True),
    RoleOf("recorder", "记录", ("person",), records=True),
)


def case_data(item: Item) -> Mapping[str, Any]:
    """Return with what a question becomes a service request: as it was said, by whom, from this session."""
    speaker = item.speaker
    return {
        "channel": "face_to_face",
        "text": f"{item.text}\n原话：{item.original}" if item.original else item.text,
        "title": item.text[:60],
        "enterprise_id": item.enterprise_id or (speaker.enterprise_id if speaker else None),
        "contact_name": (speaker.name if speaker else "")[:40],
        "source_id": f"match-{item.gathering_id}-{item.no}",
    }


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a session counts when it took place."""
    there = [a for a in gathering.attendees.all() if a.checked_in_at]
    return {"sessions": 1, "firms_met": len({a.enterprise_id for a in there if a.enterprise_id})}


def about(gathering: Gathering, viewer: Viewer, today: date) -> Tile:
    """Show the intents made there: how many, for how much, to those who look on which."""
    rows = list(Intent.objects.filter(gathering=gathering, state__in=Intent.DONE))
    shown = rows if viewer.has("matchmaking.watch") else [r for r in rows if r.keys & set(viewer.keys)]
    told = {"count": len(rows), "fen": sum(r.yuan or 0 for r in rows) * 100, "rows": shown, "one": gathering}
    return Tile("matchmaking/_session.html", told)


for _code, _label in KINDS.items():
    declare_kind(
        GatheringKind(
            code=_code, label=_label, roles=ROLES, phases=MEETING_PHASES, has_capacity=True, remind_days=1,
            items=(ItemOf("question", "问题", THREE_ANSWERS, "service_request", case_data),), panels=(about,),
            organises="matchmaking.organise", sees="matchmaking.take_part", figures=figures, figures_as="matchmaking",
        )
    )  # fmt: skip
