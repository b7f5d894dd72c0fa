"""Reads of legal service at stations: stations and lawyers of a day, who booked a lawyer, who keeps what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.legal_stations.models import Lawyer, Station
from qiying.kernel.bookings.models import Bookable, Booking
from qiying.kernel.bookings.selectors import in_use
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "legal_advice"


def in_force(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def lawyers_on(district_id: int, on: date) -> QuerySet[Lawyer]:
    """Return the lawyers who sit at stations on a day."""
    rows = in_force(Lawyer.objects.filter(district_id=district_id), on)
    return in_force(rows, on).select_related("station", "unit", "person")


def stations_shown(district_id: int, on: date) -> list[dict[str, Any]]:
    """Return the stations with their lawyers and what can be booked of each; three queries."""
    stations = in_force(Station.objects.filter(district_id=district_id), on).select_related("unit")
    lawyers = list(lawyers_on(district_id, on))
    wanted = [one.subject for one in lawyers]
    offers = {b.subject: b for b in in_use(Bookable.objects.filter(subject__in=wanted, is_public=True), on)}
    return [
        {
            "station": s,
            "lawyers": [(one, offers.get(one.subject)) for one in lawyers if one.station_id == s.pk],
        }
        for s in stations
    ]


def booked_with(viewer: Viewer) -> QuerySet[Booking]:
    """Return the bookings of enterprises with a lawyer who looks, of which nothing was noted yet."""
    mine = Booking.objects.filter(bookable__receiver_id=viewer.person_id or 0, bookable__kind="lawyer")
    live = mine.filter(enterprise__isnull=False, state__in=("booked", "attended"))
    return live.select_related("enterprise", "slot").order_by("-slot__starts_at")


def keeps(viewer: Viewer, row: Any) -> bool:
    """Tell whether a station or lawyer is somebody's to keep: 司法局's and the congress's, a unit its own."""
    if viewer.is_system or viewer.has("legal_stations.all"):
        return True
    station = row.station if isinstance(row, Lawyer) else row
    return station.unit_id in viewer.unit_ids
