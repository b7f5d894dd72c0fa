"""The service card of somebody away from home: check-in in one tap, and what is needed at home into the one pool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.catalogue.models import AwayCard, AwayCheckIn
from qiying.capabilities.catalogue.selectors import own_card
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def card_save(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> AwayCard:
    """Take out one's card, or say where one is now; one card a person."""
    if actor.person_id is None or actor.district_id is None:
        raise NotPermitted("请先登录")
    home = Unit.objects.filter(
        pk=values["home_id"], district_id=actor.district_id, kind=UnitKind.TOWN
    ).first()
    refuse({} if home else {"home_id": ["没有这个镇街"]})
    kept = {name: values[name] for name in ("home_id", "place", "work", "family") if name in values}
    started = {"district_id": actor.district_id, "valid_from": local_date(now)}
    card, _ = AwayCard.objects.update_or_create(
        person_id=actor.person_id, valid_to__isnull=True, defaults=kept, create_defaults={**kept, **started}
    )
    row_noted(actor, "away_card_save", card, now, place=card.place)
    return card


def _mine(actor: Viewer) -> AwayCard:
    card = own_card(actor)
    if card is None:
        raise ActionNotAvailable("您还没有办卡，先办一张")
    return card


@transaction.atomic
def check_in(*, actor: Viewer, now: datetime) -> AwayCheckIn:
    """Say that all is well; twice on a day is once."""
    card, today = _mine(actor), local_date(now)
    word, _ = AwayCheckIn.objects.get_or_create(card=card, on=today, case=None, defaults={"at": now})
    AwayCard.objects.filter(pk=card.pk).update(last_on=today)
    return word


@transaction.atomic
def care_ask(*, actor: Viewer, text: str, now: datetime) -> Case:
    """Ask for something at home: a service request like any other, so that one pool has it and one clock runs."""
    card = _mine(actor)
    said = text.strip()
    refuse({} if len(said) >= 5 else {"text": ["至少写 5 个字"]})
    where = f"老家在{card.home.label}，人在{card.place}。{f'家里要照应的：{card.family}。' if card.family else ''}"
    told = {"text": f"{said}\n{where}", "title": said[:60], "place": card.home.label}
    case = case_start(procedure="service_request", actor=actor, data=told, now=now)
    AwayCheckIn.objects.create(card=card, on=local_date(now), text=said[:500], case=case, at=now)
    AwayCard.objects.filter(pk=card.pk).update(last_on=local_date(now))
    row_noted(actor, "away_ask", card, now, number=case.number)
    return case


@transaction.atomic
def card_end(*, actor: Viewer, now: datetime) -> AwayCard:
    """Give one's card back: one is home again."""
    card = _mine(actor)
    card.valid_to = local_date(now)
    card.save(update_fields=["valid_to"])
    row_noted(actor, "away_card_end", card, now)
    return card
