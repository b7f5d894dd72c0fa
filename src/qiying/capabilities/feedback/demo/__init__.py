"""The demo's year of feedback: what enterprises were asked and said, how they were received and rated it."""

from __future__ import annotations

from qiying.capabilities.feedback.demo import ratings, receptions, surveys
from qiying.kernel.cases.world import World

ORDER = 60
APART = True


def tell(world: World) -> None:
    """Tell it all, part by part."""
    world.say("问卷 …")
    surveys.tell(world)
    world.say("预约接待、好差评 …")
    receptions.tell(world)
    ratings.tell(world)
