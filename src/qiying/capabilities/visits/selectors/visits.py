"""Reads of visits: who sees which, what becomes of a wish to come, what waits, what is said alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from qiying.capabilities.visits.models import (
    Campaign,
    Visit,
    VisitKind,
    VisitPart,
    VisitProblem,
    VisitPromise,
    VisitWish,
)
from qiying.capabilities.visits.rules import Burden, Verdict, judge, quarter_of
from qiying.kernel.audit.keeping import Kept
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import CalendarRangeError
from qiying.ui.given import whole

VISITORS = ("liaison", "handler", "leader", "desk", "deputy", "discipline", "congress")
FACTS = ("employees", "social_insured", "rnd_staff", "valid_patents", "registered_capital", "is_above_scale")
"""What is asked on a visit: few, and nothing that is a trade secret (国务院令第722号 art. 30)."""
COUNTED = Q(kind=VisitKind.VISIT, state__in=(Visit.State.PLANNED, Visit.State.DONE))


@dataclass(frozen=True)
class Wish:
    """Somebody wants to visit an enterprise on a day."""

    enterprise: Enterprise
    unit_id: int
    on: date
    person_id: int | None = None
    campaign_id: int | None = None
    purpose: str = ""
    reason: str = ""


@dataclass
class Line:
    """A wish with what becomes of it; `visit` once it was written."""

    wish: Wish
    verdict: Verdict
    visit: Visit | None = None


def visits_visible_to(viewer: Viewer) -> QuerySet[Visit]:
    """Return the visits an official's units take part in, those of the district for who watches it."""
    if viewer.district_id is None:
        return Visit.objects.all() if viewer.is_system else Visit.objects.none()
    rows = Visit.objects.filter(district_id=viewer.district_id)
    if viewer.has("engagement.visits_district"):
        return rows
    if not viewer.has("engagement.visits"):
        return rows.none()
    return rows.filter(Exists(_of_units(viewer)))


def visits_to_report(viewer: Viewer) -> QuerySet[Visit]:
    """Return planned visits of the viewer's units, which he may make and write down."""
    if not viewer.has("engagement.visits"):
        return Visit.objects.none()
    rows = Visit.objects.filter(
        district_id=viewer.district_id or 0, state=Visit.State.PLANNED, kind=VisitKind.VISIT
    )
    return rows.filter(Exists(_of_units(viewer)))


def _of_units(viewer: Viewer) -> QuerySet[VisitPart]:
    return VisitPart.objects.filter(visit=OuterRef("pk"), unit_id__in=sorted(viewer.unit_ids))


def photo_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether somebody sees the photos of a visit: who sees the visit."""
    return visits_visible_to(viewer).filter(pk=whole(subject.partition(":")[2]) or 0).exists()


def own_firms_visits(viewer: Viewer) -> QuerySet[Visit]:
    """Return all who came or will come to the enterprises somebody speaks for, inspections too."""
    rows = Visit.objects.filter(enterprise_id__in=sorted(viewer.enterprise_ids))
    return rows.exclude(state=Visit.State.CANCELLED)


def may_touch(viewer: Viewer, visit: Visit) -> bool:
    """Tell whether somebody may move, cancel or write down a visit: his unit goes, or he keeps the campaigns."""
    if viewer.is_system or viewer.has("engagement.campaigns"):
        return True
    return viewer.has("engagement.visits") and any(p.unit_id in viewer.unit_ids for p in visit.parts.all())


def campaigns_of(district_id: int, today: date) -> QuerySet[Campaign]:
    """Return the campaigns of a day."""
    return Campaign.objects.filter(in_force(today), district_id=district_id)


@Kept
def campaign_names(district_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of all campaigns there ever were, the latest first."""
    return list(Campaign.objects.filter(district_id=district_id).values_list("pk", "name"))


