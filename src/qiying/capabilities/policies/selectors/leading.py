"""Who may write on a policy: people of its lead department and of the units above it, each by his own role there."""

from __future__ import annotations

from django.db.models import Q

from qiying.capabilities.policies.models import Policy
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.fetch import require
from qiying.kernel.permissions.registry import permissions_of
from qiying.kernel.permissions.viewer import Viewer


def leads(viewer: Viewer, permission: str, unit: Unit) -> bool:
    """Tell whether a role held in the unit itself, or in one above it, carries the permission."""
    if viewer.is_system:
        return True
    return viewer.has(permission) and any(
        permission in permissions_of(held.role)
        for held in viewer.memberships
        if held.district_id == unit.district_id and unit.path.startswith(held.path)
    )


def led(viewer: Viewer, permission: str, path: str = "lead_unit__path") -> Q:
    """Return the condition that keeps rows of units the viewer leads; `path` is where the unit's path stands."""
    found = Q(pk__in=())
    for held in viewer.memberships:
        if permission in permissions_of(held.role):
            found |= Q(**{f"{path}__startswith": held.path})
    return found


def must_lead(viewer: Viewer, permission: str, policy: Policy, unit: Unit | None = None) -> None:
    """Raise `NotPermitted` unless the viewer belongs to the policy's lead department, or to `unit` in its place."""
    if viewer.is_system:
        return
    require(viewer, permission)
    if viewer.district_id != policy.district_id:
        raise NotPermitted("这是别的区县的政策")
    if not leads(viewer, permission, unit or policy.lead_unit):
        name = (unit or policy.lead_unit).label
        raise NotPermitted(f"这项政策由{name}主办，要由{name}或它的上级单位来办")


def led_units(viewer: Viewer, permission: str, district_id: int) -> list[Unit]:
    """Return the units of a district for which the viewer may write policies, by name."""
    units = Unit.objects.filter(district_id=district_id, is_active=True).order_by("name")
    return [unit for unit in units if leads(viewer, permission, unit)]
