"""Writes of the queue: a number is taken, called, served, handed on, passed over, brought back, finished or given up.

Every write holds the hall's row first (`hall_touch`), so no two windows ever get the same number.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.service_centre.models import LIVE, Hall, Ticket, Window, Zone
from qiying.capabilities.service_centre.rules.queue import ticket_number
from qiying.capabilities.service_centre.selectors.hall import hall_open, next_open_words, zones_of
from qiying.capabilities.service_centre.selectors.tickets import (
    ahead_of,
    current_at,
    paces,
    queue_at,
    queue_of,
)
from qiying.capabilities.service_centre.services.hall import held
from qiying.capabilities.service_centre.services.noting import counted, hall_touch, noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.services.booking import booking_mark
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.served import service_ended
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer

State, Rank, Way = Ticket.State, Ticket.Rank, Ticket.Way
GUIDES = "service_centre.guide"
MISSED_DAYS = timedelta(days=30)
EARLY = timedelta(hours=1)
"""How long before its time a booking may be turned into a number."""


# --- taking a number -----------------------------------------------------------------------------
@transaction.atomic
def ticket_take(
    *,
    zone: Zone,
    way: str,
    actor: Viewer,
    now: datetime,
    phone: str = "",
    enterprise: Enterprise | None = None,
    matter: str = "",
    by_code: bool = False,
    priority: str = "",
) -> Ticket:
    """Take a number for a zone by enterprise or phone; the same party again gets the number it has.

    Raise `GuardFailed` by field; `priority` is the reason and for the guide desk alone.
    """
    hall = hall_touch(zone.district_id)
    plain = normalise_phone(phone)
    person = _person(actor, way, plain)
    fields: dict[str, list[str]] = {}
    if enterprise is None and person is None and not plain:
        fields["phone"] = ["请写手机号，或者出示企业码"]
    elif plain and (problem := phone_problem(plain)):
        fields["phone"] = [problem]
    if zone.kind != Zone.Kind.WINDOWS or not zone.is_active:
        fields["zone"] = ["这个专区不取号"]
    opening = hall_open(hall, now)
    if opening == "closed" and not actor.has(GUIDES):
        fields["zone"] = [f"现在不办公，{next_open_words(hall, now)}。可以先预约。"]
    refuse(fields)
    who: dict[str, Any] = {"enterprise": enterprise, "person": person, "phone": plain}
    party = _party(**who)
    known = Ticket.objects.filter(party, zone=zone, day=local_date(now), state__in=LIVE).first()
    if known is not None:
        return known
    if way in (Way.SELF, Way.PHONE):
        _not_missing_often(party, zone.district_id, now)
    if priority:
        require(actor, GUIDES)
    told = {"way": way, "matter": matter.strip()[:120], "by_code": by_code, "reason": priority.strip()[:100]}
    rank = Rank.PRIORITY if priority else Rank.ORDINARY
    return _taken(hall, zone, actor, now, rank=rank, is_off_hours=opening == "off", **who, **told)


def _person(actor: Viewer, way: str, phone: str) -> Person | None:
    """Return whose number it is: who takes it on his own phone, or who has this phone number."""
    if way == Way.PHONE and actor.person_id is not None:
        return Person.objects.get(pk=actor.person_id)
    return Person.objects.filter(phone=phone, is_active=True).first() if phone else None


def _party(*, enterprise: Enterprise | None, person: Person | None, phone: str) -> Q:
    """Return which numbers are this party's."""
    same = Q(phone=phone) if phone else Q(pk__in=[])
    if enterprise is not None:
        return same | Q(enterprise=enterprise)
    return same | Q(person=person, enterprise__isnull=True) if person is not None else same


def _not_missing_often(party: Q, district_id: int, now: datetime) -> None:
    """Who often took numbers and did not come takes them where somebody sees him."""
    today = local_date(now)
    most = int(parameter("hall.missed_most", district_id=district_id, on=today))
    missed = Ticket.objects.filter(party, state=State.MISSED, day__gt=today - MISSED_DAYS)
    if missed.count() >= most:
        raise GuardFailed([f"30 天里取了号没来 {most} 次，这次请到导办台取号"])


