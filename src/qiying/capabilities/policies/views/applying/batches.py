"""免申即享 at the office: propose, look at the sample, confirm, approve by another person."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.policies.models import GrantBatch, GrantItem, Policy
from qiying.capabilities.policies.selectors.applying import batches_visible_to
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.applying.batches import (
    AUTOMATIC,
    batch_approve,
    batch_confirm,
    batch_drop,
    batch_propose,
    item_check,
    without_account,
)
from qiying.capabilities.policies.views.doing import done_at
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import money_words

SHAPES = {"proposed": "turn", "confirmed": "turn", "approved": "ontime", "done": "done", "dropped": "unknown"}


def _found(rows: QuerySet[GrantBatch], text: str) -> QuerySet[GrantBatch]:
    return rows.filter(Q(number__icontains=text) | Q(policy__name__icontains=text))


BATCHES: Listing[GrantBatch] = Listing(
    name="policy_batches",
    caption="免申即享批次",
    columns=[
        Column(
            "批次号", lambda b: b.number, "number", ("number",),
            url=lambda b: reverse("policies:batch", args=[b.number]),
        ),
        Column("政策", lambda b: b.policy.name, "policy", ("policy__name",)),
        Column("在内", lambda b: b.n_in, "in", ("n_in",), numeric=True),  # type: ignore[attr-defined]
        Column("剔除或不要", lambda b: b.n_out, "out", ("n_out",), numeric=True),  # type: ignore[attr-defined]
        Column(
            "状态", lambda b: b.get_state_display(), "state", ("state",), status=lambda b: SHAPES[b.state]
        ),
        Column("算到哪天", lambda b: b.as_of, "as_of", ("as_of",)),
        Column("发起", lambda b: b.proposed_by.name if b.proposed_by else ""),
        Column("批准", lambda b: b.approved_by.name if b.approved_by else ""),
    ],
    filters=[
        Filter("q", "批次号或政策", _found),
        choice("state", "状态", GrantBatch.State.choices),
    ],
    empty_title="还没有批次",
    empty_text="选一项写明免申即享的政策，系统找出毫无疑问符合、又有账户的企业。",
)  # fmt: skip
ITEMS: Listing[GrantItem] = Listing(
    name="policy_batch",
    caption="批次里的企业",
    columns=[
        Column("企业", lambda i: i.enterprise.name),
        Column("统一社会信用代码", lambda i: i.enterprise.credit_code or ""),
        Column("金额（元）", lambda i: (i.amount_fen or 0) / 100, numeric=True),
        Column("档", lambda i: i.row or "", numeric=True),
        Column("状态", lambda i: i.get_state_display()),
        Column(
            "抽查", lambda i: {True: "对", False: "不对", None: "抽中" if i.is_sampled else ""}[i.sampled_ok]
        ),
        Column("说明", lambda i: i.sample_note),
        Column("办件号", lambda i: i.case.number if i.case else ""),
    ],
)


@require_GET
@visible_with("policies.batches")
def batches(request: ViewerRequest) -> HttpResponse:
    """List the district's batches and offer to propose one."""
    context, workbook = BATCHES.respond(request, batches_visible_to(request.viewer).order_by("-id"))
    if workbook is not None:
        return workbook
    district_id = request.viewer.district_id
    published = shelf(district_id, request.today).published if district_id else ()
    context["policies"] = [
        p
        for p in published
        if p.delivery == AUTOMATIC and p.is_paid_here and request.viewer.has_role("policy", p.lead_unit_id)
    ]
    context["can_propose"] = request.viewer.has_role("policy")
    return page(request, "policies/applying/batches.html", context)


@require_POST
@visible_with("policies.batches")
def propose(request: ViewerRequest) -> HttpResponse:
    """Let the engine propose a batch of one policy."""
    policy = fetch_or_404(
        Policy.objects.filter(district_id=request.viewer.district_id or 0),
        code=request.POST.get("policy", ""),
    )

    def run() -> HttpResponse:
        made = batch_propose(actor=request.viewer, policy=policy, now=request.now)
        return HttpResponseRedirect(reverse("policies:batch", args=[made.number]))

    return done_at(request, reverse("policies:batches"), run)


