"""Booking, moving, cancelling and marking; the places of a slot are counted by the database, never over."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from qiying.kernel.audit.clock import local_date
from qiying.kernel.bookings.models import Bookable, Booking, Feed, Slot
from qiying.kernel.bookings.selectors import (
    bookables_for,
    free_words,
    in_use,
    may_receive,
    offers_of,
    rule_of,
    time_words,
    too_late,
)
from qiying.kernel.bookings.services.telling import noted, tell, tell_receiver
from qiying.kernel.bookings.slots import SlotTime
from qiying.kernel.cases.served import service_ended
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer

LIMIT_DAYS, MISSED_DAYS, MISSED_MOST, QUEUE_MOST = 30, 90, 3, 20


_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread over the phone


@transaction.atomic
def booking_make(
    *,
    bookable: Bookable,
    starts_at: datetime,
    actor: Viewer,
    matter: str,
    contact_name: str,
    contact_phone: str,
    now: datetime,
    enterprise_id: int | None = None,
    may_wait: bool = False,
) -> Booking:
    """Take a place, or with `may_wait` a place in the queue; raise `GuardFailed` with every reason by field.

    Who receives may book for an enterprise that calls; anybody else books for himself and his own enterprises.
    """
    bookable = _locked(bookable)
    receives = may_receive(actor, bookable)
    if not receives and not bookables_for(actor, local_date(now)).filter(pk=bookable.pk).exists():
        raise NotPermitted("这里不能自己约，请打服务台电话")
    if enterprise_id is not None and not receives and enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("您不能替这家企业约")
    person_id = None if receives else actor.person_id
    phone = normalise_phone(contact_phone)
    fields: dict[str, list[str]] = {}
    if not matter.strip():
        fields["matter"] = ["请写一句要谈什么事，接待的人好准备"]
    if not contact_name.strip():
        fields["contact_name"] = ["请写谁来"]
    if problem := phone_problem(phone):
        fields["contact_phone"] = [problem]
    found = _time(bookable, starts_at, now)
    if isinstance(found, str):
        fields["starts_at"] = [found]
    elif why := _limit(bookable, enterprise_id, person_id, found, now, receives=receives):
        fields["starts_at"] = [why]
    refuse(fields)
    assert isinstance(found, SlotTime)
    return _placed(
        bookable, found, actor, now, may_wait=may_wait, enterprise_id=enterprise_id, person_id=person_id,
        contact_name=contact_name.strip()[:40], contact_phone=phone, matter=matter.strip()[:300],
    )  # fmt: skip


def _locked(bookable: Bookable) -> Bookable:
    """Read again under a lock: two who take the last place, or one who books while the day is closed, queue here."""
    return Bookable.objects.select_for_update().get(pk=bookable.pk)


def _time(bookable: Bookable, starts_at: datetime, now: datetime) -> SlotTime | str:
    """Return the time that begins then, or why there is none."""
    if not in_use(Bookable.objects.filter(pk=bookable.pk), local_date(now)).exists():
        return "这里已经停用，不能约了"
    offers = offers_of(bookable, now)
    chosen = next((o.time for o in offers if o.time.starts_at == starts_at), None)
    if chosen is None:
        free = free_words(offers)
        return "没有这个时间" + (f"，最近可以约的是{free}" if free else "，现在没有可约的时间")
    return too_late(bookable, chosen, now) or chosen


def _limit(
    bookable: Bookable,
    enterprise_id: int | None,
    person_id: int | None,
    time: SlotTime,
    now: datetime,
    *,
    receives: bool,
) -> str:
    """Return why this party may not take a time of its own, in words, or nothing."""
    who = {"enterprise_id": enterprise_id} if enterprise_id else {"person_id": person_id, "enterprise": None}
    if not enterprise_id and person_id is None:
        return ""
    live = Booking.objects.filter(**who, state__in=(Booking.State.BOOKED, Booking.State.WAITING))
    same = live.filter(slot__starts_at__lt=time.ends_at, slot__ends_at__gt=time.starts_at)
    if (other := same.select_related("slot", "bookable").first()) is not None:
        return f"这个时间您已经约了{other.bookable.name}（{time_words(other.slot.starts_at)}）"
    if receives:
        return ""
    if most := rule_of(bookable, "per_day", local_date(now)):
        same_day = Booking.objects.filter(**who, bookable__kind=bookable.kind, slot__day=time.day)
        if same_day.exclude(state=Booking.State.CANCELLED).count() >= most:
            return f"一天只能约 {most} 次，您这天已经约了；要改时间，请在原来的预约里改"
    used = Booking.objects.filter(**who, bookable=bookable).exclude(state=Booking.State.CANCELLED)
    near = timedelta(days=LIMIT_DAYS)
    span = (time.starts_at - near, time.starts_at + near)
    if bookable.per_month and used.filter(slot__starts_at__range=span).count() >= bookable.per_month:
        return f"这里一家企业 {LIMIT_DAYS} 天内最多约 {bookable.per_month} 次，您已经约满了"
    missed = Booking.objects.filter(
        **who, state=Booking.State.MISSED, slot__starts_at__gte=now - timedelta(days=MISSED_DAYS)
    )
    if missed.count() >= MISSED_MOST:
        return f"{MISSED_DAYS} 天内约了没来满 {MISSED_MOST} 次，暂时不能自己约，请打服务台电话"
    return ""


def _placed(
    bookable: Bookable, time: SlotTime, actor: Viewer, now: datetime, *, may_wait: bool, **details: Any
) -> Booking:
    values = {"ends_at": time.ends_at, "day": time.day, "capacity": bookable.capacity}
    slot, _ = Slot.objects.get_or_create(bookable=bookable, starts_at=time.starts_at, defaults=values)
    state = Booking.State.BOOKED if _seat(slot, bookable) else Booking.State.WAITING
    if state == Booking.State.WAITING and not may_wait:
        free = free_words(offers_of(bookable, now))
        why = "这个时间刚刚约满了" + (f"，最近还有{free}，也可以排队候补" if free else "，可以排队候补")
        raise GuardFailed([why], {"starts_at": [why]})
    queue = Booking.objects.filter(slot=slot, state=Booking.State.WAITING).count()
    if state == Booking.State.WAITING and queue >= QUEUE_MOST:
        why = f"候补已经排了 {QUEUE_MOST} 家，请换一个时间"
        raise GuardFailed([why], {"starts_at": [why]})
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                district_id=bookable.district_id, bookable=bookable, slot=slot, code=_code(), state=state,
                made_by_name=actor.name, made_at=now, **details,
            )  # fmt: skip
    except IntegrityError:
        why = "这个时间您已经约过了"
        raise GuardFailed([why], {"starts_at": [why]}) from None
    at = time_words(slot.starts_at)
    noted(actor, "bookings.make", booking.subject, booking.district_id, now,
           booking=booking.code, starts_at=at, state=booking.get_state_display())  # fmt: skip
    if state == Booking.State.BOOKED:
        tell(booking, "booking_made", now)
        tell_receiver(booking, "booking_received", now)
    return booking


def _seat(slot: Slot, bookable: Bookable) -> bool:
    """Take one place by compare and set; false when all are taken, or when somebody waits for one already."""
    if slot.capacity != bookable.capacity and slot.taken <= bookable.capacity:
        Slot.objects.filter(pk=slot.pk, taken__lte=bookable.capacity).update(capacity=bookable.capacity)
    if Booking.objects.filter(slot=slot, state=Booking.State.WAITING).exists():
        return False
    return bool(Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1))


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


@transaction.atomic
def booking_cancel(*, booking: Booking, actor: Viewer, reason: str, now: datetime) -> Booking:
    """Give a place back; the first in the queue gets it. Who receives has to say why."""
    booking = _again(booking)
    receives = _party(booking, actor)
    if not booking.is_live:
        raise ActionNotAvailable(f"这个预约{booking.get_state_display()}，不用再取消")
    if booking.has_begun(now):
        raise ActionNotAvailable("时间已经到了，不能再取消；来不了请打电话说一声")
    _in_time(booking, receives, now)
    if receives and not reason.strip():
        raise GuardFailed(["请写原因，约的企业会看到"], {"reason": ["请写原因，约的企业会看到"]})
    booking_end(booking, Booking.State.CANCELLED, actor, reason, now)
    noted(
        actor,
        "bookings.cancel",
        booking.subject,
        booking.district_id,
        now,
        booking=booking.code,
        reason=reason,
    )
    if receives:
        tell(booking, "booking_cancelled", now, reason=reason.strip())
    else:
        tell_receiver(booking, "booking_gone", now, reason=reason.strip())
    return booking


def _in_time(booking: Booking, receives: bool, now: datetime) -> None:
    """Who comes gives a place back while somebody else can still take it."""
    hours = 0 if receives else rule_of(booking.bookable, "cancel_hours", local_date(now))
    if hours and booking.slot.starts_at - now < timedelta(hours=hours):
        raise ActionNotAvailable(f"开始前 {hours} 小时内不能取消或改时间，来不了请打服务台电话说一声")


@transaction.atomic
def booking_move(*, booking: Booking, starts_at: datetime, actor: Viewer, now: datetime) -> Booking:
    """Take another time of the same and give the old one back, both or neither; return the new booking."""
    booking = _again(booking)
    receives = _party(booking, actor)
    if not booking.is_live or booking.has_begun(now):
        raise ActionNotAvailable("这个预约已经结束，请重新约一个")
    _in_time(booking, receives, now)
    bookable = _locked(booking.bookable)
    found = _time(bookable, starts_at, now)
    if isinstance(found, str):
        raise GuardFailed([found], {"starts_at": [found]})
    if found.starts_at == booking.slot.starts_at:
        raise GuardFailed(["就是现在的时间，没有改"], {"starts_at": ["就是现在的时间，没有改"]})
    was = time_words(booking.slot.starts_at)
    booking_end(booking, Booking.State.CANCELLED, actor, "改到别的时间", now, refill=False)
    new = _placed(
        bookable, found, actor, now, may_wait=False, enterprise_id=booking.enterprise_id, person_id=booking.person_id,
        contact_name=booking.contact_name, contact_phone=booking.contact_phone, matter=booking.matter,
    )  # fmt: skip
    booking.moved_to = new
    booking.save(update_fields=["moved_to"])
    _promote(booking.slot, now)
    noted(actor, "bookings.move", new.subject, new.district_id, now,
           booking=new.code, was=was, starts_at=time_words(found.starts_at))  # fmt: skip
    return new


@transaction.atomic
def booking_mark(
    *, booking: Booking, actor: Viewer, has_come: bool, now: datetime, is_over: bool = True
) -> Booking:
    """Note that they came or did not; only who receives, from the beginning of the slot on, and once corrected.

    A program may note it too. Who came is asked to rate it unless the service only begins (`is_over`).
    """
    booking = _again(booking)
    if not actor.is_system and not may_receive(actor, booking.bookable):
        raise NotPermitted("只有接待的单位能登记")
    if booking.state not in (Booking.State.BOOKED, Booking.State.ATTENDED, Booking.State.MISSED):
        raise ActionNotAvailable(f"这个预约{booking.get_state_display()}，不能登记来没来")
    if not has_come and not booking.has_begun(now):
        raise ActionNotAvailable("时间还没到，不能登记没来")
    booking.state = Booking.State.ATTENDED if has_come else Booking.State.MISSED
    booking.ended_at, booking.ended_by_name = now, actor.name
    booking.save(update_fields=["state", "ended_at", "ended_by_name"])
    noted(actor, "bookings.mark", booking.subject, booking.district_id, now,
           booking=booking.code, state=booking.get_state_display())  # fmt: skip
    if has_come and is_over and booking.party_key:
        service_ended(
            subject=booking.subject,
            matter=booking.bookable.name,
            unit_id=booking.bookable.unit_id,
            district_id=booking.district_id,
            at=now,
            party_key=booking.party_key,
        )
    return booking


def booking_reveal(*, booking: Booking, actor: Viewer, now: datetime) -> str:
    """Return the whole number of who comes, for who receives him; every look leaves an audit row."""
    if not may_receive(actor, booking.bookable):
        raise NotPermitted("只有接待的单位能看完整手机号")
    noted(actor, "bookings.reveal", booking.subject, booking.district_id, now, booking=booking.code)
    return booking.contact_phone


@transaction.atomic
def feed_take(*, person_id: int, now: datetime) -> Feed:
    """Give a person a new secret calendar address; the old one stops working."""
    values = {"token": secrets.token_urlsafe(32), "made_at": now}
    feed, _ = Feed.objects.update_or_create(person_id=person_id, defaults=values)
    return feed


def _again(booking: Booking) -> Booking:
    """Read a booking again under a lock, so that of two who act at once the second sees what the first did."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related("slot", "bookable", "enterprise")
    return rows.get(pk=booking.pk)


