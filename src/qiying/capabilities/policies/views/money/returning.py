"""Money that comes back, and services and rights that are delivered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.forms.money import ClawbackDecisionForm, DeliverForm, ReturnForm
from qiying.capabilities.policies.models import Clawback, Delivery
from qiying.capabilities.policies.selectors.money import (
    clawbacks_visible_to,
    deliveries_visible_to,
    delivering_units,
)
from qiying.capabilities.policies.services.money.clawbacks import clawback_decide, clawback_return, may_decide
from qiying.capabilities.policies.services.money.deliveries import delivery_record
from qiying.capabilities.policies.views.money.common import MANAGE, VIEW, money_page
from qiying.capabilities.policies.views.money.payment import payment_url
from qiying.kernel.organisations.listing import Column, Listing, choice
from qiying.kernel.organisations.pages import act_page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import money_exact_words

CLAWBACK_STATUS = {
    Clawback.State.ASKED: "turn",
    Clawback.State.DEMANDED: "duesoon",
    Clawback.State.RETURNED: "done",
    Clawback.State.REFUSED: "unknown",
}
DELIVERY_STATUS = {
    Delivery.State.WAITING: "turn",
    Delivery.State.DELIVERED: "done",
    Delivery.State.DROPPED: "unknown",
}


def _clawback_url(row: Clawback) -> str:
    return reverse("policies:money_clawback", args=[row.pk])


@visible_with(VIEW)
def clawbacks(request: ViewerRequest) -> HttpResponse:
    """List what was asked back."""
    listing = Listing[Clawback](
        name="policy_clawbacks",
        caption="追回",
        columns=[
            Column("企业", lambda c: c.payment.application.enterprise.name, url=_clawback_url),
            Column("支付号", lambda c: c.payment.number),
            Column("追回", lambda c: money_exact_words(c.amount_fen), "fen", ("amount_fen",), numeric=True),
            Column(
                "状态",
                lambda c: c.get_state_display(),
                status=lambda c: CLAWBACK_STATUS[Clawback.State(c.state)],
            ),
            Column("原因", lambda c: c.reason),
            Column("谁提的", lambda c: c.asked_by.name if c.asked_by else ""),
            Column("谁定的", lambda c: c.decided_by.name if c.decided_by else ""),
            Column("退回", lambda c: c.returned_on or "", "back", ("returned_on",)),
            Column("依据", lambda c: c.basis, in_page=False),
        ],
        filters=[choice("state", "状态", Clawback.State.choices)],
        empty_text="没有要追回的。要追回，从那一笔支付的页面提出。",
    )
    context, workbook = listing.respond(request, clawbacks_visible_to(request.viewer))
    return workbook or money_page(request, "list", {**context, "title": "追回"}, "clawbacks")


@visible_with(VIEW)
def clawback(request: ViewerRequest, clawback_id: int) -> HttpResponse:
    """Show a clawback with its next step: decide, or record the return."""
    found = fetch_or_404(clawbacks_visible_to(request.viewer), pk=clawback_id)
    if found.state == Clawback.State.DEMANDED and request.viewer.has(MANAGE):
        return _returning(request, found)
    is_other = found.asked_by_id != request.viewer.person_id
    if found.state == Clawback.State.ASKED and is_other and may_decide(request.viewer, found):
        return _deciding(request, found)
    context = {
        "clawback": found,
        "status": CLAWBACK_STATUS[Clawback.State(found.state)],
        "payment_url": payment_url(found.payment),
    }
    return money_page(request, "clawback", context, "clawbacks")


def _words(found: Clawback) -> str:
    name = found.payment.application.enterprise.name
    who = found.asked_by.name if found.asked_by else "系统"
    return f"{name}，{money_exact_words(found.amount_fen)}。{who}提出：{found.reason}（依据：{found.basis}）"


def _links(found: Clawback) -> list[tuple[str, str]]:
    return [("看这一笔支付的来龙去脉", payment_url(found.payment))]


def _deciding(request: ViewerRequest, found: Clawback) -> HttpResponse:
    def run(data: dict[str, Any]) -> str:
        agrees, note = data["verdict"] == "yes", data["note"]
        clawback_decide(clawback=found, agrees=agrees, note=note, actor=request.viewer, at=request.now)
        return ""

    return act_page(
        request,
        ClawbackDecisionForm(request.POST or None),
        title="决定追回",
        sentence=_words(found),
        submit="定下来",
        back_url=reverse("policies:money_clawbacks"),
        run=run,
        done="定下来了",
        links=_links(found),
        is_serious=True,
    )


def _returning(request: ViewerRequest, found: Clawback) -> HttpResponse:
    year = found.payment.application.year
    return act_page(
        request,
        ReturnForm(request.POST or None, initial={"on": request.today}),
        title="登记退回",
        sentence=f"{_words(found)}。退回后归入 {year} 年这项政策的可用资金。",
        back_url=reverse("policies:money_clawbacks"),
        run=lambda data: clawback_return(clawback=found, on=data["on"], actor=request.viewer, at=request.now),
        done="登记好了，这笔钱又可以用了",
        links=_links(found),
    )


@signed_in
def deliveries(request: ViewerRequest) -> HttpResponse:
    """List services and rights to deliver: a unit's people see their own, the money's readers all."""
    _may_see_deliveries(request)
    listing = Listing[Delivery](
        name="policy_deliveries",
        caption="服务和权益",
        columns=[
            Column(
                "企业",
                lambda d: d.application.enterprise.name,
                url=lambda d: reverse("policies:money_delivery", args=[d.pk]),
            ),
            Column("给什么", lambda d: d.what),
            Column("由谁兑现", lambda d: d.unit.label),
            Column(
                "状态",
                lambda d: d.get_state_display(),
                status=lambda d: DELIVERY_STATUS[Delivery.State(d.state)],
            ),
            Column("核定", lambda d: d.asked_at, "asked", ("asked_at",)),
            Column("兑现", lambda d: d.delivered_on or "", "on", ("delivered_on",)),
            Column("怎么兑现的", lambda d: d.note, in_page=False),
            Column("申请号", lambda d: d.application.case.number, in_page=False),
        ],
        filters=[choice("state", "状态", Delivery.State.choices)],
        empty_text="没有要兑现的服务和权益。核定以后会到这里，同时通知您。",
    )
    context, workbook = listing.respond(request, deliveries_visible_to(request.viewer))
    return workbook or _delivery_page(request, "list", {**context, "title": "服务和权益"})


def _may_see_deliveries(request: ViewerRequest) -> None:
    if not request.viewer.has(VIEW) and not delivering_units(request.viewer):
        raise Http404("没有找到这一页，或者您看不到它")


def _delivery_page(request: ViewerRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    if not request.viewer.has(VIEW):
        context["tabs"] = []  # a unit's people see their worklist, not the money
    return money_page(request, name, context, "deliveries")


@signed_in
def delivery(request: ViewerRequest, delivery_id: int) -> HttpResponse:
    """Show one delivery; the owning unit's people record it here."""
    _may_see_deliveries(request)
    found = fetch_or_404(deliveries_visible_to(request.viewer), pk=delivery_id)
    is_own = found.unit_id in delivering_units(request.viewer)
    if found.state != Delivery.State.WAITING or not is_own:
        context = {"delivery": found, "status": DELIVERY_STATUS[Delivery.State(found.state)]}
        return _delivery_page(request, "delivery", context)

    words = f"{found.application.enterprise.name}：{found.what}。核定号 {found.application.case.number}。"
    return act_page(
        request,
        DeliverForm(request.POST or None, initial={"on": request.today}),
        title="登记兑现",
        sentence=words,
        back_url=reverse("policies:money_deliveries"),
        run=lambda data: delivery_record(delivery=found, actor=request.viewer, at=request.now, **data),
        done="登记好了，企业会收到通知",
    )
