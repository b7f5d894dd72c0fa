"""Writes on the register itself."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.kernel.audit.statements import rows_insert
from qiying.kernel.audit.subjects import noting
from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.models import (
    BodyKind,
    Enterprise,
    EnterpriseStatus,
    Tag,
)
from qiying.kernel.enterprises.profiles import profile_change, profile_start
from qiying.kernel.enterprises.services.scope import require_edit
from qiying.kernel.enterprises.size_classes import sized
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.industries import split_code

_noted = noting("enterprises")

EDITABLE = frozenset(
    {
        "name",
        "short_name",
        "credit_code",
        "body_kind",
        "industry",
        "region_unit",
        "address",
        "legal_representative",
        "established_on",
        "status",
    }
)
BY_CLERK = frozenset({"short_name", "address"})
PROPOSALS_A_DAY = 3


@transaction.atomic
def enterprise_create(
    *,
    actor: Viewer,
    district_id: int,
    name: str,
    at: datetime,
    credit_code: str = "",
    tags: Iterable[str] = (),
    source: str = "official",
    batch: str = "",
    **details: Any,
) -> Enterprise:
    """Enter a body in the register; raise `GuardFailed` with every reason, by field."""
    require_in_district(actor, "enterprises.edit", district_id)
    return _create(actor, district_id, name, credit_code, tags, source, batch, at, details)


@transaction.atomic
def enterprise_propose(
    *, actor: Viewer, district_id: int, name: str, credit_code: str, at: datetime
) -> Enterprise:
    """Enter the body somebody wants to speak for; he gains nothing until the desk has checked him."""
    if not actor.is_authenticated or actor.person_id is None:
        raise NotPermitted("请先登录。")
    source = f"person:{actor.person_id}"
    since = at - timedelta(days=1)
    if Enterprise.objects.filter(created_source=source, created_at__gt=since).count() >= PROPOSALS_A_DAY:
        raise GuardFailed([f"一天最多新登记 {PROPOSALS_A_DAY} 家企业，请明天再来，或到服务中心窗口办"])
    if not credit_code.strip():
        raise GuardFailed(["请填统一社会信用代码"], {"credit_code": ["请填统一社会信用代码"]})
    return _create(actor, district_id, name, credit_code, (), source, "", at, {})


def _create(
    actor: Viewer,
    district_id: int,
    name: str,
    credit_code: str,
    tags: Iterable[str],
    source: str,
    batch: str,
    at: datetime,
    details: dict[str, Any],
) -> Enterprise:
    checked = checked_code(credit_code)
    values = {"name": name.strip(), **details}
    if checked.body_kind is not None:
        values.setdefault("body_kind", checked.body_kind)
    refuse(_problems({**values, "credit_code": credit_code}, district_id, None))
    row = Enterprise.objects.create(
        district_id=district_id,
        credit_code=checked.code,
        code_level=checked.level,
        created_at=at,
        created_source=source,
        import_batch=batch,
        **values,
    )
    through: Any = Enterprise.tags.through
    rows_insert([through(enterprise=row, tag=tag) for tag in _tags_named(row, tags)])
    profile_start(row, at)
    data = {"name": row.name, "credit_code": row.credit_code, "source": source}
    _noted(actor, "enterprise_create", row, at, **data)
    return row


@transaction.atomic
def enterprise_update(
    *, actor: Viewer, enterprise: Enterprise, at: datetime, tags: Iterable[str] | None = None, **changes: Any
) -> Enterprise:
    """Change the register's fields; a clerk may change the short name and the address of his own."""
    require_edit(actor, enterprise, by_clerk=tags is None and set(changes) <= BY_CLERK)
    locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if "credit_code" in changes:
        checked = checked_code(changes["credit_code"] or "")
        changes["credit_code"] = checked.code if checked.is_usable else changes["credit_code"]
    changed = {k: v for k, v in changes.items() if getattr(locked, k) != v}
    refuse(_problems({"name": locked.name, **changed}, locked.district_id, locked))
    before = {k: _plain(getattr(locked, k)) for k in changed}
    for field, value in changed.items():
        setattr(locked, field, value)
    if "credit_code" in changed:
        locked.code_level = checked_code(locked.credit_code or "").level
    if "industry" in changed:
        found = sized(locked.industry, locked.pk)
        locked.size_class, locked.size_class_period = found.size_class, found.period
    locked.save()
    after = {k: _plain(v) for k, v in changed.items()}
    if tags is not None:
        before["tags"] = sorted(locked.tags.values_list("name", flat=True))
        _set_tags(locked, tags)
        after["tags"] = sorted(locked.tags.values_list("name", flat=True))
    if before != after:
        profile_change(locked)
        _noted(actor, "enterprise_update", locked, at, before=before, after=after)
    return locked


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, Unit) else value


def _set_tags(row: Enterprise, tags: Iterable[str]) -> None:
    found = _tags_named(row, tags)
    if found or row.tags.exists():
        row.tags.set(found)


def _tags_named(row: Enterprise, tags: Iterable[str]) -> list[Tag]:
    """Return the district's tags of these names; a new one is made."""
    words = sorted({t.strip() for t in tags if t.strip()})
    if not words:
        return []
    known = {t.name: t for t in Tag.objects.filter(district_id=row.district_id, name__in=words)}
    for word in words:
        if word not in known:
            known[word], _ = Tag.objects.get_or_create(district_id=row.district_id, name=word)
    return [known[word] for word in words]


def _problems(values: dict[str, Any], district_id: int, existing: Enterprise | None) -> dict[str, list[str]]:
    """Return everything wrong with the values, by field."""
    if unknown := sorted(set(values) - EDITABLE):
        raise TypeError(f"企业没有这些可改的栏目：{unknown}")
    fields: dict[str, list[str]] = {}
    if not str(values["name"]).strip():
        fields["name"] = ["请填企业名称"]
    elif len(values["name"]) > 128:
        fields["name"] = ["企业名称超过 128 字"]
    if code_problems := registered_already(values.get("credit_code") or "", district_id, existing):
        fields["credit_code"] = code_problems
    if values.get("industry") and split_code(values["industry"]) == ("", ""):
        fields["industry"] = [f"「{values['industry']}」不是国民经济行业代码"]
    region = values.get("region_unit")
    if region is not None and (region.district_id != district_id or not region.is_active):
        fields["region_unit"] = ["所在镇街不在本区县，或者已经撤销"]
    if values.get("body_kind", BodyKind.OTHER) not in BodyKind.values:
        fields["body_kind"] = ["没有这种主体类型"]
    if values.get("status", EnterpriseStatus.ACTIVE) not in EnterpriseStatus.values:
        fields["status"] = ["没有这种状态"]
    return fields


def registered_already(text: str, district_id: int, existing: Enterprise | None) -> list[str]:
    """Say why a code is none, or whose it is already."""
    checked = checked_code(text)
    if not checked.is_usable:
        return checked.remarks
    if checked.code is None:
        return []
    other = (
        Enterprise.objects.filter(credit_code=checked.code).exclude(pk=existing.pk if existing else 0).first()
    )
    if other is None:
        return []
    # A body of another district is not named: its being known there is none of our business.
    name = other.name if other.district_id == district_id else "其他区县的一家企业"
    return [f"这个代码已经登记在「{name}」名下"]
