"""Who looks: a person's memberships and enterprise bindings of one day, in one query."""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value

from qiying.kernel.enterprises.models import Clerk
from qiying.kernel.organisations.models import IdentityLevel, Membership, Person
from qiying.kernel.permissions.registry import REGISTRY
from qiying.kernel.permissions.viewer import MembershipInfo, PersonViewer, StandIn


class _Row(NamedTuple):
    kind: str
    owner_id: int
    word: str  # the role, or the identity level of the binding
    district_id: int
    path: str
    name: str
    for_id: int | None = None
    for_name: str | None = None


def _words(**values: str) -> dict[str, Value]:
    return {name: Value(value, output_field=CharField()) for name, value in values.items()}


def _memberships(person_id: int, on: date) -> "QuerySet[Membership, tuple[Any, ...]]":
    return (
        Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(person_id=person_id, valid_from__lte=on, unit__is_active=True)
        .order_by()
        .annotate(kind=_words(kind="m")["kind"], district=F("unit__district_id"))
        .values_list(
            "kind",
            "unit_id",
            "role",
            "district",
            "unit__path",
            "unit__name",
            "stands_in_for_id",
            "stands_in_for__name",
        )
    )


def _bindings(person_id: int, on: date) -> "QuerySet[Clerk, tuple[Any, ...]]":
    blank = _words(kind="e", path="", unit_name="", for_name="")
    return (
        Clerk.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(person_id=person_id, valid_from__lte=on)
        .order_by()
        .annotate(
            **blank, district=F("enterprise__district_id"), for_id=Value(None, output_field=BigIntegerField())
        )
        .values_list(
            "kind", "enterprise_id", "identity_level", "district", "path", "unit_name", "for_id", "for_name"
        )
    )


_WHO, _DAY = 918_273_645, date(1911, 11, 11)  # stand for person and day while the statement's text is built


@cache
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    rows = _memberships(_WHO, _DAY).union(_bindings(_WHO, _DAY), all=True)
    return rows.query.sql_with_params()


def _rows(person_id: int, on: date) -> list[_Row]:
    """Run the one query of every request; its text is built once."""
    sql, params = _statement(connection.vendor)
    as_stored = connection.ops.adapt_datefield_value
    given = {_WHO: person_id, as_stored(_DAY): as_stored(on)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(p, p) for p in params])
        return [_Row(*row) for row in cursor.fetchall()]


def viewer_for(person: Person, on: date, *, acting_unit_id: int | None = None) -> PersonViewer:
    """Return the viewer a person is on the local date `on`; one query.

    The acting unit, if it is one of the person's, comes first and decides the district. A binding counts
    only once the identity was checked: until then a person sees what he submitted himself, nothing else.
    """
    rows = _rows(person.pk, on)
    held = [r for r in rows if r.kind == "m"]
    memberships = sorted(_each_once(held), key=lambda m: (m.unit_id != acting_unit_id, m.path, m.role))
    bound = [r for r in rows if r.kind == "e" and is_checked(person.identity_level, r.word)]
    districts = [m.district_id for m in memberships] + [r.district_id for r in bound]
    return PersonViewer(
        person_id=person.pk,
        name=person.name,
        district_id=districts[0] if districts else person.district_id,
        memberships=tuple(memberships),
        enterprise_ids=frozenset(r.owner_id for r in bound),
        identity_level=person.identity_level,
        keeps_views=frozenset(person.prefs.get("views", ())),
        stands_in=tuple(
            dict.fromkeys(
                StandIn(r.owner_id, r.for_id, r.for_name or "") for r in held if r.for_id is not None
            )
        ),
    )


def _each_once(rows: list[_Row]) -> list[MembershipInfo]:
    """Return each role in a unit once, and what it acts as; one's own before one held for somebody on leave."""
    found: dict[tuple[int, str], MembershipInfo] = {}
    for r in sorted(rows, key=lambda r: r.for_id is not None):
        info = MembershipInfo(r.owner_id, r.word, r.district_id, r.path, r.name, r.for_id)
        found.setdefault((r.owner_id, r.word), info)
    for info in list(found.values()):
        role = REGISTRY.roles.get(info.role)
        for other in role.acts_as if role else ():
            found.setdefault((info.unit_id, other), info._replace(role=other, held=info.role))
    return list(found.values())


def is_checked(person_level: str, binding_level: str) -> bool:
    """Tell whether the person, or this binding, went through an identity check."""
    return person_level != IdentityLevel.UNVERIFIED or binding_level != IdentityLevel.UNVERIFIED
