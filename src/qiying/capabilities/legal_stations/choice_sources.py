"""Lawyers of stations, a lawyer's bookings and the bodies that mediate as choices of acts."""

from qiying.capabilities.legal_stations.selectors import booked_with, lawyers_on
from qiying.kernel.audit.clock import local_time
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.organisations.offers import provided


def lawyers(context: CaseContext) -> Choices:
    """Return who sits where."""
    rows = lawyers_on(context.case.district_id, context.today)
    return [(row.pk, f"{row.station.name} {row}") for row in rows]


def bookings(context: CaseContext) -> Choices:
    """Return who came to a lawyer lately."""
    rows = booked_with(context.viewer)[:30]
    return [
        (b.code, f"{local_time(b.slot.starts_at):%-m月%-d日 %H:%M} {b.enterprise.name}")
        for b in rows
        if b.enterprise
    ]


def bodies(context: CaseContext) -> Choices:
    """Return the bodies that mediate, where somebody keeps them."""
    found = provided("mediation_bodies")
    return list(found(context.case.district_id, context.today)) if found else []


choice_source("station_lawyers", lawyers)
choice_source("station_bookings", bookings)
choice_source("station_mediation", bodies)
