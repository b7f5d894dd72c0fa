"""Reads of the catalogue. What is in force is public; who keeps it also sees what was and what comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from qiying.capabilities.catalogue.models import (
    AwayCard,
    Board,
    FreeService,
    Intermediary,
    ItemUse,
    OneThing,
    ServiceItem,
)
from qiying.capabilities.catalogue.rules.items import base_of
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.organisations.service_items import OfferedItem
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.selectors import matching_ids

SEARCHED = "service_item"
ACTIVITY = "service_activity"
MOST = 60
ONLINE = Q(items__online=True)


def items_in_force(district_id: int, on: date) -> QuerySet[ServiceItem]:
    """Return the version of every item that holds on a day."""
    rows = ServiceItem.objects.filter(in_force(on), district_id=district_id)
    return rows.select_related("board", "department")


def items_by_code(district_id: int, codes: Iterable[str], on: date) -> dict[str, ServiceItem]:
    """Return the versions in force of some items, by their whole and their base code; one query."""
    wanted = [Q(code=c) | Q(code__endswith=c) for c in dict.fromkeys(codes)]
    rows = items_in_force(district_id, on).filter(reduce(or_, wanted)) if wanted else []
    return {code: i for i in rows for code in (i.code, base_of(i.code))}


def items_offered(district_id: int, codes: Iterable[str], on: date) -> dict[str, OfferedItem]:
    """Return items as other capabilities read them, by their whole and their base code."""
    return {code: offered(item) for code, item in items_by_code(district_id, codes, on).items()}


def offered(item: ServiceItem) -> OfferedItem:
    """Return one version of an item as other capabilities read it."""
    return OfferedItem(
        pk=item.pk,
        code=item.code,
        version=item.version,
        name=item.name,
        unit_id=item.department_id,
        unit=item.department.label if item.department else "",
        who=item.who,
        promised=item.promised,
        promised_unit=str(item.promised_unit),
        statutory_days=item.statutory_days,
        basis=item.basis,
        result=item.result,
        outside_url=item.outside_url,
        materials=item.materials,
    )


def items_visible_to(viewer: Viewer, today: date) -> QuerySet[ServiceItem]:
    """Return every version for who keeps items, what is in force for everybody else of the district."""
    rows = ServiceItem.objects.filter(district_id=viewer.district_id or 0)
    rows = rows.select_related("board", "department")
    return rows if viewer.has("approvals.items") else rows.filter(in_force(today))


def items_found(district_id: int, text: str, on: date, limit: int = MOST) -> list[ServiceItem]:
    """Return the items in force whose words hold all that was typed, those named so first."""
    ids = matching_ids(SEARCHED, text, district_id, limit=400)
    words = text.split()
    found = list(items_in_force(district_id, on).filter(pk__in=ids))
    found.sort(key=lambda i: (-sum(3 * (w in i.name) + 2 * (w in i.also) for w in words), i.board.position))
    return found[:limit]


def boards_in_force(district_id: int, on: date) -> list[Any]:
    """Return the boards with how many items each has, how many online; one query."""
    now = in_force(on, "items__")
    rows = Board.objects.filter(in_force(on), district_id=district_id).annotate(
        item_count=Count("items", filter=now), online_count=Count("items", filter=now & ONLINE)
    )
    return list(rows.order_by("position"))


def counts(district_id: int, on: date) -> dict[str, Any]:
    """Return the shares of the catalogue as it stands on a day, each with its denominator; three queries."""
    now: dict[str, Any] = items_in_force(district_id, on).aggregate(
        items=Count("pk"),
        online=Count("pk", filter=Q(online=True)),
        added=Count("pk", filter=Q(value_added=True)),
        boards=Count("board", distinct=True),
        others=Count("pk", filter=~Q(provider="government")),
    )
    used = ItemUse.objects.filter(district_id=district_id, month__lte=on).aggregate(
        handled=Sum("handled"), used_online=Sum("online"), in_time=Sum("in_time")
    )
    free = FreeService.objects.filter(district_id=district_id, valid_from__lte=on)
    given = free.aggregate(free=Count("pk"), firms=Count("enterprise", distinct=True), saved=Sum("saved_fen"))
    return {k: v or 0 for k, v in {**now, **used, **given}.items()}


def item_versions(district_id: int, base: str) -> list[ServiceItem]:
    """Return every version of an item by its base code or local number, newest first."""
    rows = ServiceItem.objects.filter(Q(code=base) | Q(code__endswith=base), district_id=district_id)
    found = rows.select_related("board", "department").order_by("-version")
    return [v for v in found if base_of(v.code) == base]


def activities_open(district_id: int, on: date) -> list[Gathering]:
    """Return the activities one can sign up for now, the next one first."""
    rows = Gathering.objects.filter(district_id=district_id, kind=ACTIVITY, phase="inviting", on__gte=on)
    return list(rows.select_related("unit").order_by("starts_at")[:60])


def one_things_in_force(district_id: int, on: date) -> QuerySet[OneThing]:
    return OneThing.objects.filter(in_force(on), district_id=district_id).select_related("lead")


def uses_of(item: ServiceItem) -> dict[str, Any]:
    """Return how often an item was used, of what sources tell."""
    rows = ItemUse.objects.filter(district_id=item.district_id, code=item.code)
    return rows.aggregate(handled=Sum("handled"), online=Sum("online"), in_time=Sum("in_time"))


def uses_visible_to(viewer: Viewer, today: date) -> QuerySet[ItemUse]:
    return ItemUse.objects.filter(district_id=viewer.district_id or 0)


def intermediaries(district_id: int, on: date, service: str = "") -> QuerySet[Any]:
    """Return who offers a service today with how it is rated; who has more stars is not higher for it."""
    rows = Intermediary.objects.filter(in_force(on), district_id=district_id)
    rows = rows.filter(service=service) if service else rows
    return rows.annotate(stars=Avg("given__stars"), raters=Count("given"))


def intermediaries_visible_to(viewer: Viewer, today: date) -> QuerySet[Any]:
    rows = Intermediary.objects.filter(district_id=viewer.district_id or 0)
    return rows.annotate(
        stars=Avg("given__stars"),
        raters=Count("given"),
        forced=Count("given", filter=Q(given__free_choice=False)),
    )


def services_offered(district_id: int, on: date) -> list[dict[str, Any]]:
    """Return each kind of intermediary service with how many offer it."""
    rows = Intermediary.objects.filter(in_force(on), district_id=district_id).order_by("service")
    found: Any = rows.values("service").annotate(bodies=Count("credit_code", distinct=True))
    return list(found)


def free_services_visible_to(viewer: Viewer, today: date) -> QuerySet[FreeService]:
    rows = FreeService.objects.filter(district_id=viewer.district_id or 0)
    return rows.select_related("item", "enterprise")


def one_things_visible_to(viewer: Viewer, today: date) -> QuerySet[OneThing]:
    rows = OneThing.objects.filter(district_id=viewer.district_id or 0).select_related("lead")
    return rows.order_by(F("year").desc(), F("batch").desc(), "pk")


def cards_visible_to(viewer: Viewer, today: date) -> QuerySet[AwayCard]:
    """Return the cards one's own town or street looks after, all for who keeps the district's."""
    rows = AwayCard.objects.filter(district_id=viewer.district_id or 0).select_related("person", "home")
    return rows if viewer.has("approvals.items") else rows.filter(home_id__in=sorted(viewer.unit_ids))


def own_card(viewer: Viewer) -> AwayCard | None:
    """Return somebody's own running card."""
    rows = AwayCard.objects.filter(person_id=viewer.person_id or 0, valid_to__isnull=True)
    return rows.select_related("person", "home").first()
