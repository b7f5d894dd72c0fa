"""Reading inboxes, and what did not get out."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Q, QuerySet

from qiying.kernel.notices.channels.base import person_channels
from qiying.kernel.notices.models import (
    ChannelEndpoint,
    ChannelPreference,
    Delivery,
    DeliveryState,
    EndpointKind,
    InboxItem,
    Notice,
)
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer

UNREAD_CAP = 1000


def unread_count(person_id: int) -> int:
    """Return how many messages a person has not read; counted to 1,000, in one query."""
    return InboxItem.objects.filter(person_id=person_id, read_at__isnull=True).order_by()[:UNREAD_CAP].count()


def inbox(person_id: int, *, only_unread: bool = False) -> QuerySet[InboxItem]:
    """Return a person's messages, unread first, then newest first."""
    items = InboxItem.objects.filter(person_id=person_id)
    if only_unread:
        return items.filter(read_at__isnull=True).order_by("-id")
    return items.annotate(is_read=ExpressionWrapper(Q(read_at__isnull=False), BooleanField())).order_by(
        "is_read", "-id"
    )


class ChannelWish(NamedTuple):
    """A channel on a person's settings page; without an address it cannot be switched."""

    code: str
    label: str
    address: str
    is_on: bool


def channel_wishes(person: Person, role: str) -> list[ChannelWish]:
    """Return by which channels a person hears from us."""
    stored = dict(ChannelPreference.objects.filter(person=person).values_list("channel", "is_on"))
    return [
        ChannelWish(code, c.label, c.address_of(person), stored.get(code, c.is_on_by_default(role)))
        for code, c in person_channels().items()
    ]


class ChannelHealth(NamedTuple):
    """How one channel or endpoint of a district is doing."""

    channel: str
    name: str
    waiting: int
    failing: int
    given_up: int
    last_sent: datetime | None
    failing_since: datetime | None

    @property
    def is_failing(self) -> bool:
        return self.failing + self.given_up > 0


def channel_health(viewer: Viewer) -> list[ChannelHealth]:
    """Return each channel and endpoint of the viewer's district with what waits and what fails; one query."""
    bad = Q(state__in=(DeliveryState.FAILED, DeliveryState.GIVEN_UP))
    rows = (
        deliveries_visible_to(viewer)
        .order_by()
        .values("channel", "endpoint_id", "endpoint__name")
        .annotate(
            waiting=Count("pk", filter=Q(state=DeliveryState.QUEUED)),
            failing=Count("pk", filter=Q(state=DeliveryState.FAILED)),
            given_up=Count("pk", filter=Q(state=DeliveryState.GIVEN_UP)),
            last_sent=Max("sent_at"),
            since=Min("queued_at", filter=bad),
        )
        .order_by("channel", "endpoint_id")
    )
    labels = {code: c.label for code, c in person_channels().items()} | dict(EndpointKind.choices)
    return [
        ChannelHealth(
            labels.get(r["channel"], r["channel"]),
            r["endpoint__name"] or "",
            r["waiting"],
            r["failing"],
            r["given_up"],
            r["last_sent"],
            r["since"],
        )
        for r in rows
    ]


def deliveries_visible_to(viewer: Viewer) -> QuerySet[Delivery]:
    """Return the deliveries of the viewer's district, for those who may see them."""
    if not viewer.has("notices.deliveries"):
        return Delivery.objects.none()
    rows = (
        Delivery.objects.all()
        if viewer.is_system
        else Delivery.objects.filter(district_id=viewer.district_id or 0)
    )
    return rows.select_related("person", "endpoint", "notice").order_by("-id")


def failing_deliveries(viewer: Viewer) -> QuerySet[Delivery]:
    """Return what did not go out, newest first."""
    return deliveries_visible_to(viewer).filter(state__in=(DeliveryState.FAILED, DeliveryState.GIVEN_UP))


def stuck_notices(viewer: Viewer) -> QuerySet[Notice]:
    """Return notices that could not be fanned out, newest first."""
    if not viewer.has("notices.deliveries"):
        return Notice.objects.none()
    rows = Notice.objects.filter(fanned_out_at__isnull=True, attempts__gt=0)
    return (rows if viewer.is_system else rows.filter(district_id=viewer.district_id or 0)).order_by("-id")


def endpoints_visible_to(viewer: Viewer) -> QuerySet[ChannelEndpoint]:
    """Return the outside addresses of the viewer's district, for those who manage them."""
    if not viewer.has("notices.endpoints"):
        return ChannelEndpoint.objects.none()
    return ChannelEndpoint.objects.filter(district_id=viewer.district_id or 0).order_by("name")
