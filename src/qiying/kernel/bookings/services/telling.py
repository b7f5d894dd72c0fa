"""What both sides of a booking are told, what the audit notes, and how reasons are given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.kernel.audit.services import record_act
from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.selectors import time_words
from qiying.kernel.notices.services import Done, NoticeSpec, notices_queue
from qiying.kernel.permissions.viewer import Viewer


def tell(booking: Booking, template: str, now: datetime, *, reason: str = "") -> None:
    """Tell who comes; somebody without an account is told by phone by who booked for him."""
    if not booking.party_key:
        return
    context = {
        "when": time_words(booking.slot.starts_at), "name": booking.bookable.name, "place": booking.bookable.place,
        "bring": booking.bookable.bring, "reason": reason,
    }  # fmt: skip
    _queue(booking, template, booking.party_key, context, now)


def tell_receiver(booking: Booking, template: str, now: datetime, *, reason: str = "") -> None:
    bookable = booking.bookable
    key = f"p:{bookable.receiver_id}" if bookable.receiver_id else f"u:{bookable.unit_id}"
    who = booking.enterprise.name if booking.enterprise else booking.contact_name
    context = {
        "when": time_words(booking.slot.starts_at),
        "who": who,
        "matter": booking.matter,
        "reason": reason,
    }
    _queue(booking, template, key, context, now)


def _queue(booking: Booking, template: str, key: str, context: dict[str, Any], now: datetime) -> None:
    spec = NoticeSpec(
        template=template, to=key, subject=booking.subject, url=f"/bookings/{booking.code}/", context=context,
        dedupe_key=f"{template}:{booking.pk}",
    )  # fmt: skip
    done = None
    if booking.state == Booking.State.CANCELLED:
        done = Done(booking.subject, (booking.party_key,) if booking.party_key else (), booking.code)
    notices_queue([spec], district_id=booking.district_id, at=now, done=done)


def noted(actor: Viewer, action: str, subject: str, district_id: int, now: datetime, **data: Any) -> None:
    record_act(actor=actor, action=action, subject=subject, data=data, at=now, district_id=district_id)
