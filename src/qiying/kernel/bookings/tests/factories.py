"""A unit that receives on Mondays, its people, two enterprises and a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.bookings.models import Bookable, Booking
from qiying.kernel.bookings.services.booking import booking_make
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.tests.world import cast
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import NOW
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import SHANGHAI

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)  # NOW is the Wednesday before
HALF = timedelta(minutes=30)


@dataclass
class Reception:
    """The cast, by name."""

    people: dict[str, Person]
    enterprises: dict[str, int]
    units: dict[str, int]
    bookable: Bookable

    def viewer(self, who: str) -> Viewer:
        return viewer(self.people[who])

    def book(self, who: str = "clerk", at: datetime = MONDAY, **changes: Any) -> Booking:
        given = {
            "bookable": self.bookable, "starts_at": at, "actor": self.viewer(who), "matter": "用电增容", "now": NOW,
            "contact_name": "陈雨", "contact_phone": "13800000001", "enterprise_id": self.enterprises.get(who),
        }  # fmt: skip
        return booking_make(**{**given, **changes})


@kept
def reception(**changes: Any) -> Reception:
    """Return a reception of two places in half an hour, on Monday mornings."""
    made = cast(
        "海盐县",
        {"power": ("区经信局", []), "other": ("区住建局", []), "desk": ("企业服务中心", ["desk"])},
        {"head": ("沈局", "power", "leader"), "handler": ("小吴", "power", "handler"), "liaison": ("老顾", "power", "liaison"),
         "stranger": ("外局", "other", "handler"), "desk": ("小受", "desk", "desk")},
    )  # fmt: skip
    people, district = made["people"], made["district"]
    second = make_enterprise(district, "第二家有限公司")
    people["second"] = make_clerk(second, "王二")
    third = make_enterprise(district, "第三家有限公司")
    people["third"] = make_clerk(third, "李三")
    values = {
        "name": "经信局局长接待", "kind": "reception", "unit_id": made["units"]["power"].pk, "place": "二楼 201",
        "receiver_id": people["head"].pk, "hours": "周一 09:00-11:00", "slot_minutes": 30, "capacity": 1,
        "days_ahead": 21, "notice_hours": 2, "per_month": 3, "is_public": True, "bring": "营业执照", **changes,
    }  # fmt: skip
    bookable = bookable_save(bookable=None, actor=viewer(people["liaison"]), values=values, now=NOW)
    enterprises = {"clerk": made["enterprise"].pk, "second": second.pk, "third": third.pk}
    return Reception(people, enterprises, {k: u.pk for k, u in made["units"].items()}, bookable)