@require_GET
@visible_with("policies.batches")
def batch(request: ViewerRequest, number: str) -> HttpResponse:
    """Show one batch: the sample to look at, everybody in it, who has no account, what to do next."""
    found = fetch_or_404(batches_visible_to(request.viewer), number=number)
    items = found.items.select_related("enterprise", "case")
    if request.GET.get("export") == "xlsx":
        return ITEMS.export(request, items.order_by("id"))
    rest = items.filter(is_sampled=False).order_by("-state", "enterprise__name")
    shown = Paginator(rest, 25).get_page(request.GET.get("page"))
    inside = items.filter(state=GrantItem.State.IN)
    sampled = list(items.filter(is_sampled=True).order_by("enterprise__name"))
    viewer = request.viewer
    cases_opened(viewer, (i.case for i in (*sampled, *shown.object_list)))
    lead = found.policy.lead_unit_id
    hands = {found.proposed_by_id, found.confirmed_by_id}
    context: dict[str, Any] = {
        "batch": found,
        "shape": SHAPES[found.state],
        "sampled": [_item(i) for i in sampled],
        "left": sum(1 for i in sampled if i.sampled_ok is None),
        "rows": [_item(i) for i in shown.object_list],
        "page": shown,
        "total": inside.count(),
        "money": money_words(inside.aggregate(fen=Sum("amount_fen"))["fen"] or 0),
        "no_account": without_account(found) if found.state in {"proposed", "confirmed", "approved"} else [],
        "opened": items.filter(case__isnull=False).count(),
        "can_check": found.state == "proposed" and viewer.has_role("policy", lead),
        "can_approve": found.state == "confirmed"
        and (viewer.has_role("reviewer", lead) or viewer.has_role("leader", lead))
        and viewer.person_id not in hands,
        "can_drop": found.state in {"proposed", "confirmed"} and lead in viewer.unit_ids,
    }
    return page(request, "policies/applying/batch.html", context)


def _item(item: GrantItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "enterprise": item.enterprise.name,
        "enterprise_id": item.enterprise_id,
        "code": item.enterprise.credit_code or "",
        "amount": money_words(item.amount_fen) if item.amount_fen else "",
        "row": item.row,
        "state": item.get_state_display(),
        "is_in": item.state == GrantItem.State.IN,
        "ok": item.sampled_ok,
        "note": item.sample_note,
        "case": item.case,
    }


@require_POST
@visible_with("policies.batches")
def check(request: ViewerRequest, number: str, item_id: int) -> HttpResponse:
    """Say of one enterprise that it is right, or strike it out."""
    found = fetch_or_404(batches_visible_to(request.viewer), number=number)
    item = fetch_or_404(found.items.all(), pk=item_id)
    ok = request.POST.get("ok") == "yes"
    note = request.POST.get("note", "")

    def run() -> str:
        item_check(actor=request.viewer, item=item, is_ok=ok, note=note, now=request.now)
        return ""

    return done_at(request, f"{reverse('policies:batch', args=[number])}#item-{item_id}", run)


@require_POST
@visible_with("policies.batches")
def step(request: ViewerRequest, number: str, what: str) -> HttpResponse:
    """Confirm, approve or drop a batch."""
    found = fetch_or_404(batches_visible_to(request.viewer), number=number)
    note = request.POST.get("note", "")

    def run() -> str:
        if what == "confirm":
            batch_confirm(actor=request.viewer, batch=found, note=note, now=request.now)
            return "确认了，等另一个人批准。没有账户的已发通知。"
        if what == "approve":
            batch_approve(actor=request.viewer, batch=found, now=request.now)
            return "批准了，逐家通知并公示，几分钟内办完。"
        batch_drop(actor=request.viewer, batch=found, note=note, now=request.now)
        return "这一批作废了。"

    return done_at(request, reverse("policies:batch", args=[number]), run)