def _party(booking: Booking, actor: Viewer) -> bool:
    """Tell whether the actor is who receives; raise `NotPermitted` when he is neither side."""
    if may_receive(actor, booking.bookable):
        return True
    if booking.person_id == actor.person_id or booking.enterprise_id in actor.enterprise_ids:
        return False
    raise NotPermitted("这不是您的预约")


def booking_end(
    booking: Booking, state: str, actor: Viewer, reason: str, now: datetime, *, refill: bool = True
) -> None:
    had_place = booking.state == Booking.State.BOOKED
    booking.state, booking.reason = state, reason.strip()[:200]
    booking.ended_at, booking.ended_by_name = now, actor.name
    booking.save(update_fields=["state", "reason", "ended_at", "ended_by_name"])
    if had_place:
        Slot.objects.filter(pk=booking.slot_id, taken__gt=0).update(taken=F("taken") - 1)
    if had_place and refill:
        _promote(booking.slot, now)


def _promote(slot: Slot, now: datetime) -> None:
    """Give a free place to the first in the queue, while there is time to come."""
    bookable = slot.bookable
    if too_late(bookable, SlotTime(slot.starts_at, slot.ends_at), now):
        return
    queue = Booking.objects.filter(slot=slot, state=Booking.State.WAITING)
    first = queue.select_related("slot", "bookable", "enterprise").order_by("pk").first()
    if first is None or slot.day < local_date(now):
        return
    if Slot.objects.filter(pk=slot.pk, taken__lt=F("capacity")).update(taken=F("taken") + 1):
        first.state = Booking.State.BOOKED
        first.save(update_fields=["state"])
        tell(first, "booking_promoted", now)
        tell_receiver(first, "booking_received", now)
