"""Who looks or acts: one frozen value made once per request, so a permission costs no query."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from qiying.kernel.permissions.errors import NotPermitted, UnknownRole
from qiying.kernel.permissions.keys import enterprise_key, person_key, unit_key
from qiying.kernel.permissions.registry import REGISTRY
from qiying.kernel.permissions.roles import SYSTEM_ROLES


class MembershipInfo(NamedTuple):
    """One current membership of a person in a unit; one he has only for somebody on leave names that person.

    `held` is the role he really has where it only acts as this one.
    """

    unit_id: int
    role: str
    district_id: int
    path: str
    unit_name: str
    for_id: int | None = None
    held: str = ""


class StandIn(NamedTuple):
    """A colleague on leave for whom somebody acts in a unit today."""

    unit_id: int
    person_id: int
    name: str


class Viewer(Protocol):
    """What every selector and act needs to know about who asks."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def district_id(self) -> int | None: ...
    @property
    def memberships(self) -> tuple[MembershipInfo, ...]: ...
    @property
    def enterprise_ids(self) -> frozenset[int]: ...
    @property
    def stands_in(self) -> tuple[StandIn, ...]: ...
    @property
    def keeps_views(self) -> frozenset[str]: ...
    @property
    def identity_level(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def unit_ids(self) -> frozenset[int]: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def is_authenticated(self) -> bool: ...
    @property
    def is_system(self) -> bool: ...
    def has(self, permission: str) -> bool: ...
    def has_role(self, role: str, unit_id: int | None = None) -> bool: ...


@dataclass(frozen=True)
class PersonViewer:
    """A person with today's memberships and enterprise bindings; without `person_id`, an anonymous one."""

    person_id: int | None = None
    name: str = ""
    district_id: int | None = None
    memberships: tuple[MembershipInfo, ...] = ()
    enterprise_ids: frozenset[int] = frozenset()
    identity_level: str = "unverified"
    stands_in: tuple[StandIn, ...] = ()
    keeps_views: frozenset[str] = frozenset()  # lists of which he saved a view

    @property
    def is_authenticated(self) -> bool:
        return self.person_id is not None

    @property
    def is_system(self) -> bool:
        return False

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles from memberships; `clerk` comes from enterprise bindings."""
        held = {m.held or m.role for m in self.memberships}
        return frozenset(held | {"clerk"} if self.enterprise_ids else held)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(m.unit_id for m in self.memberships)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Party keys: the person, then each unit he acts for, then each enterprise, in a stable order."""
        person = () if self.person_id is None else (person_key(self.person_id),)
        known = REGISTRY.roles
        acts_for = {m.unit_id for m in self.memberships if not (m.role in known and known[m.role].is_alone)}
        units = tuple(unit_key(i) for i in sorted(acts_for))
        return person + units + tuple(enterprise_key(i) for i in sorted(self.enterprise_ids))

    @cached_property
    def permissions(self) -> frozenset[str]:
        return frozenset().union(*(REGISTRY.permissions_of(r) for r in self.roles))

    def has(self, permission: str) -> bool:
        """Tell whether a role of this person carries the permission; raise `UnknownPermission`."""
        REGISTRY.permission(permission)
        return permission in self.permissions

    def has_role(self, role: str, unit_id: int | None = None) -> bool:
        """Tell whether the person has the role, in the named unit if one is given; raise `UnknownRole`."""
        REGISTRY.role(role)
        if unit_id is None:
            return role in self.roles
        return any(m.role == role and m.unit_id == unit_id for m in self.memberships)


@dataclass(frozen=True)
class SystemViewer:
    """A program of Qiying itself: sees everything, is nobody's party, and has only its own role."""

    name: str
    person_id: None = None
    district_id: int | None = None
    memberships: tuple[MembershipInfo, ...] = ()
    enterprise_ids: frozenset[int] = frozenset()
    identity_level: str = "system"
    stands_in: tuple[StandIn, ...] = ()
    keeps_views: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    unit_ids: frozenset[int] = frozenset()
    is_authenticated: bool = True
    is_system: bool = True

    @property
    def roles(self) -> frozenset[str]:
        return frozenset({self.name})

    def has(self, permission: str) -> bool:
        """Return true for every declared permission; raise `UnknownPermission`."""
        REGISTRY.permission(permission)
        return True

    def has_role(self, role: str, unit_id: int | None = None) -> bool:
        """Tell whether this is that program; raise `UnknownRole`."""
        return REGISTRY.role(role).code == self.name and unit_id is None


ANONYMOUS = PersonViewer()


def system_viewer(name: str, *, district_id: int | None = None) -> SystemViewer:
    """Return the viewer of a program (`worker`, `import_service`); raise `UnknownRole` on another name."""
    if name not in SYSTEM_ROLES:
        raise UnknownRole(name)
    return SystemViewer(name=name, district_id=district_id)


def require(viewer: Viewer, code: str) -> None:
    """Raise `NotPermitted` naming the missing permission; raise `UnknownPermission` on an undeclared one."""
    permission = REGISTRY.permission(code)
    if not viewer.has(code):
        raise NotPermitted(
            f"您没有「{permission.label}」的权限。要用的话，请找本单位联络员或运维开通。", permission=code
        )
