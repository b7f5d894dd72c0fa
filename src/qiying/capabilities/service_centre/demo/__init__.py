"""The service centre's story of the year: the hall first, then what the centre does beyond it."""

from qiying.capabilities.service_centre.demo import hall, matters
from qiying.kernel.cases.world import World

ORDER = hall.ORDER


def prepare(world: World) -> None:
    """Set up the hall, and the partner regions with their desks."""
    hall.prepare(world)
    matters.prepare(world)


def tell(world: World) -> None:
    """Tell of the queues, then of matters nobody accepted, agency, the alliance and licences that run out."""
    hall.tell(world)
    matters.tell(world)
