"""The district cases are loaded into: who asks, who handles, who looks on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from qiying.config.demo.build import ground_make
from qiying.kernel.enterprises.models import Clerk
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import District, Membership, Person
from qiying.kernel.permissions.viewer import MembershipInfo, PersonViewer, Viewer


class NoGround(Exception):
    """The district lacks somebody the lives need; the message says whom."""


@dataclass(frozen=True)
class Asker:
    """An enterprise and the clerk who asks for it."""

    enterprise_id: int
    enterprise_name: str
    clerk_id: int
    clerk_name: str


@dataclass(frozen=True)
class Team:
    """A handling unit with the two people who act for it."""

    unit_id: int
    unit_name: str
    path: str
    liaison_id: int
    liaison_name: str
    handler_id: int
    handler_name: str


@dataclass(frozen=True)
class People:
    """Who takes part in one case."""

    asker: Asker
    lead: Team
    co: Team


@dataclass(frozen=True)
class Ground:
    """A district's people, from whom each case draws its own."""

    district_id: int
    askers: tuple[Asker, ...]
    teams: tuple[Team, ...]
    office: dict[str, Viewer]

    def viewer(self, who: str, people: People) -> Viewer:
        """Return the viewer of a step: `clerk`, `liaison`, `handler`, `co_handler`, or somebody of the office."""
        if who in self.office:
            return self.office[who]
        if who == "clerk":
            a = people.asker
            firms = frozenset({a.enterprise_id})
            return PersonViewer(a.clerk_id, a.clerk_name, self.district_id, (), firms, "verified")
        team = people.co if who.startswith("co_") else people.lead
        role = who.removeprefix("co_")
        found = (
            (team.liaison_id, team.liaison_name)
            if role == "liaison"
            else (team.handler_id, team.handler_name)
        )
        member = MembershipInfo(team.unit_id, role, self.district_id, team.path, team.unit_name)
        return PersonViewer(*found, self.district_id, (member,), frozenset(), "verified")


def is_plain(text: str) -> bool:
    """Tell whether a text reads the same inside JSON: what is stamped into a hashed text needs no escapes."""
    return text.isprintable() and not set(text) & {'"', "\\"}


def district_for(code: str, now: datetime) -> District:
    """Return the district of a code, or the only one; on an empty database the demo cast without cases is made."""
    if not District.objects.exists():
        if not settings.QIYING_ENV.demo:
            raise NoGround("库是空的：先建区县和单位，或用演示模式（QIYING_DEMO=1）让演示单位来办")
        return ground_make(start=now - timedelta(days=1100), now=now, firms=300).district
    found = list(District.objects.filter(code=code) if code else District.objects.all()[:2])
    if len(found) != 1:
        raise NoGround(f"没有区划代码 {code}" if code else "有几个区县，请用 --district 指明区划代码")
    return found[0]


def read_ground(district: District, on: date) -> Ground:
    """Return the people of a district; raise `NoGround` when a role has nobody."""
    members = list(
        Membership.objects.filter(unit__district=district, valid_to__isnull=True, unit__is_active=True)
        .select_related("unit", "person")
        .order_by("unit_id", "id")
    )
    office: dict[str, Viewer] = {}
    for who, role in (("desk", "desk"), ("supervisor", "supervisor"), ("callback", "callback")):
        person = next((m.person for m in members if m.role == role), None)
        if person is None:
            raise NoGround(f"本区没有“{role}”角色的人")
        office[who] = viewer_for(person, on)
    askers = tuple(_askers(district))
    teams = tuple(_teams(members))
    if not askers or len(teams) < 2:
        raise NoGround("至少要有一家有企业专员的企业和两个有联络员、经办人的承办单位")
    return Ground(district.pk, askers, teams, office)


def _askers(district: District) -> Iterator[Asker]:
    found = Clerk.objects.filter(enterprise__district=district, valid_to__isnull=True).order_by("id")
    for c in found.select_related("enterprise", "person"):
        if is_plain(c.enterprise.name) and is_plain(c.person.name):
            yield Asker(c.enterprise_id, c.enterprise.name, c.person_id, c.person.name)


def _teams(members: list[Membership]) -> Iterator[Team]:
    by_unit: dict[int, dict[str, Person]] = {}
    for m in members:
        if "handling" in m.unit.functions and is_plain(m.unit.name) and is_plain(m.person.name):
            by_unit.setdefault(m.unit_id, {}).setdefault(m.role, m.person)
    for m in {m.unit_id: m for m in members}.values():
        held = by_unit.get(m.unit_id, {})
        if {"liaison", "handler"} <= set(held):
            first, second = held["liaison"], held["handler"]
            yield Team(
                m.unit_id, m.unit.name, m.unit.path, first.pk, first.name, second.pk, second.name,
            )  # fmt: skip
