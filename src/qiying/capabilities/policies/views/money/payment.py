"""One payment: where it comes from and what became of it; its result by hand, paid again, asked back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.forms.money import ClawbackForm, FailForm, ReopenForm, SettleForm, fen_of
from qiying.capabilities.policies.models import Payment
from qiying.capabilities.policies.selectors.money import payments_visible_to
from qiying.capabilities.policies.selectors.money_trace import trace_of
from qiying.capabilities.policies.services.money.clawbacks import claimable_fen, clawback_ask, may_ask
from qiying.capabilities.policies.services.money.payments import payment_fail, payment_reopen, payment_settle
from qiying.capabilities.policies.views.money.common import MANAGE, PAYMENT_STATUS, VIEW, money_page
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import money_exact_words

State = Payment.State


def payment_url(payment: Payment) -> str:
    """Return a payment's page."""
    return reverse("policies:money_payment", args=[payment.number])


COLUMNS: list[Column[Payment]] = [
    Column("支付号", lambda p: p.number, "number", ("number",), url=payment_url),
    Column("企业", lambda p: p.application.enterprise.name, "name", ("application__enterprise__name",)),
    Column("政策", lambda p: p.application.policy.name, "policy", ("application__policy__name",)),
    Column("金额", lambda p: money_exact_words(p.amount_fen), "fen", ("amount_fen",), numeric=True),
    Column(
        "状态",
        lambda p: p.get_state_display(),
        "state",
        ("state",),
        status=lambda p: PAYMENT_STATUS[State(p.state)],
    ),
    Column("到账", lambda p: p.paid_on or "", "paid", ("paid_on",)),
    Column("主办部门", lambda p: p.application.policy.lead_unit.label, in_page=False),
    Column("申请号", lambda p: p.application.case.number, in_page=False),
    Column("批次", lambda p: p.batch.number if p.batch else "", in_page=False),
    Column("回单号", lambda p: p.bank_reference, in_page=False),
    Column("没付成的原因", lambda p: p.failure, in_page=False),
    Column("已追回（元）", lambda p: p.clawed_fen / 100, in_page=False),
]


@visible_with(VIEW)
def payments(request: ViewerRequest) -> HttpResponse:
    """List every payment of the district."""
    rows = payments_visible_to(request.viewer)
    policies = rows.order_by("application__policy__name").values_list(
        "application__policy_id", "application__policy__name"
    )
    listing = Listing(
        name="policy_payments",
        caption="全部支付",
        columns=COLUMNS,
        filters=[
            Filter(
                "q", "企业", lambda found, text: found.filter(application__enterprise__name__contains=text)
            ),
            Filter(
                "policy",
                "政策",
                lambda found, pk: found.filter(application__policy_id=int(pk)),
                list(policies.distinct()),
            ),
            choice("state", "状态", State.choices),
        ],
        empty_text="还没有支付。企业的申请核定以后，这里就有要付的。",
    )
    context, workbook = listing.respond(request, rows.order_by("-pk"))
    return workbook or money_page(request, "list", {**context, "title": "全部支付"}, "payments")


def _found(request: ViewerRequest, number: str) -> Payment:
    return fetch_or_404(payments_visible_to(request.viewer), number=number)


@visible_with(VIEW)
def payment(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a payment back to clause, facts, approvals and ledger."""
    found = _found(request, number)
    trace = trace_of(found)
    can_manage = request.viewer.has(MANAGE)
    live = any(p.state in (State.READY, State.SENT, State.PAID) for p in trace.earlier)
    can_ask = may_ask(request.viewer, found) and claimable_fen(found) > 0
    context = {
        "payment": found,
        "status": PAYMENT_STATUS[State(found.state)],
        "trace": trace,
        "entries": trace.entries,
        "clawbacks": found.clawbacks.select_related("asked_by", "decided_by").order_by("pk"),
        "can_settle": can_manage and found.state == State.SENT,
        "can_bounce": can_manage and found.state == State.PAID and not found.clawed_fen,
        "can_reopen": can_manage and found.state == State.FAILED and not live,
        "can_ask": can_ask,
    }
    return money_page(request, "payment", context, "payments")


def _title(found: Payment) -> str:
    return f"{found.application.enterprise.name}，{money_exact_words(found.amount_fen)}，{found.number}"


@visible_with(MANAGE)
def settle(request: ViewerRequest, number: str) -> HttpResponse:
    """Record one result by hand: it arrived."""
    found = _found(request, number)

    form = SettleForm(request.POST or None, initial={"on": request.today})
    back = payment_url(found)
    words = _title(found)
    return act_page(
        request,
        form,
        title="登记到账",
        sentence=words,
        back_url=back,
        run=lambda data: payment_settle(payment=found, actor=request.viewer, at=request.now, **data),
        done="登记好了",
    )


@visible_with(MANAGE)
def fail(request: ViewerRequest, number: str) -> HttpResponse:
    """Record one result by hand: it did not arrive, or came back."""
    found = _found(request, number)

    return act_page(
        request,
        FailForm(request.POST or None),
        title="登记没付成",
        sentence=f"{_title(found)}。钱还给这家企业留着。",
        back_url=payment_url(found),
        run=lambda data: payment_fail(payment=found, actor=request.viewer, at=request.now, **data),
        done="登记好了，企业会收到通知去核对账户",
        is_serious=True,
    )


@visible_with(MANAGE)
def reopen(request: ViewerRequest, number: str) -> HttpResponse:
    """Pay a failed one again."""
    found = _found(request, number)
    account = found.application.account
    to = f"{account.bank}，尾号 {account.last4}" if account else "还没有账户"

    def run(data: dict[str, Any]) -> str:
        made = payment_reopen(payment=found, actor=request.viewer, at=request.now, **data)
        return payment_url(made)

    return act_page(
        request,
        ReopenForm(request.POST or None),
        title="重新支付",
        sentence=f"上次没付成：{found.failure}。这次付到{to}。",
        back_url=payment_url(found),
        run=run,
        done="放回待支付了",
    )


@visible_with(VIEW)
def ask_back(request: ViewerRequest, number: str) -> HttpResponse:
    """Ask for money back; somebody else decides."""
    found = _found(request, number)

    def run(data: dict[str, Any]) -> str:
        fen = fen_of(data.pop("amount_yuan"))
        clawback_ask(payment=found, amount_fen=fen, actor=request.viewer, at=request.now, **data)
        return reverse("policies:money_clawbacks")

    return act_page(
        request,
        ClawbackForm(request.POST or None),
        title="提出追回",
        sentence=f"{_title(found)}。最多追回 {money_exact_words(claimable_fen(found))}，由另一个人决定。",
        back_url=payment_url(found),
        run=run,
        done="已提出，等另一个人决定",
        is_serious=True,
    )
