"""Reads of gatherings; what a viewer may not see is not in the queryset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from qiying.kernel.documents.models import Audience
from qiying.kernel.gatherings.kinds import ANSWER, LetterOf, all_kinds
from qiying.kernel.gatherings.models import Attendee, Gathering, Item
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole

GONE = (Attendee.State.DECLINED, Attendee.State.REPLACED)
COMING = (Attendee.State.CONFIRMED,)


def mine(viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition on attendees that are the viewer, his units or his enterprises."""
    found = Q(**{f"{prefix}person_id": viewer.person_id}) if viewer.person_id else Q(pk__in=[])
    if viewer.unit_ids:
        found |= Q(**{f"{prefix}unit_id__in": sorted(viewer.unit_ids), f"{prefix}person__isnull": True})
    if viewer.enterprise_ids:
        ids = sorted(viewer.enterprise_ids)
        found |= Q(**{f"{prefix}enterprise_id__in": ids, f"{prefix}person__isnull": True})
    return found


def gatherings_visible_to(viewer: Viewer) -> QuerySet[Gathering]:
    """Return what an office sees: kinds its permission opens, its own, those it is invited to or has tasks of."""
    if viewer.district_id is None or not (viewer.memberships or viewer.is_system):
        return Gathering.objects.none()
    rows = Gathering.objects.filter(district_id=viewer.district_id).select_related("unit")
    if viewer.is_system:
        return rows
    seen = [k.code for k in all_kinds() if viewer.has(k.sees)]
    invited = Attendee.objects.filter(mine(viewer), gathering=OuterRef("pk")).exclude(state="draft")
    units = sorted(viewer.unit_ids)
    given = Item.objects.filter(_standing(), gathering=OuterRef("pk"), unit_id__in=units)
    return rows.filter(Q(kind__in=seen) | Q(unit_id__in=units) | Q(Exists(invited)) | Q(Exists(given)))


def counted(rows: QuerySet[Gathering]) -> QuerySet[Gathering]:
    """Return gatherings with how many come, were there, and what was raised, in one statement."""
    here = Q(attendees__state__in=COMING)
    return rows.annotate(
        coming=Count("attendees", filter=here, distinct=True),
        present=Count("attendees", filter=Q(attendees__checked_in_at__isnull=False), distinct=True),
        raised=Count("items", filter=_standing("items__"), distinct=True),
        settled=Count("items", filter=_standing("items__") & closed_items("items__"), distinct=True),
    )


def _standing(prefix: str = "") -> Q:
    return Q(**{f"{prefix}dropped_at__isnull": True, f"{prefix}joined_into__isnull": True})


def closed_items(prefix: str = "") -> Q:
    """Return the condition that an item is over: its case is closed, or without one it was done."""
    with_case = Q(**{f"{prefix}case__isnull": False, f"{prefix}case__is_open": False})
    return with_case | Q(**{f"{prefix}case__isnull": True, f"{prefix}done_at__isnull": False})


def items_of(gathering: Gathering) -> QuerySet[Item]:
    """Return what stands raised, duplicates and dropped ones left out."""
    rows = Item.objects.filter(_standing(), gathering=gathering)
    return rows.select_related(
        "unit", "enterprise", "speaker__unit", "speaker__enterprise", "speaker__person", "case", "gathering"
    )


def letters_due(gathering: Gathering, of: LetterOf) -> list[tuple[Unit | None, list[Item]]]:
    """Return to whom a kind of letter has yet to go, and with which items."""
    sent: set[int | None] = set()
    if not of.again:
        sent = set(gathering.letters.filter(kind=of.code).values_list("unit_id", flat=True))
    items = list(items_of(gathering))
    if not of.to_units:
        return [] if None in sent else [(None, items)]
    by_unit: dict[Unit, list[Item]] = defaultdict(list)
    for item in items:
        if (
            item.unit is not None
            and item.unit_id not in sent
            and not (item.of_answer and item.of_answer.settles)
        ):
            by_unit[item.unit].append(item)
    return list(by_unit.items())


