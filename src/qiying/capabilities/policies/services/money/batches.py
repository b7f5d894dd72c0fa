"""Payments handed to the treasury together: gathered by one treasurer, released by another, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import Payment, PaymentBatch
from qiying.capabilities.policies.services.money.files import lines_digest, pay_lines
from qiying.capabilities.policies.services.noting import noted, refuse
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases import numbers
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked

State = PaymentBatch.State
MAX_PAYMENTS = 2_000


@transaction.atomic
def batch_make(*, payment_ids: Sequence[int], actor: Viewer, at: datetime) -> PaymentBatch:
    """Gather ready payments into a batch and return it.

    Raises `GuardFailed` at `payments` when nothing is chosen, an account is missing, or one is in another batch.
    """
    require(actor, "policies.money")
    ids = sorted(set(payment_ids))
    if not ids or len(ids) > MAX_PAYMENTS:
        words = "先勾选要付的" if not ids else f"一批最多 {MAX_PAYMENTS:,} 笔，分几批付"
        refuse({"payments": words})
    rows = list(
        Payment.objects.select_for_update(of=("self",))
        .select_related("application__enterprise")
        .filter(pk__in=ids, application__district_id=actor.district_id or 0, state=Payment.State.READY)
        .order_by("pk")
    )
    _all_ready(rows, ids)
    batch = PaymentBatch.objects.create(
        number=numbers.number("PC", local_date(at), numbers.draw_suffix()),
        district_id=rows[0].application.district_id,
        made_at=at,
        made_by_id=actor.person_id,
        count=len(rows),
        total_fen=sum(p.amount_fen for p in rows),
    )
    for payment in rows:
        payment.batch, payment.account_id = batch, payment.application.account_id
    Payment.objects.bulk_update(rows, ["batch", "account"])
    _noted(batch, "policies.batch_make", actor, at)
    return batch


def _all_ready(rows: Sequence[Payment], ids: Sequence[int]) -> None:
    if len(rows) < len(ids):
        words = f"{len(ids) - len(rows)} 笔已经不是待支付，刷新后重选"
        refuse({"payments": words})
    wrong = [f"{p.number} 已在另一批里" for p in rows if p.batch_id is not None]
    wrong += [
        f"{p.application.enterprise.name} 还没有收款账户" for p in rows if p.application.account_id is None
    ]
    if wrong:
        raise GuardFailed(wrong[:5], {"payments": wrong[:5]})


@transaction.atomic
def batch_release(*, batch: PaymentBatch, actor: Viewer, at: datetime, checked: str) -> PaymentBatch:
    """Release a batch to the treasury; from now on its payments are sent. Never by who made it, and only once.

    `checked` is the digest `accounts_check` gave: what was looked at is what is paid. Who comes second is told who
    released it and when (`ActionNotAvailable`).
    """
    require(actor, "policies.money")
    if batch.made_by_id is not None and batch.made_by_id == actor.person_id:
        raise NotPermitted("您做的这一批要由另一位资金专员复核")
    locked = row_locked(batch)
    if locked.state != State.DRAFT:
        raise ActionNotAvailable(_who_did(locked))
    rows = list(
        locked.payments.select_for_update(of=("self",))
        .select_related("application__enterprise")
        .order_by("pk")
    )
    if not rows:
        raise ActionNotAvailable("这一批已经没有要付的，请作废")
    missing = [p.application.enterprise.name for p in rows if p.application.account_id is None]
    if missing:
        raise GuardFailed([f"{name} 还没有收款账户" for name in missing[:5]])
    if checked != lines_digest(pay_lines(locked)):
        words = (
            "先核对每一笔的户名和完整账号，再交财政"
            if not checked
            else "您核对以后账户或金额改过，请再核对一遍"
        )
        refuse({"checked": words})
    for payment in rows:  # the account may have been corrected since the batch was made
        payment.state, payment.account_id = Payment.State.SENT, payment.application.account_id
    Payment.objects.bulk_update(rows, ["state", "account"])
    locked.state, locked.exported_at, locked.exported_by_id = State.EXPORTED, at, actor.person_id
    locked.count, locked.total_fen = len(rows), sum(p.amount_fen for p in rows)
    locked.save(update_fields=["state", "exported_at", "exported_by", "count", "total_fen"])
    _noted(locked, "policies.batch_release", actor, at)
    return locked


@transaction.atomic
def batch_drop(*, batch: PaymentBatch, actor: Viewer, at: datetime) -> None:
    """Give up a batch that is not released; its payments are ready again."""
    require(actor, "policies.money")
    locked = row_locked(batch)
    if locked.state != State.DRAFT:
        raise ActionNotAvailable(_who_did(locked))
    locked.payments.filter(state=Payment.State.READY).update(batch=None)
    locked.state = State.DROPPED
    locked.save(update_fields=["state"])
    _noted(locked, "policies.payment_batch_drop", actor, at)


def batch_settle(batch_id: int, actor: Viewer, at: datetime) -> None:
    """Close a batch when every payment of it has a result."""
    # Locked first: of two last payments recorded at once, the second sees the first.
    list(PaymentBatch.objects.select_for_update().filter(pk=batch_id).values_list("pk"))
    if Payment.objects.filter(batch_id=batch_id, state=Payment.State.SENT).exists():
        return
    PaymentBatch.objects.filter(pk=batch_id, state=State.EXPORTED).update(
        state=State.SETTLED, settled_at=at, settled_by_id=actor.person_id
    )


def _who_did(batch: PaymentBatch) -> str:
    if batch.exported_at is None:
        return f"这一批已经{batch.get_state_display()}"
    who = batch.exported_by.name if batch.exported_by else "有人"
    when = local_time(batch.exported_at)
    return f"{who}在{when.month}月{when.day}日 {when:%H:%M} 已经把这一批交给财政，不会再付一次"


def _noted(batch: PaymentBatch, action: str, actor: Viewer, at: datetime) -> None:
    noted(actor, action, batch, at, number=batch.number, count=batch.count, fen=batch.total_fen)
