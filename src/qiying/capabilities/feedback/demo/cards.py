"""Windows with a code to be rated, cards with a code to speak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from qiying.capabilities.feedback.models import QrCard, ServicePlace
from qiying.capabilities.feedback.services.cards import card_save
from qiying.capabilities.feedback.services.ratings import place_save
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import World


def places_made(world: World, told: Mapping[str, Any]) -> dict[str, ServicePlace]:
    """Hang out the windows' codes at the year's beginning; return them by name."""
    found = {}
    for key, name, where in told["places"]:
        role = "desk" if key == "desk" else "liaison"
        values = {"unit": world.units[key].pk, "name": name, "place": where, "is_active": True}
        actor = world.viewers[f"{key}.{role}"]
        found[name] = place_save(place=None, actor=actor, values=values, now=world.start)
    return found


def cards_made(world: World, told: Mapping[str, Any]) -> None:
    """Make the cards, one of which has run out."""
    for key, role, kind, name, days, scans in told["cards"]:
        until = None if days is None else local_date(world.now + timedelta(days=days))
        made = min(world.now - timedelta(days=150), world.now)
        values = {"unit": world.units[key].pk, "kind": kind, "name": name, "valid_to": until}
        card = card_save(card=None, actor=world.viewers[f"{key}.{role}"], values=values, now=made)
        QrCard.objects.filter(pk=card.pk).update(scans=scans)  # a scan keeps nothing but its count
