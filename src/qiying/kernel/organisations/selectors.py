"""Reads of the organisation register; what a viewer may not see is not in the queryset."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qiying.kernel.audit.keeping import Kept
from qiying.kernel.organisations.models import (
    OUTSIDE_KINDS,
    District,
    Membership,
    Person,
    RosterEntry,
    Unit,
)
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.tables.names import NameIndex


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition that a row with `valid_from` and `valid_to` is in force on a local date."""
    return (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})) & Q(
        **{f"{prefix}valid_from__lte": on}
    )


@Kept
def units_by_function(district_id: int) -> dict[str, list[int]]:
    """Return the ids of a district's active units by function, in their order."""
    found: dict[str, list[int]] = {}
    rows = Unit.objects.filter(district_id=district_id, is_active=True).order_by("sort_order", "id")
    for pk, functions in rows.values_list("pk", "functions"):
        for function in functions:
            found.setdefault(function, []).append(pk)
    return found


def units_with(district_id: int, function: str) -> list[int]:
    """Return the ids of a district's active units with a function (`desk`, `supervision`, `callback` …)."""
    return units_by_function(district_id).get(function, [])


def units_forget() -> None:
    """Drop what this process keeps of units (after a change)."""
    units_by_function.forget()
    unit_names.forget()
    _unit_tree.forget()


def desk_of(district_id: int) -> Unit | None:
    """Return the unit whose window receives enterprises of a district, None while no unit has the function."""
    return Unit.objects.filter(pk__in=units_with(district_id, "desk")[:1]).first()


@Kept
def _unit_tree(district_id: int) -> list[tuple[str, int, str]]:
    units = list(Unit.objects.filter(district_id=district_id, is_active=True))
    names = {u.pk: u.label for u in units}
    return [
        (
            u.kind,
            u.pk,
            f"{names[u.parent_id]} · {u.name}" if u.kind == "section" and u.parent_id in names else u.name,
        )
        for u in tree_order(units)
    ]


def unit_choices(district_id: int, kinds: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Return (id, name) of a district's active units in tree order, sections shown under their department."""
    wanted = frozenset(kinds)
    return [(pk, words) for kind, pk, words in _unit_tree(district_id) if not wanted or kind in wanted]


@Kept
def unit_names(district_id: int) -> NameIndex:
    """Return the active units by the names people write: full, short, without the district's name or 区."""
    rows = Unit.objects.filter(district_id=district_id, is_active=True).values_list(
        "pk", "name", "short_name"
    )
    district = District.objects.values_list("name", flat=True).get(pk=district_id)
    return NameIndex(rows, (district, district.rstrip("区县市"), "区", "县"), by_part=True)


def tree_order(units: Iterable[Unit]) -> list[Unit]:
    """Return units parents first, brothers by their sort order."""
    rows = list(units)
    order = {u.pk: (u.sort_order, u.pk) for u in rows}
    return sorted(
        rows, key=lambda u: tuple(order.get(int(p), (0, int(p))) for p in u.path.strip("/").split("/") if p)
    )


def people_of(unit_id: int, on: date) -> QuerySet[Membership]:
    """Return the memberships of a unit on a day, with the people loaded."""
    return (
        Membership.objects.filter(in_force(on), unit_id=unit_id, person__is_active=True)
        .select_related("person", "stands_in_for")
        .order_by("role", "person__name", "id")
    )


def is_outside(unit: Unit) -> bool:
    """Tell whether a unit is a body that is no government's, or part of one."""
    return Unit.objects.filter(pk__in=[*unit.ancestor_ids, unit.pk], kind__in=OUTSIDE_KINDS).exists()


def people_choices(district_id: int, on: date) -> list[tuple[int, str]]:
    """Return (id, name and unit) of everybody who belongs to a district's units on a day, each once."""
    rows = Membership.objects.filter(in_force(on), unit__district_id=district_id, person__is_active=True)
    found = rows.select_related("person", "unit").order_by("unit__path", "person__name")
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in found}.values())


def people_with_role(unit_ids: Iterable[int], roles: Iterable[str], on: date) -> QuerySet[Membership]:
    """Return memberships in some units with one of the roles on a day, with the people loaded."""
    return (
        Membership.objects.filter(in_force(on), unit_id__in=list(unit_ids), role__in=list(roles))
        .filter(person__is_active=True)
        .select_related("person", "unit")
        .order_by("id")
    )


def units_visible_to(viewer: Viewer) -> QuerySet[Unit]:
    """Return the units of the viewer's district for those who may look, else none."""
    if viewer.is_system and viewer.district_id is None:
        return Unit.objects.all()
    if viewer.district_id is None or not viewer.has("organisations.view"):
        return Unit.objects.none()
    return Unit.objects.filter(district_id=viewer.district_id)


def units_with_head_count(viewer: Viewer, on: date) -> QuerySet[Unit]:
    """Return visible units, each with `head_count`: people who act in it on a day."""
    counted = Count(
        "memberships__person",
        filter=in_force(on, "memberships__") & Q(memberships__person__is_active=True),
        distinct=True,
    )
    return units_visible_to(viewer).annotate(head_count=counted)


def people_visible_to(viewer: Viewer) -> QuerySet[Person]:
    """Return the viewer himself and, with the permission, everybody who belongs to his district."""
    if viewer.is_system and viewer.district_id is None:
        return Person.objects.all()
    own = Q(pk=viewer.person_id)
    if viewer.district_id is None or not viewer.has("organisations.view"):
        return Person.objects.filter(own) if viewer.person_id else Person.objects.none()
    here = Membership.objects.filter(person=OuterRef("pk"), unit__district_id=viewer.district_id)
    staff = Q(Exists(here))
    if viewer.has("organisations.manage") or viewer.has("organisations.verify_identity"):
        staff |= Q(district_id=viewer.district_id)
    return Person.objects.filter(own | staff)


def memberships_visible_to(viewer: Viewer) -> QuerySet[Membership]:
    """Return memberships in units the viewer may see."""
    return Membership.objects.filter(unit__in=units_visible_to(viewer)).select_related("person", "unit")


def roster_visible_to(viewer: Viewer, on: date) -> QuerySet[RosterEntry]:
    """Return the roster of the viewer's district for those who may look, else none."""
    from qiying.kernel.organisations.roster import roster_on

    if viewer.district_id is None or not viewer.has("organisations.view"):
        return RosterEntry.objects.none()
    return roster_on(viewer.district_id, on)
