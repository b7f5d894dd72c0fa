"""Who looks: a person's memberships and enterprise bindings of one day, in one query."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value

from qiying.kernel.enterprises.models import Clerk
from qiying.kernel.organisations.models import IdentityLevel, Membership, Person
from qiying.kernel.permissions.viewer import MembershipInfo, PersonViewer


class _Row(NamedTuple):
    kind: str
    owner_id: int
    word: str  # the role, or the identity level of the binding
    district_id: int
    path: str
    name: str


def _words(**values: str) -> dict[str, Value]:
    return {name: Value(value, output_field=CharField()) for name, value in values.items()}


def _memberships(person_id: int, on: date) -> "QuerySet[Membership, tuple[Any, ...]]":
    return (
        Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(person_id=person_id, valid_from__lte=on, unit__is_active=True)
        .order_by()
        .annotate(kind=_words(kind="m")["kind"], district=F("unit__district_id"))
        .values_list("kind", "unit_id", "role", "district", "unit__path", "unit__name")
    )


def _bindings(person_id: int, on: date) -> "QuerySet[Clerk, tuple[Any, ...]]":
    blank = _words(kind="e", path="", unit_name="")
    return (
        Clerk.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(person_id=person_id, valid_from__lte=on)
        .order_by()
        .annotate(**blank, district=F("enterprise__district_id"))
        .values_list("kind", "enterprise_id", "identity_level", "district", "path", "unit_name")
    )


def viewer_for(person: Person, on: date, *, acting_unit_id: int | None = None) -> PersonViewer:
    """Return the viewer a person is on the local date `on`; one query.

    The acting unit, if it is one of the person's, comes first and decides the district. A binding counts
    only once the identity was checked: until then a person sees what he submitted himself, nothing else.
    """
    rows = [_Row(*row) for row in _memberships(person.pk, on).union(_bindings(person.pk, on), all=True)]
    memberships = sorted(
        (MembershipInfo(r.owner_id, r.word, r.district_id, r.path, r.name) for r in rows if r.kind == "m"),
        key=lambda m: (m.unit_id != acting_unit_id, m.path, m.role),
    )
    bound = [r for r in rows if r.kind == "e" and is_checked(person.identity_level, r.word)]
    districts = [m.district_id for m in memberships] + [r.district_id for r in bound]
    return PersonViewer(
        person_id=person.pk,
        name=person.name,
        district_id=districts[0] if districts else person.district_id,
        memberships=tuple(memberships),
        enterprise_ids=frozenset(r.owner_id for r in bound),
        identity_level=person.identity_level,
    )


def is_checked(person_level: str, binding_level: str) -> bool:
    """Tell whether the person, or this binding, went through an identity check."""
    return person_level != IdentityLevel.UNVERIFIED or binding_level != IdentityLevel.UNVERIFIED
