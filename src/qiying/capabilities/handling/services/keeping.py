"""Writing partner regions and licences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.handling.models import Licence, Partner
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled


@transaction.atomic
def partner_save(*, actor: Viewer, row: Partner | None, values: Mapping[str, Any], now: datetime) -> Partner:
    """Write a partner region, new or changed; each county stands once."""
    require(actor, "service_centre.matters")
    saved = row or Partner(district_id=actor.district_id or 0, valid_from=local_date(now))
    row_filled(saved, values, "province", "county", "desk", "contact", "phone", "valid_from")
    fields = row_faults(saved, unique="")
    same = Partner.objects.filter(district_id=saved.district_id, valid_to__isnull=True, county=saved.county)
    if same.filter(province=saved.province).exclude(pk=saved.pk).exists():
        fields["county"] = ["已经有了，改原来那一行"]
    refuse(fields)
    saved.save()
    row_noted(actor, "partner_save", saved, now, name=str(saved))
    return saved


@transaction.atomic
def partner_end(*, actor: Viewer, row: Partner, on: date, reason: str, now: datetime) -> None:
    """End a partnership; what runs goes on to its end."""
    require(actor, "service_centre.matters")
    if row.valid_to is not None:
        raise ActionNotAvailable("已经停用了。")
    row.valid_to, row.ended_reason = max(on, row.valid_from), reason
    row.save(update_fields=["valid_to", "ended_reason"])
    row_noted(actor, "partner_end", row, now, on=on.isoformat(), reason=reason)


@transaction.atomic
def licence_save(*, actor: Viewer, row: Licence | None, values: Mapping[str, Any], now: datetime) -> Licence:
    """Write a licence; a new day of validity is reminded of anew."""
    require(actor, "service_centre.licences")
    saved = row or Licence(district_id=actor.district_id or 0)
    row_filled(saved, values, "enterprise", "name", "number", "issuer", "valid_until", "how")
    fields = row_faults(saved, unique="")
    same = Licence.objects.filter(district_id=saved.district_id, number=saved.number).exclude(pk=saved.pk)
    if (other := same.select_related("enterprise").first()) is not None:
        fields["number"] = [f"编号 {saved.number} 已经登记在{other.enterprise.label}名下，请核对"]
    refuse(fields)
    saved.ended_on = None
    saved.save()
    told = {"name": saved.name, "number": saved.number, "valid_until": str(saved.valid_until)}
    row_noted(actor, "licence_save", saved, now, **told)
    return saved


@transaction.atomic
def licence_end(*, actor: Viewer, row: Licence, now: datetime, reason: str = "") -> None:
    """Take a licence out: it was given up or recorded by mistake; nobody is reminded of it."""
    require(actor, "service_centre.licences")
    row.ended_on = local_date(now)
    row.save(update_fields=["ended_on"])
    row_noted(actor, "licence_end", row, now, number=row.number, reason=reason)


@transaction.atomic
def licence_quiet(*, actor: Viewer, row: Licence, is_quiet: bool, now: datetime) -> None:
    """Let an enterprise say that it wants no more reminders of a licence, or wants them again."""
    if row.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业的专员能定。")
    if row.is_quiet != is_quiet:
        row.is_quiet = is_quiet
        row.save(update_fields=["is_quiet"])
        row_noted(actor, "licence_quiet", row, now, is_quiet=is_quiet)
