"""Writes on districts and the tree of units."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.functions import unknown_functions
from qiying.kernel.organisations.models import District, Membership, Unit, UnitKind
from qiying.kernel.organisations.selectors import is_outside, units_forget
from qiying.kernel.organisations.services.memberships import not_of_office
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.registry import REGISTRY
from qiying.kernel.permissions.viewer import Viewer

EDITABLE = (
    "name",
    "short_name",
    "kind",
    "code",
    "credit_code",
    "letter_word",
    "functions",
    "phone",
    "address",
    "hours",
    "sort_order",
)


@transaction.atomic
def district_create(
    *,
    actor: Viewer,
    code: str,
    name: str,
    at: datetime,
    settings: dict[str, Any] | None = None,
    is_demo: bool = False,
) -> District:
    """Create a district; raise `GuardFailed` when the code is taken."""
    require_in_district(actor, "organisations.manage", None)  # programs only: nobody is above districts
    if District.objects.filter(code=code).exists():
        raise GuardFailed([f"区划代码 {code} 已经用过"], {"code": ["已经用过"]})
    row = District.objects.create(code=code, name=name, settings=settings or {}, is_demo=is_demo)
    record_act(
        actor=actor,
        action="organisations.district_create",
        subject=f"district:{row.pk}",
        data={"code": code, "name": name},
        at=at,
        district_id=row.pk,
    )
    return row


@transaction.atomic
def unit_create(
    *,
    actor: Viewer,
    district_id: int,
    name: str,
    at: datetime,
    kind: str = UnitKind.DEPARTMENT,
    parent: Unit | None = None,
    functions: Sequence[str] = (),
    **details: Any,
) -> Unit:
    """Create a unit below `parent`, or as a root; `details` are further editable fields."""
    require_in_district(actor, "organisations.manage", district_id)
    values = {"name": name, "kind": kind, "functions": list(functions), **details}
    _check(values, district_id=district_id, parent=parent)
    unit = Unit.objects.create(district_id=district_id, parent=parent, **values)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    _record(actor, "unit_create", unit, {"name": name, "kind": str(kind), "path": unit.path}, at)
    return unit


@transaction.atomic
def unit_update(*, actor: Viewer, unit: Unit, at: datetime, **changes: Any) -> Unit:
    """Change editable fields of a unit; the act keeps old and new."""
    require_in_district(actor, "organisations.manage", unit.district_id)
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    changed = {k: v for k, v in changes.items() if getattr(locked, k) != v}
    _check(
        {"name": locked.name, **changed}, district_id=locked.district_id, parent=locked.parent, unit=locked
    )
    if not changed:
        return locked
    before = {k: getattr(locked, k) for k in changed}
    for field, value in changed.items():
        setattr(locked, field, value)
    locked.save(update_fields=sorted(changed))
    if "kind" in changed:
        _check_outside(locked, "kind", at)
    _record(actor, "unit_update", locked, {"before": before, "after": changed}, at)
    return locked


@transaction.atomic
def unit_move(*, actor: Viewer, unit: Unit, parent: Unit | None, at: datetime) -> Unit:
    """Hang a unit and everything below it under another parent; the paths follow in one statement."""
    require_in_district(actor, "organisations.manage", unit.district_id)
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None and (parent.path.startswith(locked.path) or parent.pk == locked.pk):
        raise GuardFailed(["不能把单位移到它自己下面"], {"parent": ["不能移到自己下面"]})
    _check({"name": locked.name}, district_id=locked.district_id, parent=parent, unit=locked)
    old, new = locked.path, f"{parent.path if parent else '/'}{locked.pk}/"
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Unit.objects.filter(pk=locked.pk).update(parent=parent)
    _record(actor, "unit_move", locked, {"from": old, "to": new}, at)
    locked.refresh_from_db()
    _check_outside(locked, "parent", at)
    return locked


@transaction.atomic
def unit_close(*, actor: Viewer, unit: Unit, on: date, reason: str, at: datetime) -> Unit:
    """Take a unit out of use; refuse while something active hangs below it or people still act in it."""
    require_in_district(actor, "organisations.manage", unit.district_id)
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    reasons = []
    if not locked.is_active:
        reasons.append("这个单位已经撤销")
    if not reason.strip():
        reasons.append("请写明撤销的依据")
    below = Unit.objects.filter(path__startswith=locked.path, is_active=True).exclude(pk=locked.pk).count()
    if below:
        reasons.append(f"下面还有 {below} 个单位在用，先移走或撤销")
    staff = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), unit=locked).count()
    if staff:
        reasons.append(f"还有 {staff} 人次在这里任职，先结束任职")
    if reasons:
        raise GuardFailed(reasons)
    locked.is_active, locked.closed_on = False, on
    locked.save(update_fields=["is_active", "closed_on"])
    _record(actor, "unit_close", locked, {"on": on.isoformat(), "reason": reason.strip()}, at)
    return locked


def _check(
    values: dict[str, Any], *, district_id: int, parent: Unit | None, unit: Unit | None = None
) -> None:
    """Raise `GuardFailed` with everything wrong with a unit's values, all at once."""
    fields: dict[str, list[str]] = {}
    if unknown := sorted(set(values) - set(EDITABLE)):
        raise TypeError(f"单位没有这些可改的栏目：{unknown}")
    others = Unit.objects.exclude(pk=unit.pk if unit else 0).filter(district_id=district_id)
    name = str(values["name"]).strip()
    if not name:
        fields["name"] = ["请填单位名称"]
    elif parent is not None and others.filter(parent=parent, name=name, is_active=True).exists():
        fields["name"] = [f"「{parent.name}」下已有同名单位"]
    if values.get("kind", UnitKind.DEPARTMENT) not in UnitKind.values:
        fields["kind"] = ["没有这种单位类别"]
    if values.get("code") and others.filter(code=values["code"]).exists():
        fields["code"] = ["这个单位编码已经用过"]
    if parent is not None and parent.district_id != district_id:
        fields["parent"] = ["上级单位不在同一个区县"]
    if parent is not None and not parent.is_active:
        fields["parent"] = ["上级单位已经撤销"]
    if unknown := unknown_functions(values.get("functions", ())):
        fields["functions"] = [f"没有登记过的职能：{'、'.join(unknown)}"]
    refuse(fields)


def _check_outside(unit: Unit, field: str, at: datetime) -> None:
    """Raise `GuardFailed` where a unit is no office any more and somebody in it has an office's role."""
    if not is_outside(unit):
        return
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=local_date(at))
    held = Membership.objects.filter(lasting, unit__path__startswith=unit.path).values_list("role", flat=True)
    office = sorted(code for code in set(held) if not REGISTRY.role(code).is_outside)
    refuse({field: [f"{not_of_office(office)}。先结束那些任职"]} if office else {})


def _record(actor: Viewer, action: str, unit: Unit, data: dict[str, Any], at: datetime) -> None:
    units_forget()
    row_noted(actor, f"organisations.{action}", unit, at, **data)
