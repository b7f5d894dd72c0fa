"""What visits and resident officers leave waiting on people's homes, and what stands behind their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse

from qiying.capabilities.visits.models import ResidentFirm, Visit, VisitKind, VisitPart, VisitPromise
from qiying.capabilities.visits.selectors.residents import opinions_wanted
from qiying.capabilities.visits.selectors.visits import visits_visible_to
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

SOON = timedelta(days=7)


def visits(viewer: Viewer, today: date) -> Source | None:
    """Return one's own visits of the next week and those overdue; without a name they wait for the liaison."""
    if viewer.person_id is None or not viewer.memberships:
        return None
    rows = VisitPart.objects.filter(
        is_open=True, person_id=viewer.person_id, visit__kind=VisitKind.VISIT, visit__on__lte=today + SOON
    )

    def item(row: VisitPart) -> Item:
        visit: Visit = row.visit
        url = f"{reverse('visits:phone')}#{visit.pk}"
        return Item(f"走访{visit.enterprise.label}", url, visit.enterprise.label, visit.purpose, day=visit.on)

    shown = rows.select_related("visit__enterprise")
    return Source(shown, item, reverse("visits:visits"), day="visit__on")


def promises(viewer: Viewer, today: date) -> Source | None:
    """Return what the viewer's units promised at enterprises and have not said done."""
    keepers = ("liaison", "handler", "leader", "desk", "deputy", "congress")
    units = {m.unit_id for m in viewer.memberships if m.role in keepers}
    if not units:
        return None
    rows = VisitPromise.objects.filter(unit_id__in=sorted(units), kept_at__isnull=True)

    def item(row: VisitPromise) -> Item:
        url = reverse("visits:promise_keep", args=[row.pk])
        return Item(row.text, url, row.enterprise.label, "走访时答应的", day=row.promised_by)

    return Source(rows.select_related("enterprise"), item, day="promised_by")


def opinions(viewer: Viewer, today: date) -> Source | None:
    """Return the officers of whom the viewer's enterprises are asked what they think; voluntary, so never late."""
    if not viewer.enterprise_ids:
        return None

    def item(row: ResidentFirm) -> Item:
        title = f"{row.term.person.name}服务得怎么样"
        return Item(title, reverse("visits:resident_opinion", args=[row.pk]), "", "保密，自愿")

    return Source(opinions_wanted(viewer, today), item, order=("pk",))


def visits_behind(viewer: Viewer, ids: Sequence[int]) -> dict[int, Item]:
    """Return the visits that a figure counted, those the viewer sees."""
    rows = visits_visible_to(viewer).filter(pk__in=[-i for i in ids]).select_related("enterprise", "unit")
    return {
        -v.pk: Item(
            v.enterprise.label,
            reverse("visits:visits_row", args=[v.pk]),
            v.unit.label,
            v.talk[:60],
            day=v.on,
        )
        for v in rows
    }


declare_waiting("officer_opinions", "请您说说服务员", opinions, order=71)
declare_waiting("visits", "要去走访的", visits, order=45)
declare_waiting("visit_promises", "走访时答应的", promises, order=46)