def _taken(hall: Hall, zone: Zone, actor: Viewer, now: datetime, **details: Any) -> Ticket:
    today = local_date(now)
    count = Ticket.objects.filter(
        district_id=hall.district_id, day=today, number__startswith=zone.letter
    ).count()
    row = Ticket.objects.create(
        district_id=hall.district_id, zone=zone, day=today, number=ticket_number(zone.letter, count + 1),
        token=secrets.token_urlsafe(16), taken_at=now, queued_at=now, **details,
    )  # fmt: skip
    near = int(parameter("hall.near", district_id=hall.district_id, on=today))
    if ahead_of(row) <= near:
        Ticket.objects.filter(pk=row.pk).update(is_told=True)
    counted(row, now, taken=1, by_code=int(row.by_code), off_hours=int(row.is_off_hours),
            booked=int(row.way == Way.BOOKED), priority=int(row.rank == Rank.PRIORITY))  # fmt: skip
    noted(actor, "ticket_take", row, now, zone=zone.name, way=row.get_way_display(), reason=row.reason)
    return row


@transaction.atomic
def ticket_arrive(*, booking: Booking, actor: Viewer, now: datetime) -> Ticket:
    """Turn a booking into a number on arrival, before those who just come; twice is the same number."""
    hall = hall_touch(booking.district_id)
    if (known := Ticket.objects.filter(booking=booking).first()) is not None:
        return known
    zone = zones_of(booking.district_id, Zone.Kind.WINDOWS).filter(
        pk=booking.bookable.subject.partition(":")[2] or 0
    )
    found = zone.first() if booking.bookable.kind == "hall" else None
    if found is None:
        raise ActionNotAvailable("这个预约不用取号，到时间直接去")
    if booking.state != Booking.State.BOOKED or booking.slot.day != local_date(now):
        raise ActionNotAvailable("只有今天约好的能取号；约的不是今天，或者已经取消了")
    if booking.slot.starts_at - now > EARLY:
        raise ActionNotAvailable("早了一点：开始前 1 小时内可以取号")
    worker = system_viewer("worker", district_id=booking.district_id)
    booking_mark(booking=booking, actor=worker, has_come=True, now=now, is_over=False)
    return _taken(
        hall, found, actor, now, rank=Rank.BOOKED, is_off_hours=hall_open(hall, now) == "off", way=Way.BOOKED,
        enterprise_id=booking.enterprise_id, person_id=booking.person_id, phone=booking.contact_phone,
        booking=booking, matter=booking.matter[:120],
    )  # fmt: skip


# --- at the window -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Step:
    """What an officer does to who stands at the window: in which states, what becomes of it, what is counted."""

    states: tuple[str, ...]
    to: str
    action: str
    stamp: str = ""  # the field that keeps when
    measure: str = ""
    leaves: bool = False  # the window is free again


STEPS = {
    "recall": Step((State.CALLED,), State.CALLED, "ticket_call", "called_at"),
    "start": Step((State.CALLED,), State.SERVING, "ticket_start", "started_at"),
    "finish": Step((State.SERVING,), State.DONE, "ticket_finish", "ended_at"),
    "pass": Step((State.CALLED,), State.PASSED, "ticket_pass", measure="passed", leaves=True),
    "hand": Step(
        (State.CALLED, State.SERVING), State.WAITING, "ticket_hand", "queued_at", "handed", leaves=True
    ),
}

MISSED = Step(LIVE, State.MISSED, "ticket_miss", "ended_at", "missed", leaves=True)


def _sitting(actor: Viewer, window: Window, now: datetime) -> Window:
    """Hold the hall and return the window, where this officer sits."""
    found = held(actor, window, now)
    if found.officer_id != actor.person_id:
        raise ActionNotAvailable("您还没有在这个窗口开窗" if not found.officer_id else "这个窗口现在是别人在")
    return found


@transaction.atomic
def ticket_step(
    *, actor: Viewer, window: Window, step: str, now: datetime, result: str = "", **changes: Any
) -> Ticket:
    """Call again, begin, finish or pass over who stands at the window; raise `ActionNotAvailable` in another state."""
    here, does = _sitting(actor, window, now), STEPS[step]
    ticket = current_at(here)
    if ticket is None:
        raise ActionNotAvailable("窗口前没有人，先叫下一位")
    if ticket.state not in does.states:
        raise ActionNotAvailable(f"{ticket.number} {ticket.get_state_display()}，现在不能这样做")
    return _stepped(ticket, does, actor, now, result=result.strip()[:200], **changes)


