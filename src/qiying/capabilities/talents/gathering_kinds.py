"""Training and talks for young entrepreneurs: anybody of an enterprise signs up."""

from __future__ import annotations

from qiying.kernel.gatherings.kinds import COURSE_PHASES, GatheringKind, RoleOf, declare_kind
from qiying.kernel.gatherings.models import Gathering

TRAINING = "talent_training"


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a training counts once it took place."""
    return {"trainings": 1, "trained": sum(a.checked_in_at is not None for a in gathering.attendees.all())}


declare_kind(
    GatheringKind(
        code=TRAINING,
        label="企业家培训",
        roles=(
            RoleOf("learner", "企业家", ("person", "enterprise"), signs_up=True),
            RoleOf("speaker", "讲的人", ("unit", "person")),
        ),
        phases=COURSE_PHASES,
        has_capacity=True,
        remind_days=1,
        organises="talents.keep",
        sees="talents.keep",
        figures=figures,
        figures_as="talents",
    )
)
