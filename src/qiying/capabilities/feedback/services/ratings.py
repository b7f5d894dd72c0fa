"""Asking for a rating, taking one, opening what a bad one needs. Voluntary: nobody is asked twice about a service."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiying.capabilities.feedback.models import RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.rules.ratings import tags_kept
from qiying.capabilities.feedback.services.cards import code_draw
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.notices.services import Done, NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.rows import row_filled
from qiying.statutes.service_rating import is_bad


@transaction.atomic
def place_save(
    *, place: ServicePlace | None, actor: Viewer, values: Mapping[str, Any], now: datetime
) -> ServicePlace:
    """Set up a window or an item of one's own unit to be rated; raise `GuardFailed` by field."""
    if not actor.is_system:
        require(actor, "feedback.places")
    was = place.unit_id if place else None
    row = row_filled(place or ServicePlace(code=code_draw()), values, "unit", "name", "place", "is_active")
    unit = Unit.objects.filter(pk=row.unit_id, is_active=True).first()
    fields: dict[str, list[str]] = {}
    if unit is None or not (actor.is_system or {row.unit_id, was or row.unit_id} <= actor.unit_ids):
        fields["unit"] = ["只能设自己单位的窗口"]
    if ServicePlace.objects.filter(unit_id=row.unit_id, name=row.name).exclude(pk=row.pk).exists():
        fields["name"] = [f"本单位已经有“{row.name}”"]
    refuse(fields)
    assert unit is not None
    row.district_id = unit.district_id
    row.save()
    row_noted(actor, "feedback.place_save", row, now, name=row.name, place=row.place, is_active=row.is_active)
    return row


def rating_place(*, unit_id: int, name: str, where: str, now: datetime) -> str:
    """Return the path to print on a window; a window of another capability gets its place by its name.

    Empty where its unit has ended that place.
    """
    unit = Unit.objects.get(pk=unit_id)
    place = ServicePlace.objects.filter(unit=unit, name=name).first()
    if place is not None and not place.is_active:
        return ""  # the unit took its code down
    if place is None or place.place != where:
        program = system_viewer("worker", district_id=unit.district_id)
        values = {"unit": unit, "name": name, "place": where, "is_active": True}
        place = place_save(place=place, actor=program, values=values, now=now)
    return reverse("feedback:rate_place", args=[place.code])


@transaction.atomic
def rating_ask(
    *, district_id: int, unit_id: int, subject: str, matter: str, party_key: str, now: datetime
) -> RatingInvitation | None:
    """Ask who was served once; None when he was asked about this already."""
    today = local_date(now)
    days = int(parameter("rating.open_days", district_id=district_id, on=today))
    values = {
        "district_id": district_id,
        "unit_id": unit_id,
        "matter": matter[:120],
        "token": secrets.token_urlsafe(32),
        "ended_on": today,
        "expires_on": today + timedelta(days=days),
    }
    row, is_new = RatingInvitation.objects.get_or_create(
        subject=subject, party_key=party_key, defaults=values
    )
    if not is_new:
        return None
    if not party_key.startswith(("p:", "e:")):
        return row  # nobody to tell: the link stands on the page of what was done
    until = f"{row.expires_on.month}月{row.expires_on.day}日"
    spec = NoticeSpec(
        template="rating_wanted",
        to=party_key,
        subject=f"rating:{row.pk}",
        dedupe_key=f"rating:{row.pk}",
        context={"matter": row.matter, "until": until},
        url=f"/rate/{row.token}/",
    )
    notices_queue([spec], district_id=district_id, at=now)
    return row


def service_ended(payload: Mapping[str, Any], now: datetime) -> None:
    """A service ended somewhere: ask whoever was served (event `service_ended`)."""
    names = ("district_id", "unit_id", "subject", "matter", "party_key")
    rating_ask(**{name: payload[name] for name in names}, now=now)


@transaction.atomic
def rating_give(
    *,
    invitation: RatingInvitation,
    level: int,
    tags: Sequence[str],
    text: str,
    viewer: Viewer,
    now: datetime,
) -> ServiceRating:
    """Rate a service one was asked about, once; raise `ActionNotAvailable` for a second time or too late."""
    row = RatingInvitation.objects.select_for_update().get(pk=invitation.pk)
    if row.used_at is not None:
        raise ActionNotAvailable("这件事您已经评过了，谢谢。一件事只评一次。")
    if row.expires_on < local_date(now):
        raise ActionNotAvailable("已经过了评价的时间。有话想说，可以直接提诉求。")
    row.used_at = now
    row.save(update_fields=["used_at"])
    kind, _, number = row.party_key.partition(":")
    way = ServiceRating.Way.ONLINE if viewer.is_authenticated else ServiceRating.Way.LINK
    rating = _kept(
        district_id=row.district_id,
        unit_id=row.unit_id,
        invitation=row,
        subject=row.subject,
        matter=row.matter,
        way=way,
        level=level,
        tags=tags,
        text=text,
        person_id=int(number) if kind == "p" else viewer.person_id,
        enterprise_id=int(number) if kind == "e" else None,
        now=now,
    )
    done = Done(f"rating:{row.pk}", (row.party_key,), f"rated:{row.pk}")
    notices_queue([], district_id=row.district_id, at=now, done=done)
    return rating


