"""The demo's year of feedback: what enterprises were asked and said."""

from __future__ import annotations

from qiying.capabilities.feedback.demo import surveys
from qiying.kernel.cases.world import World

ORDER = 60


def tell(world: World) -> None:
    """Tell it all, part by part."""
    world.say("问卷 …")
    surveys.tell(world)
