"""What gatherings put on homes and case pages: invitations, tasks from the room, what the organiser owes."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse

from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.gatherings.kinds import all_kinds
from qiying.kernel.gatherings.models import Attendee, Duty, Item
from qiying.kernel.gatherings.selectors import gatherings_visible_to
from qiying.kernel.organisations.linked import offer_linked
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.organisations.waiting import Item as Waits
from qiying.kernel.organisations.waiting import Source, declare_waiting
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

ANSWERING = sorted({p.code for k in all_kinds() for p in k.phases if "answer" in p.allows} | {"inviting"})


def invitations(viewer: Viewer, today: date) -> Source | None:
    """Return invitations nobody answered, until the day itself."""
    if viewer.person_id is None or viewer.district_id is None:
        return None
    heads = frozenset(m.unit_id for m in viewer.memberships if m.role in ("liaison", "leader"))
    own = Q(person_id=viewer.person_id) | Q(
        enterprise_id__in=sorted(viewer.enterprise_ids), person__isnull=True
    )
    own |= Q(unit_id__in=sorted(heads), person__isnull=True)
    rows = Attendee.objects.filter(
        own, state="invited", gathering__phase__in=ANSWERING, gathering__on__gte=today
    )

    def item(row: Attendee) -> Waits:
        one = row.gathering
        url = reverse("gatherings:invited", args=[row.token])
        return Waits(
            f"请您参加：{one.title}", url, one.unit.label, f"{one.of_kind.label}，来不来请回一声", day=one.on
        )

    rows = rows.select_related("gathering__unit", "unit", "enterprise", "person")
    return Source(rows, item, day="gathering__on", order=("gathering__on", "pk"))


def tasks(viewer: Viewer, today: date) -> Source | None:
    """Return what a unit was given in the room: to be taken, and promises of its own with their day.

    A promise whose item became a case waits as that case, so it stands once.
    """
    units = {m.unit_id for m in viewer.memberships if m.role in ("liaison", "handler", "leader")}
    if not units:
        return None
    rows = Item.objects.filter(
        Q(taken_at__isnull=True) | Q(case__isnull=True), unit_id__in=sorted(units), done_at__isnull=True,
        dropped_at__isnull=True, joined_into__isnull=True, answer__gt="", gathering__phase__in=("running", "following"),
    ).select_related("gathering")  # fmt: skip

    def item(row: Item) -> Waits:
        one = row.gathering
        step, pk = ("mine", one.pk) if row.taken_at is None else ("done", row.pk)
        words = "等您接单" if row.taken_at is None else f"{row.promised_name or '您单位'}答应的"
        return Waits(
            row.text[:60], reverse(f"gatherings:{step}", args=[pk]), one.title, words, day=row.promised_by
        )

    return Source(rows, item, day="promised_by")


def duties(viewer: Viewer, today: date) -> Source | None:
    """Return what the organiser owes after a gathering."""
    kinds = [k.code for k in all_kinds() if viewer.has(k.organises)]
    if not kinds or not viewer.unit_ids:
        return None
    rows = Duty.objects.filter(
        done_at__isnull=True, gathering__kind__in=kinds, gathering__unit_id__in=sorted(viewer.unit_ids)
    ).exclude(gathering__phase="cancelled")

    def item(row: Duty) -> Waits:
        one, of = row.gathering, row.gathering.of_kind.duty(row.code)
        url = reverse("gatherings:gathering", args=[one.pk])
        return Waits(f"{of.label if of else row.code}：{one.title}", url, "", row.explanation, day=row.due_by)

    return Source(rows.select_related("gathering"), item, day="due_by")


def raised_at(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return at which gathering a case was raised, and what was promised there; the link is for who may see it."""
    items = kept(Item.objects.select_related, "gathering", "unit", case_id=case.pk)
    if not items:
        return None
    item = items[0]
    may_open = gatherings_visible_to(viewer).filter(pk=item.gathering_id).exists()
    return Tile("gatherings/_raised_at.html", {"item": item, "one": item.gathering, "may_open": may_open})


declare_waiting("gathering_invitations", "请您参加", invitations, order=7)
declare_waiting("gathering_tasks", "会上派给您单位的", tasks, order=12)
declare_waiting("gathering_duties", "会后要办的", duties, order=22)
case_panel("gatherings", raised_at)
OFFICES = ("desk", "supervisor", "district_leader", "liaison", "leader")
offer_nav("gatherings", "会议活动", "gatherings:list", OFFICES, 50, group="listening")
offer_linked("gathering", gatherings_visible_to, "gatherings:gathering")
