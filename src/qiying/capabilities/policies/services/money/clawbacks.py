"""Money that has to come back: asked for by one, decided by another, returned on a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.http import Http404

from qiying.capabilities.policies.models import Clawback, Payment
from qiying.capabilities.policies.services.money.movements import Kind, budget_of, case_follow, payment_move
from qiying.capabilities.policies.services.money.queue import queue_serve_later
from qiying.capabilities.policies.services.noting import noted, refuse, refuse_any
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked
from qiying.ui.humanize import money_exact_words

State = Clawback.State


def may_ask(viewer: Viewer, payment: Payment) -> bool:
    """Tell whether the viewer may ask for money back: the treasury, or officers of the lead unit."""
    application = payment.application
    if viewer.district_id != application.district_id:
        return False
    lead = application.policy.lead_unit_id in viewer.unit_ids
    return viewer.has("policies.money") or (
        lead and (viewer.has("policies.review") or viewer.has("policies.edit"))
    )


def claimable_fen(payment: Payment) -> int:
    """Return how much can still be asked back: paid, less what came back and what is being asked."""
    if payment.state != Payment.State.PAID:
        return 0
    pending = payment.clawbacks.filter(state__in=[State.ASKED, State.DEMANDED]).aggregate(s=Sum("amount_fen"))
    return payment.amount_fen - payment.clawed_fen - int(pending["s"] or 0)


@transaction.atomic
def clawback_ask(
    *, payment: Payment, amount_fen: int, reason: str, basis: str, actor: Viewer, at: datetime
) -> Clawback:
    """Ask for money back; raises `GuardFailed` at `amount_yuan`, `reason`, `basis`."""
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if not may_ask(actor, locked):
        raise NotPermitted("只有主办部门和资金专员能提出追回")
    wrong: dict[str, str] = {}
    most = claimable_fen(locked)
    if not 0 < amount_fen <= most:
        left = f"要大于 0，最多 {money_exact_words(most)}"
        wrong["amount_yuan"] = left if most > 0 else "已经没有可以追回的"
    if len(reason.strip()) < 4:
        wrong["reason"] = "请写明为什么追回，企业会看到"
    if len(basis.strip()) < 4:
        wrong["basis"] = "请写依据，例如政策第几条、哪份决定"
    refuse_any(wrong)
    made = Clawback.objects.create(
        payment=locked,
        amount_fen=amount_fen,
        reason=reason.strip()[:300],
        basis=basis.strip()[:200],
        asked_at=at,
        asked_by_id=actor.person_id,
    )
    _record(made, "policies.clawback_ask", actor, at)
    return made


@transaction.atomic
def clawback_decide(*, clawback: Clawback, agrees: bool, note: str, actor: Viewer, at: datetime) -> Clawback:
    """Decide that money is demanded back, or not; never by who asked (law 6). A refusal needs a note."""
    locked = row_locked(clawback)
    if not may_decide(actor, locked):
        raise NotPermitted("只有主办部门的审核员和资金专员能决定追回")
    if locked.asked_by_id == actor.person_id:
        raise NotPermitted("您提出的追回要由另一个人决定")
    if locked.state != State.ASKED:
        who = locked.decided_by.name if locked.decided_by else "有人"
        raise ActionNotAvailable(f"{who}已经决定：{locked.get_state_display()}")
    if not agrees and len(note.strip()) < 4:
        refuse({"note": "不追回要写明理由"})
    locked.state = State.DEMANDED if agrees else State.REFUSED
    locked.decided_at, locked.decided_by_id, locked.decision_note = at, actor.person_id, note.strip()[:300]
    locked.save(update_fields=["state", "decided_at", "decided_by", "decision_note"])
    _record(locked, "policies.clawback_decide", actor, at)
    return locked


def may_decide(viewer: Viewer, clawback: Clawback) -> bool:
    """Tell whether the viewer's office lets him decide: a treasurer, or a reviewer of the lead unit."""
    application = clawback.payment.application
    if viewer.district_id != application.district_id:
        return False
    lead = application.policy.lead_unit_id in viewer.unit_ids
    return viewer.has("policies.money") or (lead and viewer.has("policies.review"))


@transaction.atomic
def clawback_return(*, clawback: Clawback, on: date, actor: Viewer, at: datetime) -> Clawback:
    """Record that the money is back: available again in the year it was paid from; the queue is served after.

    Raises `GuardFailed` at `on`, `ActionNotAvailable` when it was not demanded or is back already.
    """
    require(actor, "policies.money")
    # Locks in the order of every payment act: payment, case, budget.
    payment = Payment.objects.select_for_update().get(pk=clawback.payment_id)
    locked = row_locked(clawback)
    application = locked.payment.application
    if application.district_id != actor.district_id:
        raise Http404("没有这笔追回")
    if locked.state != State.DEMANDED:
        raise ActionNotAvailable(f"现在是“{locked.get_state_display()}”，不能登记退回")
    if on > local_date(at) or (payment.paid_on and on < payment.paid_on):
        refuse({"on": "退回日期要在到账以后、今天以前"})
    locked.state, locked.returned_on = State.RETURNED, on
    locked.save(update_fields=["state", "returned_on"])
    payment.clawed_fen += locked.amount_fen
    payment.save(update_fields=["clawed_fen"])
    fen, why = locked.amount_fen, locked.reason
    case_follow(application, "record_clawback", actor, at, amount_fen=fen, reason=why)
    payment_move(locked.payment, Kind.CLAWBACK, why, actor, at, back=locked)
    _record(locked, "policies.clawback_return", actor, at)
    queue_serve_later(budget_of(locked.payment).pk, at)
    return locked


def _record(clawback: Clawback, action: str, actor: Viewer, at: datetime) -> None:
    payment, said = clawback.payment, {"reason": clawback.reason, "note": clawback.decision_note}
    told = {"payment": payment.number, "fen": clawback.amount_fen, "state": clawback.state}
    noted(actor, action, payment, at, **told, **said)
