"""Services and rights a policy grants: asked of the owning unit at approval, delivered by its people."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.policies.models import Application, Delivery
from qiying.capabilities.policies.services.money.movements import case_follow
from qiying.capabilities.policies.services.noting import refuse
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def delivery_make(*, application: Application, at: datetime) -> Delivery:
    """Ask the owning unit to deliver what the policy grants; asking twice asks once."""
    policy = application.policy
    found, is_new = Delivery.objects.get_or_create(
        application=application,
        defaults={
            "unit": policy.service_unit or policy.lead_unit,
            "what": policy.name[:120],
            "asked_at": at,
        },
    )
    if not is_new and found.state == Delivery.State.DROPPED:
        found.state, found.asked_at = Delivery.State.WAITING, at
        found.save(update_fields=["state", "asked_at"])
    return found


@transaction.atomic
def delivery_record(*, delivery: Delivery, on: date, note: str, actor: Viewer, at: datetime) -> Delivery:
    """Record that a service or right was delivered on a day.

    Raises `GuardFailed` on a day to come or before the approval, `ActionNotAvailable` when somebody recorded it.
    """
    asked_on = local_date(delivery.asked_at)
    if on > local_date(at):
        refuse({"on": "兑现日期不能晚于今天"})
    if on < asked_on:
        refuse({"on": f"兑现日期不能早于核定那天（{asked_on.isoformat()}）"})
    waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    if not waiting.update(
        state=Delivery.State.DELIVERED, delivered_on=on, delivered_by_id=actor.person_id, note=note[:300]
    ):
        delivery.refresh_from_db()
        who = delivery.delivered_by.name if delivery.delivered_by else "有人"
        raise ActionNotAvailable(f"{who}已经登记过兑现，不用再登记")
    case_follow(delivery.application, "record_delivery", actor, at, on=on, note=note)
    delivery.refresh_from_db()
    return delivery
