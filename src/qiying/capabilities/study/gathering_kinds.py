"""Study sessions of a body, and trainings of service officers whose hours count."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.study.models import Topic
from qiying.kernel.gatherings.kinds import COURSE_PHASES, GatheringKind, RoleOf, declare_kind
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import GONE
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a session counts: who was there of who was expected, of a training also the person-minutes."""
    people = [a for a in gathering.attendees.all() if a.role == "learner" and a.state not in GONE]
    came = sum(a.checked_in_at is not None for a in people)
    minutes = int((gathering.ends_at - gathering.starts_at).total_seconds()) // 60
    if gathering.kind == "study_session":
        return {"sessions": 1, "expected": len(people), "came": came}
    return {"trainings": 1, "trained_of": len(people), "trained": came, "minutes": came * minutes}


def about(gathering: Gathering, viewer: Viewer, today: date) -> Tile | None:
    """Show which topic of which plan a session studies."""
    topic = Topic.objects.filter(gathering=gathering).select_related("plan").first()
    return Tile("study/_about.html", {"topic": topic}) if topic else None


for _code, _label, _signs_up in (
    ("study_session", "学习会", False),
    ("officer_training", "服务干部培训", True),
):
    declare_kind(
        GatheringKind(
            code=_code,
            label=_label,
            roles=(
                RoleOf("learner", "学的人", ("person",), has_substitutes=False, signs_up=_signs_up),
                RoleOf("lecturer", "讲的人", ("person", "unit")),
            ),
            phases=COURSE_PHASES,
            has_capacity=_signs_up,
            remind_days=1,
            organises="study.organise",
            sees="study.view",
            figures=figures,
            figures_as="study",
            panels=(about,),
        )
    )
