"""Reading inboxes, and what did not get out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models import Case as Choose
from django.db.models.functions import Cast, Concat, RowNumber

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

EARLIER = 5
"""Older messages of a matter that the inbox names."""
UNREAD = Q(read_at__isnull=True)
MATTER = Choose(
    When(subject="", then=Concat(Value("item:"), Cast("pk", CharField()))),
    default=F("subject"),
    output_field=CharField(),
)
"""What a message is about: its case, enterprise or policy; without one it stands for itself."""


class Matter(NamedTuple):
    """All messages about one matter, the newest told in full."""

    subject: str
    last: InboxItem
    earlier: list[InboxItem]
    total: int
    unread: int


def unread_matters(person_id: int) -> QuerySet[InboxItem, Any]:
    """Return the matters of which a person has not read everything, each once."""
    unread = InboxItem.objects.filter(UNREAD, person_id=person_id)
    return unread.order_by().annotate(matter=MATTER).values("matter").distinct()


def unread_count(person_id: int) -> int:
    """Return how many matters a person has not read everything of."""
    return unread_matters(person_id).count()


def matters(person_id: int, *, only_unread: bool = False) -> QuerySet[InboxItem, Any]:
    """Return a person's matters with how many messages each has, those with unread ones first, then the newest."""
    rows = InboxItem.objects.filter(person_id=person_id).order_by().annotate(matter=MATTER).values("matter")
    counted = rows.annotate(last=Max("pk"), count=Count("pk"), unread=Count("pk", filter=UNREAD)).annotate(
        is_unread=ExpressionWrapper(Q(unread__gt=0), BooleanField())
    )
    return (counted.filter(is_unread=True) if only_unread else counted).order_by("-is_unread", "-last")


def matters_filled(person_id: int, rows: Sequence[Mapping[str, Any]]) -> list[Matter]:
    """Return a page of matters with their messages, at most `EARLIER` older ones each; two queries."""
    last = InboxItem.objects.in_bulk([row["last"] for row in rows])
    several = [row["matter"] for row in rows if row["count"] > 1]
    older: dict[str, list[InboxItem]] = {}
    found = InboxItem.objects.filter(person_id=person_id, subject__in=several).exclude(pk__in=list(last))
    ranked = found.annotate(place=Window(RowNumber(), partition_by="subject", order_by="-pk"))
    for item in ranked.filter(place__lte=EARLIER).order_by("-pk") if several else ():
        older.setdefault(item.subject, []).append(item)
    return [
        Matter(row["matter"], last[row["last"]], older.get(row["matter"], []), row["count"], row["unread"])
        for row in rows
        if row["last"] in last
    ]


class ChannelWish(NamedTuple):
    """A channel on a person's settings page (`each`, `daily`, `none`); without an address it cannot be switched."""

    code: str
    label: str
    address: str
    wish: str


def channel_wishes(person: Person, role: str) -> list[ChannelWish]:
    """Return by which channels a person hears from us."""
    stored = {p.channel: p for p in ChannelPreference.objects.filter(person=person)}
    return [
        ChannelWish(code, c.label, c.address_of(person), _wish(stored.get(code), c.is_on_by_default(role)))
        for code, c in person_channels().items()
    ]


def _wish(stored: ChannelPreference | None, by_default: bool) -> str:
    if stored is None:
        return "each" if by_default else "none"
    return "daily" if stored.is_on and stored.is_daily else "each" if stored.is_on else "none"


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
