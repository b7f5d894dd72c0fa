"""Where the hall stands in the navigation, on homes and in what waits."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.service_centre.models import LIVE, Hall, Ticket
from qiying.capabilities.service_centre.selectors.tickets import own_tickets
from qiying.kernel.organisations.offers import offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

STAFF = ("desk", "liaison", "handler")
WATCH = (*STAFF, "leader", "supervisor", "district_leader")
offer_nav("hall_desk", "导办台", "service_centre:desk", ("desk",), 30, group="desk")
AT_WINDOWS = (*STAFF, "utility_handler")
offer_nav("hall_window", "窗口叫号", "service_centre:my_windows", AT_WINDOWS, 65, group="today")
offer_nav("hall_tickets", "排队号", "service_centre:tickets", AT_WINDOWS, 66, group="service")
offer_nav("hall_zones", "大厅专区", "service_centre:zones", WATCH, 63, group="service")
offer_nav("hall_windows", "窗口", "service_centre:windows", WATCH, 64, group="service")
offer_nav("hall_duties", "窗口值班", "service_centre:duties", WATCH, 65, group="service")
offer_nav("chief_officers", "首席服务员", "service_centre:chiefs", WATCH, 66, group="service")


def _number(row: Ticket) -> Item:
    words = f"请到 {row.window.number} 号窗口" if row.window else row.get_state_display()
    return Item(
        f"{row.number} {row.zone.name}",
        reverse("service_centre:ticket", args=[row.token]),
        words,
        day=row.day,
    )


def numbers(viewer: Viewer, today: date) -> Source | None:
    """Return the numbers somebody holds today."""
    if not viewer.is_authenticated or viewer.is_system:
        return None
    return Source(own_tickets(viewer, today).filter(state__in=LIVE), _number, day="day", order=("pk",))


def unit_of(district_id: int) -> int | None:
    """Return the unit that keeps the district's hall."""
    return Hall.objects.filter(district_id=district_id).values_list("unit_id", flat=True).first()


provide("hall_unit", unit_of)
declare_waiting("hall_numbers", "您取的号", numbers, order=5)
offer_way("hall", "办事大厅", "service_centre:home", "building", 20, for_all=True)
