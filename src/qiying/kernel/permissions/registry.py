"""Declared permissions and roles: a name that nobody declared raises instead of meaning "no"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from qiying.kernel.permissions.errors import UnknownPermission, UnknownRole

_PERMISSION_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_ROLE_CODE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Permission:
    """One thing a person may do, as the permissions page shows it."""

    code: str
    label: str
    description: str


@dataclass(frozen=True)
class Role:
    """One part a person plays, as the permissions page shows it.

    Args:
        is_alone: who plays it takes part in what he himself was given, never in what his unit takes part in.
        is_outside: somebody of a body that is no government's may play it: it opens no list of the district's.
        acts_as: what its unit was given, whoever plays it does as these roles do; nothing else of theirs is his.
    """

    code: str
    label: str
    description: str
    is_alone: bool = False
    is_outside: bool = False
    acts_as: tuple[str, ...] = ()


T = TypeVar("T", Permission, Role)


@dataclass
class Registry:
    """Permissions, roles and who has what; apps fill it while they load, `settle()` closes the open ends."""

    permissions: dict[str, Permission] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    grants: dict[str, frozenset[str]] = field(default_factory=dict)
    is_settled: bool = False

    def declare(self, code: str, label: str, description: str) -> None:
        """Declare a permission; raise `ValueError` on a bad code or a second, different declaration."""
        if not _PERMISSION_CODE.fullmatch(code):
            raise ValueError(f"权限编码 {code!r} 要写成 应用.动作，例如 cases.view_all")
        self._put(self.permissions, Permission(code, label, description))

    def declare_role(
        self,
        code: str,
        label: str,
        description: str,
        *,
        is_alone: bool = False,
        is_outside: bool = False,
        acts_as: tuple[str, ...] = (),
    ) -> None:
        """Declare a role; raise `ValueError` on a bad code or a second, different declaration."""
        if not _ROLE_CODE.fullmatch(code):
            raise ValueError(f"角色编码 {code!r} 只能用小写字母、数字和下划线")
        for other in acts_as:
            self.role(other)
        self._put(self.roles, Role(code, label, description, is_alone, is_outside, acts_as))

    def grant(self, role: str, *codes: str) -> None:
        """Give a role permissions.

        Apps load from the top layer down, so a code may be declared later in the same start: until
        `settle()` an unknown permission waits, afterwards it raises `UnknownPermission` at once.
        """
        self.role(role)
        if self.is_settled:
            for code in codes:
                self.permission(code)
        self.grants[role] = self.grants.get(role, frozenset()) | frozenset(codes)

    def settle(self) -> None:
        """Raise `UnknownPermission` if a grant names what nobody declared."""
        for codes in self.grants.values():
            for code in sorted(codes):
                self.permission(code)
        self.is_settled = True

    def permission(self, code: str) -> Permission:
        """Return a declared permission or raise `UnknownPermission`."""
        try:
            return self.permissions[code]
        except KeyError:
            raise UnknownPermission(code) from None

    def role(self, code: str) -> Role:
        """Return a declared role or raise `UnknownRole`."""
        try:
            return self.roles[code]
        except KeyError:
            raise UnknownRole(code) from None

    def acting_as(self, roles: Iterable[str]) -> frozenset[str]:
        """Return the roles with those that act as one of them in what their unit was given."""
        wanted = frozenset(roles)
        return wanted | {r.code for r in self.roles.values() if wanted & set(r.acts_as)}

    def permissions_of(self, role: str) -> frozenset[str]:
        """Return what a role may do; raise `UnknownRole`."""
        self.role(role)
        return self.grants.get(role, frozenset())

    def roles_with(self, code: str) -> tuple[Role, ...]:
        """Return the roles that have a permission, in order of declaration."""
        self.permission(code)
        return tuple(r for r in self.roles.values() if code in self.grants.get(r.code, ()))

    @staticmethod
    def _put(known: dict[str, T], new: T) -> None:
        if not new.label or not new.description:
            raise ValueError(f"{new.code}: 名称和说明都要写，页面上会显示")
        if known.setdefault(new.code, new) != new:
            raise ValueError(f"{new.code} 声明了两次，而且写法不同")


REGISTRY = Registry()
declare = REGISTRY.declare
declare_role = REGISTRY.declare_role
grant = REGISTRY.grant
permissions_of = REGISTRY.permissions_of
acting_as = REGISTRY.acting_as


def all_permissions() -> tuple[Permission, ...]:
    """Return every declared permission by code."""
    return tuple(sorted(REGISTRY.permissions.values(), key=lambda p: p.code))


def all_roles() -> tuple[Role, ...]:
    """Return every declared role in order of declaration."""
    return tuple(REGISTRY.roles.values())


def role_word(code: str) -> str:
    """Return a role's Chinese name, or the code of none as it is."""
    return REGISTRY.roles[code].label if code in REGISTRY.roles else code


def role_label(code: str) -> str:
    """Return a role's Chinese name; raise `UnknownRole`."""
    return REGISTRY.role(code).label