def _stepped(ticket: Ticket, does: Step, actor: Viewer, now: datetime, **changes: Any) -> Ticket:
    told = {"window": ticket.window.number if ticket.window else 0}
    ticket.state = does.to
    if does.stamp:
        setattr(ticket, does.stamp, now)
    if does.leaves:
        ticket.window, ticket.to_window = None, None
    ticket.calls += int(does.to == State.CALLED)
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.save()
    if does.measure:
        counted(ticket, now, **{does.measure: 1})
    if does.to == State.DONE:
        counted(ticket, now, served=1, served_off=int(ticket.is_off_hours))
        matter = f"{ticket.matter or ticket.zone.name} · {told['window']} 号窗口"
        service_ended(
            subject=ticket.subject, matter=matter, unit_id=ticket.unit_id or 0, district_id=ticket.district_id,
            at=now, party_key=ticket.party_key,
        )  # fmt: skip
    kept = {name: str(value) for name, value in changes.items() if name in ("result", "zone", "to_window")}
    noted(actor, does.action, ticket, now, **told, calls=ticket.calls, **kept)
    return ticket


@transaction.atomic
def ticket_hand(
    *, actor: Viewer, window: Window, now: datetime, zone: Zone, to: Window | None = None, reason: str = ""
) -> Ticket:
    """Hand who is being served to another window or zone: first there, without queueing again."""
    fields: dict[str, list[str]] = {}
    if zone.district_id != window.district_id or zone.kind != Zone.Kind.WINDOWS or not zone.is_active:
        fields["zone"] = ["没有这个专区"]
    if to is not None and (to.zone_id != zone.pk or not to.is_active or to.pk == window.pk):
        fields["to"] = ["请选这个专区里另一个在用的窗口"]
    refuse(fields)
    current = current_at(window)
    hands = current.hands + 1 if current else 1
    moved = {
        "zone": zone,
        "to_window": to,
        "rank": Rank.HANDED,
        "hands": hands,
        "started_at": None,
        "is_told": True,
    }
    return ticket_step(actor=actor, window=window, step="hand", now=now, result=reason, **moved)


@transaction.atomic
def ticket_call_next(*, actor: Viewer, window: Window, now: datetime) -> Ticket | None:
    """Call the next one; who is being served is finished with it. None when nobody waits.

    Raise `ActionNotAvailable` while somebody who was called has not come yet.
    """
    here = _sitting(actor, window, now)
    if here.pause:
        raise ActionNotAvailable("窗口暂停着，先恢复叫号")
    current = current_at(here)
    if current is not None and current.state == State.CALLED:
        raise ActionNotAvailable(f"{current.number} 叫了还没来，先按“开始办”或“过号”")
    if current is not None:
        _stepped(current, STEPS["finish"], actor, now)
    chosen = queue_at(here, local_date(now)).select_related("zone").first()
    return _called(chosen, here, actor, now) if chosen is not None else None


@transaction.atomic
def ticket_call(*, actor: Viewer, window: Window, ticket: Ticket, now: datetime) -> Ticket:
    """Call a certain waiting or passed number of this window's zone out of turn; the audit keeps who did."""
    here = _sitting(actor, window, now)
    if current_at(here) is not None:
        raise ActionNotAvailable("窗口前还有人，办完再叫")
    found = Ticket.objects.select_related("zone").get(pk=ticket.pk)
    if found.state not in (State.WAITING, State.PASSED) or found.day != local_date(now):
        raise ActionNotAvailable(f"{found.number} {found.get_state_display()}，叫不了")
    if found.zone_id != here.zone_id:
        raise ActionNotAvailable(f"{found.number} 是别的专区的")
    return _called(found, here, actor, now)


