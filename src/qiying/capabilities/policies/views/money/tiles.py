"""What a treasurer's first page says: what is to pay, to release, to record today."""

from __future__ import annotations

from qiying.capabilities.policies.selectors.money import today_of
from qiying.capabilities.policies.views.money.common import MANAGE, todo_sentence
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.organisations.requests import ViewerRequest


def treasury(request: ViewerRequest) -> Tile | None:
    """Return the sentence of the day for whoever manages the money."""
    if not request.viewer.has(MANAGE):
        return None
    today = today_of(request.viewer)
    return Tile("policies/tiles/treasury.html", {"sentence": todo_sentence(today), "today": today})
