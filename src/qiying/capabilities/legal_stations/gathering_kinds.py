"""Talks on law at stations: firms and people sign up."""

from __future__ import annotations

from qiying.capabilities.legal_stations.selectors import PROCEDURE
from qiying.kernel.gatherings.kinds import COURSE_PHASES, GatheringKind, RoleOf, declare_kind
from qiying.kernel.gatherings.models import Gathering


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a talk counts once it took place."""
    return {"talks": 1, "came": sum(a.checked_in_at is not None for a in gathering.attendees.all())}


declare_kind(
    GatheringKind(
        code="legal_talk",
        label="法律讲座",
        roles=(
            RoleOf("guest", "来听的", ("person", "enterprise"), signs_up=True),
            RoleOf("speaker", "讲的律师", ("unit", "person")),
        ),
        phases=COURSE_PHASES,
        has_capacity=True,
        remind_days=1,
        organises="legal_stations.keep",
        sees="legal_stations.view",
        figures=figures,
        figures_as=PROCEDURE,
    )
)
