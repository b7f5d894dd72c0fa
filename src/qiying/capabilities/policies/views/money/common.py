"""What the pages of the money share: tabs, the sentence of what is to do today, who may do what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from qiying.capabilities.policies.models import Payment, PaymentBatch
from qiying.capabilities.policies.selectors.money import Today, today_of
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import page
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.humanize import money_words

VIEW, MANAGE = "policies.view_money", "policies.money"
PAYMENT_STATUS = {
    Payment.State.READY: "turn",
    Payment.State.SENT: "paused",
    Payment.State.PAID: "done",
    Payment.State.FAILED: "overdue",
    Payment.State.DROPPED: "unknown",
}
BATCH_STATUS = {
    PaymentBatch.State.DRAFT: "turn",
    PaymentBatch.State.EXPORTED: "paused",
    PaymentBatch.State.SETTLED: "done",
    PaymentBatch.State.DROPPED: "unknown",
}


def money_page(
    request: ViewerRequest, name: str, context: dict[str, Any], current: str = "", status: int | None = None
) -> HttpResponse:
    """Render a page of the money under its tabs."""
    today = today_of(request.viewer)
    shown = {"tabs": tabs_of(today, current), "can_manage": request.viewer.has(MANAGE)}
    shown |= {"todo": today, "sentence": todo_sentence(today)}
    return page(request, f"policies/money/{name}.html", {**shown, **context}, status=status)


def sheet_response(request: ViewerRequest, name: str, sheet: Sheet, file: str) -> HttpResponse:
    """Return a sheet as a workbook and record that it was taken out."""
    record_act(
        actor=request.viewer,
        action="list_export",
        subject=f"list:{name}",
        data={"query": request.GET.urlencode()[:500]},
        at=request.now,
    )
    return xlsx_response(workbook_bytes([sheet]), file)


def tabs_of(today: Today, current: str) -> list[dict[str, Any]]:
    """Return the tabs with what waits behind each."""
    rows: list[tuple[str, str, str, int | None]] = [
        ("money", "资金", "policies:money", None),
        ("ready", "待支付", "policies:money_ready", today.ready or None),
        ("batches", "支付批次", "policies:money_batches", today.to_review + today.own_drafts or None),
        ("payments", "全部支付", "policies:money_payments", None),
        ("clawbacks", "追回", "policies:money_clawbacks", today.to_decide + today.to_return or None),
        ("deliveries", "服务和权益", "policies:money_deliveries", today.deliveries or None),
    ]
    return [
        {"label": label, "url": reverse(url), "count": count, "current": code == current}
        for code, label, url, count in rows
    ]


def todo_sentence(today: Today) -> str:
    """Say in one sentence what is to do today."""
    parts = []
    if today.ready:
        parts.append(f"待付 {today.ready} 笔 {money_words(today.ready_fen)}")
    if today.to_review:
        parts.append(f"{today.to_review} 批等您复核")
    if today.without_result:
        parts.append(f"{today.without_result} 笔已交财政，等回单")
    if today.failed:
        words = f"{today.failed} 笔没付成"
        changed = today.failed_with_new_account
        parts.append(f"{words}，其中 {changed} 笔已换账户" if changed else words)
    if today.to_decide:
        parts.append(f"{today.to_decide} 笔追回等决定")
    if today.to_return:
        parts.append(f"{today.to_return} 笔等企业退回")
    if today.waiting:
        parts.append(f"{today.waiting} 件排队等资金，一共要 {money_words(today.waiting_fen)}")
    return "；".join(parts) + "。" if parts else "今天没有要付的，也没有等您复核的。"
