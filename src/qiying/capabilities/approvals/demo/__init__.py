"""A year of approvals in the demo district: the catalogue first, then what was applied for."""

from qiying.capabilities.approvals.demo import applications, catalogue
from qiying.kernel.cases.world import World

ORDER = 45


def tell(world: World) -> None:
    """Tell what the catalogue holds and how it was used, then what was applied for."""
    catalogue.tell(world)
    applications.tell(world)
