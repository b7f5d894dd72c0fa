"""On the day a record becomes repairable its enterprise is told, once, unless it wants no reminder."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.capabilities.credit_repair.models import CreditRecord, NoReminder
from qiying.capabilities.credit_repair.rules.standing import day
from qiying.capabilities.credit_repair.selectors import repairable_records, restructurings_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.notices.services import NoticeSpec, notices_queue


@transaction.atomic
def reminders_send(now: datetime, limit: int = 200) -> int:
    """Tell enterprises of records that became repairable; what the rules say is computed again first."""
    today = local_date(now)
    unwanted = NoReminder.objects.filter(enterprise_id=OuterRef("enterprise_id"))
    rows = (
        repairable_records(today).filter(~Exists(unwanted), reminded_on=None).order_by("repairable_on", "pk")
    )
    found = list(rows.select_related("unit", "case")[:limit])
    courts = restructurings_of(r.enterprise_id for r in found)
    sent = 0
    for row in found:
        standing = row.standing(courts.get(row.enterprise_id), today)
        # Claimed one by one: two workers never tell the same twice.
        if standing.may_apply and CreditRecord.objects.filter(pk=row.pk, reminded_on=None).update(
            reminded_on=today
        ):
            spec = NoticeSpec(
                template="credit_repairable",
                to=f"e:{row.enterprise_id}",
                subject=f"credit_record:{row.pk}",
                dedupe_key=f"credit_repairable:{row.pk}",
                context={"number": row.number, "on": day(standing.on or today)},
                url=f"/credit/{row.pk}/",
            )
            notices_queue([spec], district_id=row.district_id, at=now)
            sent += 1
    return sent
