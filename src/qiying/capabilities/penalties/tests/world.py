"""The cast of penalties: a body that punishes, 司法局, an enterprise."""

from __future__ import annotations

from datetime import date

from django.apps import apps

from qiying.kernel.cases.tests.world import DESK, World, cast


class PenaltyWorld(World):
    """A district in which one unit punishes."""


def make_world() -> PenaltyWorld:
    """Return the cast; the market regulator stands in the published list of inspections."""
    world = PenaltyWorld(
        **cast(
            "处罚县",
            {
                "desk": DESK,
                "market": ("区市场监管局", ["handling", "enforcement"]),
                "sifa": ("区司法局", ["law_watch"]),
                "nobody": ("区商会", ["handling"]),
            },
            {
                "desk": ("小受", "desk", "desk"),
                "inspector": ("执法甲", "market", "inspector"),
                "leader": ("局长", "market", "leader"),
                "watcher": ("司法员", "sifa", "law_watcher"),
                "helper": ("协辅", "nobody", "inspector"),
                "admin": ("运维", "desk", "admin"),
            },
        )
    )
    apps.get_model("inspections", "Body")._default_manager.create(
        district=world.district, unit=world.units["market"], standing="authority", basis="法定职权",
        published_on=date(2024, 1, 1), valid_from=date(2024, 1, 1),
    )  # fmt: skip
    return world
