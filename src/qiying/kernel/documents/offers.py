"""Where certificates stand: the office's register, the holder's list on his home, the check for everybody."""

from __future__ import annotations

from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile
from qiying.kernel.organisations.requests import ViewerRequest


def way_in(request: ViewerRequest) -> Tile | None:
    """Return where an enterprise finds its certificates."""
    return Tile("documents/_certificates_tile.html") if request.viewer.enterprise_ids else None


offer_tile("certificates", 64, way_in)

offer_nav(
    "certificates",
    "证照登记簿",
    "documents:certificates",
    ("desk", "liaison", "handler", "leader", "supervisor", "admin", "discipline"),
    72,
    group="registers",
)
