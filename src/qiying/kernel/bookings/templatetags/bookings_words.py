"""A slot's time and a booking's state as people say them."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from qiying.kernel.bookings.models import Booking
from qiying.kernel.bookings.selectors import time_words
from qiying.ui.templatetags.qiying_ui import status

register = template.Library()

SHAPES = {
    Booking.State.BOOKED: "turn",
    Booking.State.WAITING: "paused",
    Booking.State.CANCELLED: "unknown",
    Booking.State.ATTENDED: "done",
    Booking.State.MISSED: "overdue",
}


@register.filter
def slot_words(at: datetime) -> str:
    """Return a time as in 12月3日 周四 09:30."""
    return time_words(at)


@register.simple_tag
def booking_status(booking: Booking) -> SafeString:
    """Draw the state of a booking."""
    return status(SHAPES[Booking.State(booking.state)], booking.get_state_display())
