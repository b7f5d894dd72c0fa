"""What the treasury and the owning unit report: paid, sent back, delivered, clawed back; and where to pay."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum

from qiying.capabilities.policies.models import BankAccount, Clawback, Delivery, Payment
from qiying.capabilities.policies.services.applying.common import (
    application_of,
    tell_asker,
    tell_lead,
)
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.statutes.workdays import workdays_between
from qiying.ui.humanize import money_exact_words


def check_payment(act: Act) -> Iterable[tuple[str, str]]:
    """What arrived is this application's payment, whole, and the ledger's side has it already (资金页)."""
    application = application_of(act)
    rows = application.payments.filter(number=act.data.payment_number, state=Payment.State.PAID)
    live = rows.first()
    if live is None:
        yield "payment_number", "到账在“政策资金”里登记，这里会自动跟上"
    elif live.amount_fen != act.data.amount_fen:
        yield "amount_fen", "金额和核定的不一样"


def check_failed(act: Act) -> Iterable[tuple[str, str]]:
    application = application_of(act)
    newest = application.payments.order_by("-id").first()
    # An earlier one that failed is settled: it was paid again since, or will be.
    if newest is None or (newest.number, newest.state) != (act.data.payment_number, Payment.State.FAILED):
        yield "payment_number", "退汇在“政策资金”里登记，这里会自动跟上"


def check_delivery(act: Act) -> Iterable[tuple[str, str]]:
    application = application_of(act)
    if not Delivery.objects.filter(application=application, state=Delivery.State.DELIVERED).exists():
        yield "on", "兑现在“政策资金”的服务兑现里登记，这里会自动跟上"


def check_clawback(act: Act) -> Iterable[tuple[str, str]]:
    application = application_of(act)
    rows = Clawback.objects.filter(payment__application=application, state=Clawback.State.RETURNED)
    back = rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if ApplicationExtras.of(act.case).clawed_fen + act.data.amount_fen > back:
        yield "amount_fen", "追回在“政策资金”里登记，这里会自动跟上"


def record_payment(act: Act) -> None:
    """The money arrived: the case ends."""
    application, data = application_of(act), act.data
    application.paid_on, application.paid_fen = data.paid_on, data.amount_fen
    application.save(update_fields=["paid_on", "paid_fen"])
    act.stop("pay")
    act.set(outcome="paid")
    act.count("paid")
    act.count("paid_fen", value=data.amount_fen)
    act.count(f"paid_{application.way}")
    days = workdays_between(local_date(application.applied_at), data.paid_on, act.calendar)
    act.count("money_days", bucket=max(0, days))
    act.emit("policy_paid", application=application.pk, fen=data.amount_fen)
    tell_asker(act, "policy_paid", amount=money_exact_words(data.amount_fen))


def payment_failed(act: Act) -> None:
    """The bank sent the money back: it is paid again, usually to a corrected account."""
    application = application_of(act)
    act.set_extras(payment_failure=act.data.reason)
    if act.from_state == "paid":
        act.go("approved")
        act.count("paid_fen", value=-application.paid_fen)
        application.paid_on, application.paid_fen = None, 0
        application.save(update_fields=["paid_on", "paid_fen"])
        act.clock_start("pay", words="退汇以后要重新支付")
    act.count("payment_failed")
    tell_asker(act, "policy_payment_failed", reason=act.data.reason)
    tell_lead(act, "policy_payment_failed", reason=act.data.reason)


def record_delivery(act: Act) -> None:
    """The service or right was delivered: the case ends."""
    application, data = application_of(act), act.data
    application.paid_on = data.on
    application.save(update_fields=["paid_on"])
    act.set(outcome="delivered")
    act.count("delivered")
    days = workdays_between(local_date(application.applied_at), data.on, act.calendar)
    act.count("money_days", bucket=max(0, days))
    act.emit("policy_delivered", application=application.pk)
    tell_asker(act, "policy_delivered", note=data.note)


def record_clawback(act: Act) -> None:
    """Money came back; all of it back, the enterprise may be granted again."""
    application, data = application_of(act), act.data
    back = ApplicationExtras.of(act.case).clawed_fen + data.amount_fen
    act.set_extras(clawed_fen=back, clawed_because=data.reason)
    if application.paid_fen and back >= application.paid_fen:
        act.set(outcome="clawed_back")
    act.count("clawed")
    act.count("clawed_fen", value=data.amount_fen)
    tell_asker(act, "policy_clawed", amount=money_exact_words(data.amount_fen), reason=data.reason)


def give_account(act: Act) -> None:
    """Link the account the money goes to; the next payment uses it."""
    application = application_of(act)
    application.account_id = act.data.account_id
    application.save(update_fields=["account"])
    act.set_extras(payment_failure=None)
    tell_lead(act, "policy_account_given")


def check_account(act: Act) -> Iterable[tuple[str, str]]:
    owner = application_of(act).enterprise_id
    rows = BankAccount.objects.filter(pk=act.data.account_id, enterprise_id=owner)
    if not rows.filter(ended_at__isnull=True).exists():
        yield "account_id", "这个账户不是这家企业的"
