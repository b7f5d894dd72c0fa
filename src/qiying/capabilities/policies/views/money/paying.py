"""Paying: choose what is ready, a second treasurer releases it, files go out, results come back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from qiying.capabilities.policies.forms.money import ResultFileForm
from qiying.capabilities.policies.models import PaymentBatch
from qiying.capabilities.policies.selectors.money import (
    batches_visible_to,
    payments_visible_to,
    ready_payments,
)
from qiying.capabilities.policies.services.money.batches import batch_drop, batch_make, batch_release
from qiying.capabilities.policies.services.money.files import FileKind, PayLine, accounts_check, batch_file
from qiying.capabilities.policies.services.money.results import (
    ResultLine,
    results_read,
    results_record,
    results_try,
)
from qiying.capabilities.policies.views.doing import done_at
from qiying.capabilities.policies.views.money.common import (
    BATCH_STATUS,
    MANAGE,
    PAYMENT_STATUS,
    VIEW,
    money_page,
)
from qiying.kernel.organisations.listing import Column, Listing, choice, xlsx_response
from qiying.kernel.organisations.pages import tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole, wholes
from qiying.ui.humanize import money_exact_words, money_words

READY_SHOWN = 500
SALT = "policies.results"


@visible_with(VIEW)
def ready(request: ViewerRequest) -> HttpResponse:
    """List what is ready, oldest approval first; what is ticked becomes a batch."""
    rows = ready_payments(request.viewer)
    pairs = rows.order_by("application__policy__name").values_list(
        "application__policy_id",
        "application__policy__name",
        "application__policy__lead_unit_id",
        "application__policy__lead_unit__name",
    )
    known = list(pairs.distinct())
    policies = sorted({(p, name) for p, name, _, _ in known}, key=lambda one: one[1])
    units = sorted({(u, name) for _, _, u, name in known}, key=lambda one: one[1])
    policy, unit = whole(request.GET.get("policy")), whole(request.GET.get("unit"))
    if policy:
        rows = rows.filter(application__policy_id=policy)
    if unit:
        rows = rows.filter(application__policy__lead_unit_id=unit)
    shown = list(rows[:READY_SHOWN])
    context = {
        "rows": [(p, p.application.account_id is not None) for p in shown],
        "policies": policies,
        "units": units,
        "policy": policy,
        "unit": unit,
        "fen": rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "count": rows.count() if len(shown) == READY_SHOWN else len(shown),
        "accountless": sum(p.application.account_id is None for p in shown),
    }
    return money_page(request, "ready", context, "ready")


@require_POST
@visible_with(MANAGE)
def batch_new(request: ViewerRequest) -> HttpResponse:
    """Make a batch of what was ticked."""

    def run() -> HttpResponse:
        ids = wholes(request.POST.getlist("payment"))
        batch = batch_make(payment_ids=ids, actor=request.viewer, at=request.now)
        words = f"做成一批，{batch.count} 笔 {money_words(batch.total_fen)}。请另一位资金专员复核。"
        messages.success(request, words)
        return HttpResponseRedirect(_url(batch))

    return done_at(request, reverse("policies:money_ready"), run, "没做成一批")


def _url(batch: PaymentBatch) -> str:
    return reverse("policies:money_batch", args=[batch.number])


@visible_with(VIEW)
def batches(request: ViewerRequest) -> HttpResponse:
    """List the batches."""
    listing = Listing[PaymentBatch](
        name="payment_batches",
        caption="支付批次",
        columns=[
            Column("批次", lambda b: b.number, "number", ("number",), url=_url),
            Column("笔数", lambda b: b.count, "count", ("count",), numeric=True),
            Column("金额", lambda b: money_exact_words(b.total_fen), "fen", ("total_fen",), numeric=True),
            Column("状态", lambda b: b.get_state_display(), status=lambda b: BATCH_STATUS[b.state]),  # type: ignore[index]
            Column("做批次的", lambda b: b.made_by.name if b.made_by else ""),
            Column("做的时间", lambda b: b.made_at, "made", ("made_at",)),
            Column("复核的", lambda b: b.exported_by.name if b.exported_by else ""),
            Column("等回单", lambda b: b.sent_left or "", numeric=True),  # type: ignore[attr-defined]
        ],
        filters=[choice("state", "状态", PaymentBatch.State.choices)],
        empty_text="还没有批次。到“待支付”勾选要付的，做成一批。",
    )
    context, workbook = listing.respond(request, batches_visible_to(request.viewer))
    return workbook or money_page(request, "list", {**context, "title": "支付批次"}, "batches")


def _found(request: ViewerRequest, number: str) -> PaymentBatch:
    return fetch_or_404(batches_visible_to(request.viewer), number=number)


@visible_with(VIEW)
def batch(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a batch: its payments, what happened to it, and the next step."""
    return _show(request, _found(request, number))


