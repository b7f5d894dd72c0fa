"""Writes on memberships: begun and ended, never deleted."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.models import Membership, Person, Unit
from qiying.kernel.organisations.selectors import is_outside
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.registry import REGISTRY, all_roles, role_label
from qiying.kernel.permissions.roles import SYSTEM_ROLES
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def membership_start(
    *,
    actor: Viewer,
    person: Person,
    unit: Unit,
    role: str,
    valid_from: date,
    at: datetime,
    valid_to: date | None = None,
    title: str = "",
) -> Membership:
    """Let a person act in a unit in a role; raise `GuardFailed` with every reason against it."""
    require_in_district(actor, "organisations.manage", unit.district_id)
    REGISTRY.role(role)
    reasons = []
    if role in SYSTEM_ROLES or role == "clerk":
        reasons.append("这个角色不能由任职得来")
    if not REGISTRY.role(role).is_outside and is_outside(unit):
        reasons.append(not_of_office([role]))
    if not unit.is_active:
        reasons.append("单位已经撤销，不能再任职")
    if not person.is_active:
        reasons.append("账号已经停用，先启用再登记任职")
    if valid_to is not None and valid_to < valid_from:
        reasons.append("结束日期早于开始日期")
    if actor.person_id == person.pk:
        reasons.append("不能给自己登记任职，请另一位运维来做")
    overlapping = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from),
        person=person,
        unit=unit,
        role=role,
        stands_in_for__isnull=True,
    )
    if valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=valid_to)
    if overlapping.exists():
        reasons.append("这段时间里已有同样的任职")
    if reasons:
        raise GuardFailed(reasons)
    row = Membership.objects.create(
        person=person, unit=unit, role=role, title=title.strip(), valid_from=valid_from, valid_to=valid_to
    )
    dates = {"from": valid_from.isoformat(), "to": valid_to.isoformat() if valid_to else None}
    _record(actor, "membership_start", row, dates, at)
    return row


@transaction.atomic
def membership_end(
    *, actor: Viewer, membership: Membership, on: date, reason: str, at: datetime
) -> Membership:
    """End a membership; `on` is its last day.."""
    require_in_district(actor, "organisations.manage", membership.unit.district_id)
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    reasons = []
    if locked.valid_to is not None and locked.valid_to <= on:
        reasons.append("这段任职已经结束")
    if on < locked.valid_from:
        reasons.append(f"最后一天不能早于开始的 {locked.valid_from:%Y-%m-%d}")
    if not reason.strip():
        reasons.append("请写明结束的原因")
    if reasons:
        raise GuardFailed(reasons)
    locked.valid_to, locked.ended_reason = on, reason.strip()
    locked.save(update_fields=["valid_to", "ended_reason"])
    # Who acts for him holds nothing longer than he did.
    held_for = Membership.objects.filter(
        stands_in_for=locked.person_id, unit=locked.unit_id, role=locked.role, valid_to__gt=on
    )
    held_for.filter(valid_from__gt=on).update(valid_from=on, valid_to=on, ended_reason=locked.ended_reason)
    held_for.update(valid_to=on, ended_reason=locked.ended_reason)
    _record(actor, "membership_end", locked, {"to": on.isoformat(), "reason": locked.ended_reason}, at)
    return locked


def not_of_office(roles: Iterable[str]) -> str:
    """Say that people of a body that is no government's may not have an office's roles, and which they may have."""
    held, others = "、".join(map(role_label, roles)), "、".join(r.label for r in all_roles() if r.is_outside)
    return f"不是政府的单位，那里的人不能是{held}；可以是：{others}"


def _record(actor: Viewer, action: str, row: Membership, data: dict[str, str | None], at: datetime) -> None:
    record_act(
        actor=actor,
        action=f"organisations.{action}",
        subject=f"person:{row.person_id}",
        data={"membership": row.pk, "unit": row.unit_id, "role": row.role, **data},
        at=at,
        district_id=row.unit.district_id,
    )