def _called(ticket: Ticket, window: Window, actor: Viewer, now: datetime) -> Ticket:
    """Take a ticket to a window; the first call ends its waiting, and the next ones are told they are near."""
    is_first = ticket.calls == 0
    ticket.state, ticket.window, ticket.unit_id = State.CALLED, window, window.unit_id
    ticket.officer_id, ticket.called_at, ticket.calls = actor.person_id, now, ticket.calls + 1
    ticket.save()
    if is_first:
        waited = int((now - ticket.taken_at).total_seconds() // 60)
        most = int(parameter("hall.wait_minutes", district_id=ticket.district_id, on=ticket.day))
        counted(ticket, now, called=1, in_time=int(waited <= most), waited=waited)
    noted(actor, "ticket_call", ticket, now, window=window.number, calls=ticket.calls)
    called = _spec(ticket, "ticket_called", f"{ticket.pk}:{ticket.hands}", window=window.number)
    specs = [s for s in (called, *_near(ticket.zone, now)) if s is not None]
    notices_queue(specs, district_id=ticket.district_id, at=now)
    return ticket


def _spec(ticket: Ticket, template: str, key: str, **context: Any) -> NoticeSpec | None:
    """Return what a ticket's party is told; who has no account sees it on the screens and hears it."""
    if not ticket.party_key:
        return None
    told, url = {"number": ticket.number, "zone": ticket.zone.name, **context}, f"/hall/t/{ticket.token}/"
    return NoticeSpec(template, ticket.party_key, ticket.subject, f"{template}:{key}", told, url)


def _near(zone: Zone, now: datetime) -> list[NoticeSpec | None]:
    """Return what those are told who have so few before them that they should come (three, by parameter); once."""
    today = local_date(now)
    near = int(parameter("hall.near", district_id=zone.district_id, on=today))
    first = list(queue_of(zone.pk, today).select_related("zone")[: near + 1])
    told = [(ahead, t) for ahead, t in enumerate(first) if not t.is_told]
    if not told:
        return []
    Ticket.objects.filter(pk__in=[t.pk for _, t in told]).update(is_told=True)
    pace = paces([zone], today)[zone.pk]
    return [_spec(t, "ticket_near", str(t.pk), ahead=ahead, words=pace.words(ahead)) for ahead, t in told]


# --- at the guide desk ---------------------------------------------------------------------------
def _again(ticket: Ticket, *states: str) -> Ticket:
    """Hold the hall and read a ticket again; raise `ActionNotAvailable` when it is in none of the states."""
    hall_touch(ticket.district_id)
    found = Ticket.objects.select_related("zone").get(pk=ticket.pk)
    if found.state not in states:
        raise ActionNotAvailable(f"{found.number} {found.get_state_display()}，不用再改")
    return found


@transaction.atomic
def ticket_priority(*, actor: Viewer, ticket: Ticket, reason: str, now: datetime) -> Ticket:
    """Put somebody before the others with a reason, which the audit keeps."""
    require(actor, GUIDES)
    if len(reason.strip()) < 2:
        refuse({"reason": ["请写为什么优先：老人、孕妇、外地赶来的……"]})
    found = _again(ticket, State.WAITING)
    found.rank, found.reason = max(found.rank, Rank.PRIORITY), reason.strip()[:100]
    found.save(update_fields=["rank", "reason"])
    counted(found, now, priority=1)
    noted(actor, "ticket_priority", found, now, reason=found.reason)
    return found


@transaction.atomic
def ticket_back(*, actor: Viewer, ticket: Ticket, now: datetime) -> Ticket:
    """Let somebody who was passed over come again after the next few (three, by parameter)."""
    require(actor, GUIDES)
    found, today = _again(ticket, State.PASSED), local_date(now)
    if found.day != today:
        raise ActionNotAvailable("不是今天的号，请重新取号")
    after = int(parameter("hall.back_after", district_id=found.district_id, on=today))
    before = list(queue_of(found.zone_id, today)[:after])
    found.state, found.queued_at = State.WAITING, now
    if before:
        found.rank, found.queued_at = before[-1].rank, before[-1].queued_at + timedelta(microseconds=1)
    found.save(update_fields=["state", "rank", "queued_at"])
    noted(actor, "ticket_back", found, now, after=len(before))
    return found


@transaction.atomic
def ticket_leave(*, actor: Viewer, ticket: Ticket, now: datetime, is_own: bool = False) -> Ticket:
    """Give a number up: by whoever holds it, or at the guide desk for him."""
    if not is_own:
        require(actor, GUIDES)
    found = _again(ticket, State.WAITING, State.PASSED)
    found.state, found.ended_at = State.LEFT, now
    found.save(update_fields=["state", "ended_at"])
    noted(actor, "ticket_leave", found, now)
    return found


def day_close(now: datetime) -> None:
    """Note of earlier days who never came, close windows left open; what was being served counts as done (worker)."""
    worker = system_viewer("worker")
    left = Ticket.objects.filter(day__lt=local_date(now), state__in=LIVE).select_related("zone", "window")
    for ticket in left[:2000]:
        with transaction.atomic():
            hall_touch(ticket.district_id)
            does = STEPS["finish"] if ticket.state == State.SERVING else MISSED
            _stepped(ticket, does, worker, now)
    open_before = Window.objects.filter(officer__isnull=False, opened_at__lt=now - timedelta(hours=14))
    open_before.update(officer=None, opened_at=None, pause="")