def _show(
    request: ViewerRequest,
    found: PaymentBatch,
    form: ResultFileForm | None = None,
    tried: dict[str, Any] | None = None,
    status: int | None = None,
    checking: tuple[list[PayLine], str] | None = None,
) -> HttpResponse:
    rows = payments_visible_to(request.viewer).filter(batch=found).order_by("pk")
    lines = {line.number: line for line in checking[0]} if checking else {}
    mine = found.made_by_id is not None and found.made_by_id == request.viewer.person_id
    context = {
        "batch": found,
        "status": BATCH_STATUS[found.state],  # type: ignore[index]
        "rows": [(p, PAYMENT_STATUS[p.state], lines.get(p.number)) for p in rows],  # type: ignore[index]
        "release_reason": "您做的这一批要由另一位资金专员复核" if mine else "",
        "is_draft": found.state == PaymentBatch.State.DRAFT,
        "is_out": found.state in (PaymentBatch.State.EXPORTED, PaymentBatch.State.SETTLED),
        "waits": found.state == PaymentBatch.State.EXPORTED,
        "form": form or ResultFileForm(),
        "tried": tried,
        "accounts": bool(lines),
        "checked": checking[1] if checking else "",
    }
    return money_page(request, "batch", context, "batches", status)


@require_POST
@visible_with(MANAGE)
def check(request: ViewerRequest, number: str) -> HttpResponse:
    """Show the full accounts to who has to check them, before anything is irrevocable; the look is recorded."""
    found = _found(request, number)

    def run() -> HttpResponse:
        checking = accounts_check(batch=found, actor=request.viewer, at=request.now)
        return _show(request, found, checking=checking)

    return done_at(request, _url(found), run, "没打开")


@require_POST
@visible_with(MANAGE)
def release(request: ViewerRequest, number: str) -> HttpResponse:
    """Release a batch to the treasury."""
    found = _found(request, number)

    def run() -> str:
        checked = request.POST.get("checked", "")
        batch_release(batch=found, actor=request.viewer, at=request.now, checked=checked)
        return "已复核，交财政。请下载支付明细和银行文件。"

    return done_at(request, _url(found), run, "没交出去")


@require_POST
@visible_with(MANAGE)
def drop(request: ViewerRequest, number: str) -> HttpResponse:
    """Give a draft up."""
    found = _found(request, number)

    def run() -> str:
        batch_drop(batch=found, actor=request.viewer, at=request.now)
        return "这一批作废了，里面的都回到待支付。"

    return done_at(request, _url(found), run, "没作废")


@require_POST
@visible_with(MANAGE)
def download(request: ViewerRequest, number: str, kind: FileKind) -> HttpResponse:
    """Return a file of a released batch; account numbers are in it, so it is recorded."""
    found = _found(request, number)

    def run() -> HttpResponse:
        name, body = batch_file(batch=found, kind=kind, actor=request.viewer, at=request.now)
        if kind == "xlsx":
            return xlsx_response(body, name)
        headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
        return HttpResponse(body, content_type="text/plain; charset=utf-8", headers=headers)

    return done_at(request, _url(found), run, "没下载")


@require_POST
@visible_with(MANAGE)
def results(request: ViewerRequest, number: str) -> HttpResponse:
    """Try a file of results, or record the one that was tried."""
    found = _found(request, number)
    if request.POST.get("tried"):
        return _record(request, found)
    form = ResultFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    table = form.cleaned_data["table"]
    try:
        lines = results_try(found, results_read(table.read()), request.now)
    except GuardFailed as error:
        tell_form(form, error)
        return _show(request, found, form, status=422)
    return _show(request, found, tried=_told(found, lines))


def _told(found: PaymentBatch, lines: list[ResultLine]) -> dict[str, Any]:
    """Return what a trial found, with the lines signed so that nothing else can be recorded in their place."""
    bad = [one for one in lines if one.problems]
    payload = {"batch": found.number, "lines": [one.told() for one in lines]}
    return {
        "bad": bad[:50],
        "bad_count": len(bad),
        "paid": sum(one.outcome == "paid" and not one.is_known for one in lines),
        "failed": sum(one.outcome == "failed" and not one.is_known for one in lines),
        "known": sum(one.is_known for one in lines),
        "fen": sum(one.fen for one in lines if one.outcome == "paid" and not one.is_known),
        "signed": "" if bad else signing.dumps(json.dumps(payload), salt=SALT, compress=True),
    }


def _record(request: ViewerRequest, found: PaymentBatch) -> HttpResponse:
    def run() -> str:
        try:
            told = json.loads(signing.loads(request.POST["tried"], salt=SALT, max_age=86_400))
        except signing.BadSignature:
            told = {}
        if told.get("batch") != found.number:
            raise GuardFailed(["试读的结果过期了，请再传一次。"])
        lines = [ResultLine(**one) for one in told["lines"]]
        done = results_record(batch=found, lines=lines, actor=request.viewer, at=request.now)
        for refused in done.refused[:10]:
            messages.error(request, refused)
        return f"登记了：到账 {done.paid} 笔，没付成 {done.failed} 笔，以前登记过 {done.same} 笔。"

    return done_at(request, _url(found), run, "没登记")
