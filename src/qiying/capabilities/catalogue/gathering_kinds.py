"""Activities of the service boards: anybody of an enterprise may sign up."""

from __future__ import annotations

from qiying.capabilities.catalogue.selectors import ACTIVITY
from qiying.kernel.gatherings.kinds import COURSE_PHASES, GatheringKind, RoleOf, declare_kind
from qiying.kernel.gatherings.models import Gathering


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what an activity counts once it took place."""
    return {"activities": 1, "came": sum(a.checked_in_at is not None for a in gathering.attendees.all())}


declare_kind(
    GatheringKind(
        code=ACTIVITY,
        label="服务活动",
        roles=(
            RoleOf("guest", "来的人", ("person", "enterprise"), signs_up=True),
            RoleOf("speaker", "讲的人", ("unit", "person")),
        ),
        phases=COURSE_PHASES,
        has_capacity=True,
        remind_days=1,
        organises="approvals.market",
        sees="approvals.view",
        figures=figures,
        figures_as="service_items",
    )
)