def attendees_of(gathering: Gathering) -> QuerySet[Attendee]:
    """Return everybody on the list with what their line needs."""
    return gathering.attendees.select_related("unit", "enterprise", "person", "stands_for")


def may_organise(viewer: Viewer, gathering: Gathering) -> bool:
    """Tell whether the viewer acts for the organiser."""
    return viewer.has(gathering.of_kind.organises) and gathering.unit_id in viewer.unit_ids


def may_record(viewer: Viewer, gathering: Gathering) -> bool:
    """Tell whether the viewer writes on the live page: the organiser, and whoever comes to record."""
    if may_organise(viewer, gathering):
        return True
    roles = [r.code for r in gathering.of_kind.roles if r.records]
    rows = gathering.attendees.filter(mine(viewer), role__in=roles).exclude(state__in=GONE)
    return bool(roles) and rows.exists()


def gathering_for(viewer: Viewer, pk: int) -> Gathering:
    """Return a gathering the viewer may see, else 404."""
    return fetch_or_404(gatherings_visible_to(viewer), pk=pk)


def gathering_to(may: Callable[[Viewer, Gathering], bool], viewer: Viewer, pk: int) -> Gathering:
    """Return one the viewer may organise or record; 404 when he does not see it, 403 when it is another unit's."""
    found = gathering_for(viewer, pk)
    if not may(viewer, found):
        raise NotPermitted(f"这次由{found.unit.label}办，您可以看，不能改")
    return found


def open_to_sign_up(viewer: Viewer, today: date) -> QuerySet[Gathering]:
    """Return what anybody may put himself down for, with how many come, the next first."""
    taking = Q(pk__in=[])
    for kind in all_kinds():
        if any(r.signs_up for r in kind.roles):
            taking |= Q(kind=kind.code, phase__in=[p.code for p in kind.phases if ANSWER in p.allows])
    rows = Gathering.objects.filter(taking, on__gte=today).select_related("unit")
    rows = rows.filter(Q(sign_up_until__isnull=True) | Q(sign_up_until__gte=today))
    rows = rows.filter(district_id=viewer.district_id) if viewer.district_id else rows
    here = Count("attendees", filter=Q(attendees__state__in=COMING))
    return rows.annotate(coming=here).order_by("starts_at", "pk")


def invitation(token: str) -> Attendee:
    """Return the place a token opens, else 404; drafts are not out yet."""
    rows = Attendee.objects.exclude(state="draft").select_related(
        "gathering__unit", "unit", "enterprise", "person"
    )
    if len(token) != 12:
        raise Http404("没有这份邀请，请核对链接")
    return fetch_or_404(rows, token=token.upper())


def own_place(viewer: Viewer, gathering: Gathering) -> Attendee | None:
    """Return under which place the viewer comes, his own before his unit's."""
    if viewer.person_id is None:
        return None
    rows = gathering.attendees.filter(mine(viewer)).exclude(state__in=(*GONE, "draft"))
    found = list(rows.select_related("unit", "enterprise", "person", "gathering"))
    return next((a for a in found if a.person_id), found[0] if found else None)


def may_take(viewer: Viewer, item: Item) -> bool:
    """Tell whether the viewer acts for the unit an item was given to."""
    roles = ("liaison", "handler", "leader")
    return item.unit_id is not None and any(viewer.has_role(r, item.unit_id) for r in roles)


def documents_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell who reads the files of a gathering: offices that see it; who was invited, what is for all."""
    pk = whole(subject.partition(":")[2]) or 0
    if gatherings_visible_to(viewer).filter(pk=pk).exists():
        return True
    here = Attendee.objects.filter(mine(viewer), gathering_id=pk).exclude(state="draft")
    return audience == Audience.PARTIES and viewer.person_id is not None and here.exists()
