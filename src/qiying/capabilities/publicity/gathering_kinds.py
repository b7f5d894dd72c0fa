"""Activities of publicity: sports, fairs, outreach; anybody signs up, checks in, photos stay with the activity."""

from __future__ import annotations

from qiying.capabilities.publicity.selectors import ACTIVITIES
from qiying.kernel.gatherings.kinds import COURSE_PHASES, GatheringKind, RoleOf, declare_kind
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import GONE


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what an activity counts once it took place."""
    people = [a for a in gathering.attendees.all() if a.state not in GONE]
    came = [a for a in people if a.checked_in_at]
    firms = {a.enterprise_id for a in came if a.enterprise_id}
    return {"activities": 1, "expected": len(people), "came": len(came), "firms": len(firms)}


GUESTS = {"sports": "参赛的", "fair": "逛的、摆摊的", "outreach": "听的"}
for _code, _label in ACTIVITIES.items():
    declare_kind(
        GatheringKind(
            code=_code,
            label=_label,
            roles=(
                RoleOf("guest", GUESTS[_code], ("person", "enterprise", "unit"), signs_up=True),
                RoleOf("speaker", "讲的、裁判的", ("person", "unit")),
                RoleOf("host", "一起办的", ("unit", "enterprise")),
            ),
            phases=COURSE_PHASES,
            has_capacity=True,
            remind_days=1,
            organises="publicity.activity",
            sees="publicity.view",
            figures=figures,
            figures_as="publicity",
        )
    )