@transaction.atomic
def rating_at(
    *,
    place: ServicePlace,
    level: int,
    tags: Sequence[str],
    text: str,
    phone: str,
    viewer: Viewer,
    now: datetime,
) -> ServiceRating:
    """Rate a window by its code, with or without a telephone number; raise `GuardFailed` by field."""
    plain = normalise_phone(phone)
    if plain and (problem := phone_problem(plain)):
        raise GuardFailed([problem], {"phone": [problem]})
    return _kept(
        district_id=place.district_id,
        unit_id=place.unit_id,
        place=place,
        matter=place.name,
        way=ServiceRating.Way.WINDOW,
        level=level,
        tags=tags,
        text=text,
        contact_phone=plain,
        person_id=viewer.person_id,
        now=now,
    )


@transaction.atomic
def service_rated(payload: Mapping[str, Any], now: datetime) -> None:
    """A procedure asked for the rating itself (event `service_rated`); one a case, the last word of it counts."""
    case = Case.objects.filter(number=payload["case"]).first()
    if case is None:
        return
    level = int(payload["level"])
    known = ServiceRating.objects.filter(subject=f"case:{case.number}", way="procedure").first()
    if known is not None:
        known.level, known.given_at, known.given_on = level, now, local_date(now)
        if is_bad(level) and not case.is_open and known.case_id is None:
            known.case = _opened(known, now)
        known.save(update_fields=["level", "given_at", "given_on", "case"])
        return
    _kept(
        district_id=case.district_id,
        unit_id=int(payload["unit_id"]),
        subject=f"case:{case.number}",
        matter=case.title[:120],
        way=ServiceRating.Way.PROCEDURE,
        level=level,
        tags=(),
        text="",  # what was said there is kept there, erasable
        person_id=payload.get("person_id"),
        enterprise_id=case.enterprise_id,
        now=now,
        opens=not case.is_open,
    )


def _kept(
    *, level: int, tags: Sequence[str], text: str, now: datetime, opens: bool = True, **values: Any
) -> ServiceRating:
    """Store a rating; a bad one opens its procedure unless its service goes on anyway."""
    if level not in range(1, 6):
        raise GuardFailed(["请选满意程度"], {"level": ["请选满意程度"]})
    rating = ServiceRating.objects.create(
        level=level,
        tags=tags_kept(list(tags), level),
        text=text.strip()[:500],
        given_at=now,
        given_on=local_date(now),
        **values,
    )
    if is_bad(level) and opens:
        rating.case = _opened(rating, now)
        rating.save(update_fields=["case"])
    return rating


def _opened(rating: ServiceRating, now: datetime) -> Case:
    asker = f"e:{rating.enterprise_id}" if rating.enterprise_id else ""
    if not asker and rating.person_id:
        asker = f"p:{rating.person_id}"
    data = {
        "unit_id": rating.unit_id,
        "lead_id": _who_verifies(rating.district_id, rating.unit_id),
        "supervision_ids": units_with(rating.district_id, "supervision"),
        "asker_key": asker,
        "is_named": rating.is_named,
        "matter": rating.matter,
    }
    actor = system_viewer("worker", district_id=rating.district_id)
    return case_open(procedure="bad_rating", actor=actor, data=data, now=now, district_id=rating.district_id)


def _who_verifies(district_id: int, rated: int) -> int:
    """Return who calls back: the call-back unit, the desk, or supervision; the rated one only where it is alone."""
    found = [u for name in ("callback", "desk", "supervision") for u in units_with(district_id, name)]
    return next((u for u in found if u != rated), rated)


def phone_look(*, rating: ServiceRating, actor: Viewer, now: datetime) -> None:
    """Note that somebody looked at the whole number of who rated."""
    assert rating.case is not None
    number = rating.case.number
    record_act(
        actor=actor, action="feedback.phone_look", subject=f"case:{number}", data={"case": number}, at=now,
        district_id=rating.district_id,
    )  # fmt: skip