# --- what becomes of a wish ----------------------------------------------------------------------
def preview(district_id: int, wishes: Sequence[Wish], today: date) -> list[Line]:
    """Return what becomes of wishes, each as if those before it were written; three queries whatever their number."""
    if not wishes:
        return []
    days = [w.on for w in wishes]
    near = {on: int(parameter("visit.merge_days", district_id=district_id, on=on)) for on in set(days)}
    caps = {on: int(parameter("visit.cap", district_id=district_id, on=on)) for on in set(days)}
    first = quarter_of(min(days))[0] - timedelta(days=max(near.values()))
    last = quarter_of(max(days))[1] + timedelta(days=max(near.values()))
    ids = {w.enterprise.pk for w in wishes}
    known: dict[int, list[tuple[int, date, bool, set[int]]]] = defaultdict(list)
    rows = Visit.objects.filter(COUNTED, enterprise_id__in=ids, on__range=(first, last))
    units: dict[int, set[int]] = defaultdict(set)
    for visit_id, unit_id in VisitPart.objects.filter(visit__in=rows).values_list("visit_id", "unit_id"):
        units[visit_id].add(unit_id)
    for pk, firm, on, state in rows.order_by("on", "pk").values_list("pk", "enterprise_id", "on", "state"):
        known[firm].append((pk, on, state == Visit.State.PLANNED and on >= today, units[pk]))
    refused = set(opted_out(ids, today))
    found = []
    for number, wish in enumerate(wishes):
        begin, end = quarter_of(wish.on)
        there = known[wish.enterprise.pk]
        close = [v for v in there if v[2] and abs((v[1] - wish.on).days) <= near[wish.on]]
        own = next((v[0] for v in close if wish.unit_id in v[3]), None)
        other = next((v for v in close if wish.unit_id not in v[3]), None)
        burden = Burden(
            sum(begin <= v[1] <= end for v in there),
            caps[wish.on],
            wish.enterprise.pk in refused,
            own,
            other[0] if other else None,
        )
        verdict = judge(burden, wish.reason)
        if verdict.code == "join" and other is not None:
            other[3].add(wish.unit_id)
        if verdict.code == "new":  # written later; until then known by a number no row has
            there.append((-number - 1, wish.on, wish.on >= today, {wish.unit_id}))
        found.append(Line(wish, verdict))
    return found


def opted_out(enterprise_ids: Iterable[int], today: date) -> QuerySet[VisitWish, Any]:
    """Return which of some enterprises want nobody to come today."""
    rows = VisitWish.objects.filter(enterprise_id__in=list(enterprise_ids), is_opted_out=True)
    return rows.filter(Q(until__isnull=True) | Q(until__gte=today)).values_list("enterprise_id", flat=True)


def firms_not_visited(
    district_id: int,
    today: date,
    *,
    days: int = 0,
    towns: Sequence[int] = (),
    industry: str = "",
    sizes: Sequence[str] = (),
    most: int = 200,
) -> list[Enterprise]:
    """Return enterprises by a rule, those longest without a visit first; who opted out or is expected is left out."""
    rows = Enterprise.objects.filter(district_id=district_id, status=EnterpriseStatus.ACTIVE)
    if towns:
        rows = rows.filter(region_unit_id__in=towns)
    if sizes:
        rows = rows.filter(size_class__in=sizes)
    if industry:
        rows = rows.filter(industry__startswith=industry)
    coming = Visit.objects.filter(enterprise=OuterRef("pk"), state=Visit.State.PLANNED, kind=VisitKind.VISIT)
    wants_none = VisitWish.objects.filter(enterprise=OuterRef("pk"), is_opted_out=True).filter(
        Q(until__isnull=True) | Q(until__gte=today)
    )
    rows = rows.filter(~Exists(coming), ~Exists(wants_none))
    made = Visit.objects.filter(
        enterprise=OuterRef("pk"), state=Visit.State.DONE, kind=VisitKind.VISIT
    ).order_by("-on")
    rows = rows.annotate(last_visit=Subquery(made.values("on")[:1]))
    if days:
        rows = rows.filter(Q(last_visit__isnull=True) | Q(last_visit__lte=today - timedelta(days=days)))
    return list(rows.order_by(F("last_visit").asc(nulls_first=True), "pk")[:most])


