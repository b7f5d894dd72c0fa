"""The reservoir of the demo: three pollutants taken in, some reserved for projects the office takes part in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from qiying.capabilities.quotas.models import Pool
from qiying.capabilities.quotas.services import pool_keep, quota_reserve, quota_take_in, quota_use
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.world import World, told_in

ORDER = 95
APART = True
UNIT = "shengtai"
TOLD = told_in(Path(__file__).with_suffix(".yaml"))


def tell(world: World) -> None:
    """Take in a year ago, reserve and use lately."""
    keeper, at = world.viewers[f"{UNIT}.handler"], world.start + timedelta(days=20)
    pools = {}
    for pollutant, amount, document, memo in TOLD["pools"]:
        values = {"pollutant": pollutant, "unit": world.units[UNIT], "source": document}
        pools[pollutant] = pool_keep(
            actor=keeper, model=Pool, row=None, values=values, names=list(values), now=at
        )
        given = {"amount": Decimal(amount), "document": document, "memo": memo, "now": at}
        world.fitting(
            lambda pool, more: quota_take_in(actor=keeper, pool=pool, **more), pools[pollutant], given
        )
    numbers = cases_visible_to(keeper).filter(procedure="project", is_open=True).order_by("pk")
    for (pollutant, amount, document), number in zip(
        TOLD["reservations"], numbers.values_list("number", flat=True), strict=False
    ):
        world.fitting(_hold, world, pools[pollutant], number, amount, document)


def _hold(world: World, pool: Pool, number: str, amount: str, document: str) -> None:
    keeper, at = world.viewers[f"{UNIT}.handler"], world.lately(9)
    row = quota_reserve(actor=keeper, pool=pool, number=number, amount=Decimal(amount), now=at)
    if document:
        quota_use(actor=keeper, reservation=row, amount=Decimal(amount), document=document, now=at)
