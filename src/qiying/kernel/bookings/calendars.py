"""Bookings as calendars (RFC 5545) for the programs people keep their days in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qiying.kernel.bookings.models import Booking

STATUS = {
    Booking.State.WAITING: "TENTATIVE",
    Booking.State.CANCELLED: "CANCELLED",
    Booking.State.MISSED: "CANCELLED",
}


def calendar_of(
    bookings: Iterable[Booking], *, title: str, host: str, receives: bool, now: datetime
) -> bytes:
    """Return a calendar; who receives sees who comes, who comes sees where. No phone numbers: it leaves the house."""
    from icalendar import Calendar, Event  # here: with its time zones it is for few pages

    calendar = Calendar()
    calendar.add("prodid", "-//Qiying//bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for booking in bookings:
        event = Event()
        event.add("uid", f"{booking.code}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", booking.slot.starts_at)
        event.add("dtend", booking.slot.ends_at)
        who = booking.enterprise.name if booking.enterprise else booking.contact_name
        event.add("summary", f"{who}：{booking.bookable.name}" if receives else booking.bookable.name)
        event.add("description", booking.matter)
        event.add("location", booking.bookable.place)
        event.add("status", STATUS.get(Booking.State(booking.state), "CONFIRMED"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