def days_known(district_id: int, first: date, last: date, *, rest: bool) -> list[date]:
    """Return the workdays, or the days of rest, from a day to a day, as far as the calendar reaches."""
    calendar, found = calendar_for(district_id), []
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        try:
            if calendar.is_workday(on) != rest:
                found.append(on)
        except CalendarRangeError:
            break
    return found


# --- what is shown of a visit --------------------------------------------------------------------
def promises_of(enterprise_ids: Iterable[int], *, most: int = 6) -> dict[int, list[VisitPromise]]:
    """Return what was promised at some enterprises: all that is open, and the latest that were kept."""
    rows = VisitPromise.objects.filter(enterprise_id__in=list(enterprise_ids)).select_related("unit", "visit")
    found: dict[int, list[VisitPromise]] = defaultdict(list)
    for row in rows.order_by(F("kept_on").desc(nulls_first=True), "promised_by"):
        if row.kept_at is None or len(found[row.enterprise_id]) < most:
            found[row.enterprise_id].append(row)
    return found


def problems_of(visit: Visit) -> list[VisitProblem]:
    """Return the problems of a visit with their cases."""
    return list(visit.problems.select_related("case", "submission"))


@dataclass(frozen=True)
class Difficulty:
    """A difficulty that several enterprises told on visits and that nobody submitted yet."""

    code: str
    firms: int
    visits: int
    is_enough: bool


def difficulties(district_id: int, today: date) -> list[Difficulty]:
    """Return what enterprises say alike on visits lately, the most common first."""
    least = int(parameter("visit.difficulty_count", district_id=district_id, on=today))
    found = difficult(district_id, today).values("difficulty")
    rows = found.annotate(
        firms=Count("visit__enterprise", distinct=True), visits=Count("visit", distinct=True)
    )
    return [
        Difficulty(r["difficulty"], r["firms"], r["visits"], r["firms"] >= least)
        for r in rows.order_by("-firms", "difficulty")
    ]


def difficult(district_id: int, today: date) -> QuerySet[VisitProblem]:
    """Return the problems of visits lately that name a difficulty and are in no submission."""
    days = int(parameter("visit.difficulty_days", district_id=district_id, on=today))
    return (
        VisitProblem.objects.filter(
            visit__district_id=district_id,
            visit__on__gt=today - timedelta(days=days),
            submission__isnull=True,
        )
        .exclude(difficulty="")
        .order_by()
    )


def visits_made(*, district_id: int, first: date, last: date) -> int:
    """Return how many enterprises were visited between two days (十百千)."""
    rows = Visit.objects.filter(
        district_id=district_id, kind=VisitKind.VISIT, state=Visit.State.DONE, on__range=(first, last)
    )
    return rows.order_by().values("enterprise_id").distinct().count()


def visits_over_cap(*, district_id: int, first: date, last: date) -> list[tuple[int, int, int, list[str]]]:
    """Return by unit how many of its visits between two days came on top of a quarter's cap, of how many, and which.

    The first visits of a quarter fill the cap; whoever comes after them is above it, with whatever reason.
    """
    rows = Visit.objects.filter(COUNTED, district_id=district_id, on__range=(first, last))
    filled: dict[tuple[int, date], int] = defaultdict(int)
    told: dict[int, tuple[int, int, list[str]]] = {}
    for row in rows.select_related("enterprise").order_by("on", "pk"):
        quarter = row.enterprise_id, quarter_of(row.on)[0]
        filled[quarter] += 1
        over = filled[quarter] > int(parameter("visit.cap", district_id=district_id, on=row.on))
        part, whole, which = told.get(row.unit_id, (0, 0, []))
        words = [f"{row.on:%Y-%m-%d} {row.enterprise.name} {row.excess_reason}".strip()] if over else []
        told[row.unit_id] = part + over, whole + 1, [*which, *words]
    return [(unit_id, *counts) for unit_id, counts in sorted(told.items())]
