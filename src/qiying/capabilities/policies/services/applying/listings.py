"""The negative list: who may get nothing without applying, why, and by which paper."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.policies.models import NegativeListing
from qiying.capabilities.policies.services.noting import noted, refuse, refuse_any
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def listing_add(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    reason: str,
    source: str,
    listed_on: date,
    until_on: date | None,
    at: datetime,
) -> NegativeListing:
    """List an enterprise from a day to a day, with the paper that says so."""
    require(actor, "policies.listings")
    wrong: dict[str, str] = {}
    if enterprise.district_id != actor.district_id:
        wrong["enterprise_id"] = "这家企业不在本区"
    if until_on is not None and until_on < listed_on:
        wrong["until_on"] = "截止日期不能早于列入日期"
    if listed_on > local_date(at):
        wrong["listed_on"] = "列入日期还没到"
    refuse_any(wrong)
    row = NegativeListing.objects.create(
        enterprise=enterprise,
        reason=reason,
        source=source,
        listed_on=listed_on,
        until_on=until_on,
        listed_by_id=actor.person_id,
    )
    noted(actor, "policies.listing_add", enterprise, at, listing=row.pk, reason=reason, source=source)
    return row


@transaction.atomic
def listing_remove(*, actor: Viewer, listing: NegativeListing, reason: str, at: datetime) -> NegativeListing:
    """Take an enterprise off the list with the reason; the row stays."""
    require(actor, "policies.listings")
    row = NegativeListing.objects.select_for_update().select_related("enterprise").get(pk=listing.pk)
    if row.removed_at is not None:
        raise ActionNotAvailable("已经移出了")
    if len(reason.strip()) < 4:
        refuse({"reason": "请写为什么移出"})
    row.removed_at, row.removed_by_id, row.removed_reason = at, actor.person_id, reason.strip()[:200]
    row.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    noted(actor, "policies.listing_remove", row.enterprise, at, listing=row.pk, reason=row.removed_reason)
    return row
