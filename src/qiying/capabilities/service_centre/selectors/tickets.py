"""Reads of the queue: who is next at a window, what the screens show, how long it takes, whose ticket it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.service_centre.models import Hall, Ticket, Window, Zone
from qiying.capabilities.service_centre.rules.queue import (
    Served,
    minutes_each,
    voice_text,
    wait_minutes,
    wait_words,
)
from qiying.kernel.permissions.viewer import Viewer

ORDER = ("-rank", "queued_at", "pk")
LAST, RECENT, ON_SCREEN = 40, timedelta(days=7), 6
State = Ticket.State


def queue_of(zone_id: int, today: date) -> QuerySet[Ticket]:
    """Return who waits for a zone, in order."""
    return Ticket.objects.filter(zone_id=zone_id, day=today, state=State.WAITING).order_by(*ORDER)


def queue_at(window: Window, today: date) -> QuerySet[Ticket]:
    """Return whom a window would call, in order: its zone's queue without what is meant for others."""
    rows = queue_of(window.zone_id, today).filter(Q(to_window__isnull=True) | Q(to_window=window))
    others = Window.objects.filter(zone_id=window.zone_id, is_active=True).exclude(pk=window.pk)
    served = Served.of(window.items, list(others.values_list("items", flat=True)))
    mine = Q(to_window=window) | ~Q(matter__in=sorted(served.left_out))
    return rows.filter(mine) if served.left_out else rows


def current_at(window: Window) -> Ticket | None:
    """Return who stands at a window, or was called there."""
    rows = Ticket.objects.filter(window=window, state__in=(State.CALLED, State.SERVING))
    return rows.select_related("zone", "enterprise", "person", "booking").first()


@dataclass(frozen=True)
class Pace:
    """How fast a zone goes: windows that call, and minutes one takes."""

    windows: int
    each: int

    def words(self, ahead: int) -> str:
        """Return how long somebody with so many ahead waits."""
        return wait_words(ahead, wait_minutes(ahead, self.windows, self.each))


def paces(zones: Iterable[Zone], today: date) -> dict[int, Pace]:
    """Return the pace of zones, from the last served of the week; two queries."""
    zones = list(zones)
    ids = [z.pk for z in zones]
    calling = Window.objects.filter(zone_id__in=ids, is_active=True, officer__isnull=False, pause="")
    windows = dict(calling.order_by().values_list("zone_id").annotate(n=Count("pk")))
    # by district and day first: there the index leaves a week's rows, whatever the years before hold
    done = Ticket.objects.filter(district_id__in={z.district_id for z in zones}, day__gt=today - RECENT)
    done = done.filter(state=State.DONE, zone_id__in=ids, started_at__isnull=False)
    took: dict[int, list[int]] = {}
    recent = done.order_by("-ended_at").values_list("zone_id", "started_at", "ended_at")[: LAST * len(ids)]
    for zone_id, started, ended in recent:
        if len(took.setdefault(zone_id, [])) < LAST:
            took[zone_id].append(_minutes(started, ended))
    return {pk: Pace(windows.get(pk, 0), minutes_each(took.get(pk, []))) for pk in ids}


def _minutes(start: datetime | None, end: datetime | None) -> int:
    return int((end - start).total_seconds() // 60) if start and end else 0


def waiting_counts(zone_ids: Iterable[int], today: date) -> dict[int, int]:
    """Return how many wait for each zone."""
    rows = Ticket.objects.filter(zone_id__in=list(zone_ids), day=today, state=State.WAITING)
    return dict(rows.order_by().values_list("zone_id").annotate(n=Count("pk")))


def ahead_of(ticket: Ticket) -> int:
    """Return how many come before a waiting ticket."""
    before = Q(rank__gt=ticket.rank) | Q(rank=ticket.rank, queued_at__lt=ticket.queued_at)
    before |= Q(rank=ticket.rank, queued_at=ticket.queued_at, pk__lt=ticket.pk)
    return queue_of(ticket.zone_id, ticket.day).filter(before).count()


@dataclass(frozen=True)
class Line:
    """A zone as people look for it: how many wait and how long it takes."""

    zone: Zone
    waiting: int
    pace: Pace

    @property
    def words(self) -> str:
        if not self.waiting and self.pace.windows:
            return "现在没人等"
        return self.pace.words(self.waiting)


def lines_of(zones: Sequence[Zone], today: date) -> list[Line]:
    """Return the zones' queues; three queries."""
    counts, speed = waiting_counts([z.pk for z in zones], today), paces(zones, today)
    return [Line(z, counts.get(z.pk, 0), speed[z.pk]) for z in zones]


@dataclass(frozen=True)
class Board:
    """What a screen in the hall shows: numbers and windows, never who it is."""

    called: list[Ticket]
    lines: list[Line]
    say: list[dict[str, str]]


def board_of(hall: Hall, today: date, zone_id: int = 0) -> Board:
    """Return the board of the hall, or of one zone."""
    zones = list(Zone.objects.filter(district_id=hall.district_id, is_active=True, kind=Zone.Kind.WINDOWS))
    if zone_id:
        zones = [z for z in zones if z.pk == zone_id]
    rows = Ticket.objects.filter(zone__in=zones, day=today, state__in=(State.CALLED, State.SERVING))
    newest = rows.select_related("window", "zone").order_by("-called_at", "-pk")
    called = sorted(newest, key=lambda ticket: ticket.state != State.CALLED)
    say = [
        {"key": f"{t.number}-{t.hands}-{t.calls}", "text": voice_text(t.number, t.window.number)}
        for t in reversed(called)
        if t.state == State.CALLED and t.window
    ]
    return Board(called, lines_of(zones, today), say)


def version_of(district_id: int) -> int:
    """Return how often the hall changed, by which screens know whether they are up to date."""
    return Hall.objects.filter(district_id=district_id).values_list("version", flat=True).first() or 0


def own_tickets(viewer: Viewer, today: date) -> QuerySet[Ticket]:
    """Return somebody's own tickets of a day and those of his enterprises."""
    mine = Q(enterprise_id__in=viewer.enterprise_ids)
    if viewer.person_id is not None:
        mine |= Q(person_id=viewer.person_id)
    rows = Ticket.objects.filter(mine, day=today, district_id=viewer.district_id or 0)
    return rows.select_related("zone", "window").order_by("-pk")


def tickets_visible_to(viewer: Viewer) -> QuerySet[Ticket]:
    """Return the tickets somebody may list: those of the whole hall, or those served by his units."""
    rows = Ticket.objects.filter(district_id=viewer.district_id or 0)
    rows = rows.select_related("zone", "window", "unit", "enterprise", "person", "officer")
    if viewer.has("service_centre.guide"):
        return rows
    return rows.filter(unit_id__in=viewer.unit_ids) if viewer.has("service_centre.window") else rows.none()
