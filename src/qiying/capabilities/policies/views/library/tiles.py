"""What the home pages show of policies: what can be had now, one that is nearly met, one number to tell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count

from qiying.capabilities.policies.forms.calculator import fact_field
from qiying.capabilities.policies.models import CounterSession
from qiying.capabilities.policies.selectors.own import Own
from qiying.capabilities.policies.views.library.common import miss_card, own_of, standing_card
from qiying.capabilities.policies.views.library.mine import ask_card
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words

SHOWN = 3
NEWS_DAYS = 60


def home(request: ViewerRequest) -> Tile | None:
    """Return the acting enterprise's policies: three it can have, one nearly met, one number to tell."""
    own = own_of(request)
    if own is None:
        return Tile("policies/tiles/nobody.html")
    if not own.shelf.published:
        return None
    eligible = own.eligible
    ask = next(iter(own.asks(1)), None)
    near = next(iter(own.near(1)), None)
    return Tile(
        "policies/tiles/home.html",
        {
            "eligible": [standing_card(s, request.today) for s in eligible[:SHOWN]],
            "count": len(eligible),
            "amount": money_words(own.sum.fen) if own.sum.fen else "",
            "near": miss_card(near) if near else None,
            "ask": ask_card(ask, fact_field(ask.indicator), request) if ask else None,
            "paid": _arrived(own, request),
            "total": len(own.shelf.published),
        },
    )


def _arrived(own: Own, request: ViewerRequest) -> list[dict[str, Any]]:
    """Return money that came lately."""
    since = request.today - timedelta(days=NEWS_DAYS)
    return [
        {"name": a.policy.name, "fen": a.paid_fen, "on": a.paid_on}
        for a in own.applied
        if a.paid_on is not None and a.paid_on >= since and a.paid_fen
    ][:2]


def counter(request: ViewerRequest) -> Tile | None:
    """Return the officer's own runs at the counter this month."""
    if not request.viewer.has("policies.counter") or not request.viewer.has_role("desk"):
        return None
    rows = CounterSession.objects.filter(
        officer_id=request.viewer.person_id or 0,
        month=request.today.replace(day=1),
        ended_at__isnull=False,
    )
    found = rows.aggregate(n=Count("pk"), minutes=Avg("minutes"))
    minutes = found["minutes"]
    context = {"count": found["n"], "minutes": f"{minutes:.1f}" if minutes is not None else ""}
    return Tile("policies/tiles/counter.html", context)
