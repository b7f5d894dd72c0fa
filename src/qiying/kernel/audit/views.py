"""The audit page: who did what, on cases too when a person or a case is asked for, and how fresh the proof is."""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from qiying.kernel.audit import selectors
from qiying.kernel.audit.actor import Reader
from qiying.kernel.audit.acts import act_label, actor_label, subject_label
from qiying.kernel.audit.append_only import missing_protections
from qiying.kernel.audit.errors import GuardFailed
from qiying.kernel.audit.forms import EntryFilterForm
from qiying.kernel.audit.presenting import csv_lines, details
from qiying.kernel.audit.services import record_act
from qiying.ui.given import whole

EXPORT_LIMIT = 100_000


class AuditRequest(HttpRequest):
    """A request as the viewer middleware leaves it."""

    viewer: Reader
    now: datetime


@login_required
@require_safe
def entries(plain: HttpRequest) -> HttpResponse:
    """Show a page of acts, newest first, and the state of seals, anchors and verification."""
    request = cast(AuditRequest, plain)
    form = EntryFilterForm(request.GET)
    before, elsewhere = whole(request.GET.get("before")), whole(request.GET.get("before_case"))
    found = selectors.ActsPage([], None, None, False)
    if form.is_valid():
        found = selectors.acts_page(
            request.viewer, form.as_filter(), before=before, before_elsewhere=elsewhere
        )
    else:
        selectors.entries_visible_to(request.viewer)  # refuses without the permission
    following = {"before": found.before, "before_case": found.before_elsewhere}
    chosen = {key: request.GET[key] for key in form.fields if request.GET.get(key)}
    context = {
        "form": form,
        "rows": [
            {
                "entry": e,
                "act": act_label(e.action),
                "who": actor_label(e.actor_name),
                "subject": subject_label(e.subject),
                "details": details(e),
            }
            for e in found.rows
        ],
        "older_url": "?" + urlencode(chosen | {k: v for k, v in following.items() if v})
        if found.has_more
        else "",
        "newest_url": "?" + urlencode(chosen) if before or elsewhere else "",
        "is_filtered": bool(chosen),
        "chosen": chosen,
        "state": selectors.proof_state(),
        "unprotected": missing_protections(),
        "now": request.now,
    }
    return render(request, "audit/entries.html", context, status=200 if form.is_valid() else 422)


@login_required
@require_POST
def export(plain: HttpRequest) -> StreamingHttpResponse:
    """Give the filtered acts as a table; the export is an act itself and recorded before it starts."""
    request = cast(AuditRequest, plain)
    form = EntryFilterForm(request.POST)
    visible = selectors.entries_visible_to(request.viewer)
    if not form.is_valid():
        raise GuardFailed([str(message) for messages in form.errors.values() for message in messages])
    chosen = form.as_filter()
    count = visible.filter(chosen.as_condition())[: EXPORT_LIMIT + 1].count()
    count += len(selectors.acts_elsewhere(request.viewer, chosen, None, EXPORT_LIMIT + 1))
    if count > EXPORT_LIMIT:
        raise GuardFailed([f"一次最多导出 {EXPORT_LIMIT:,} 条。请先按日期或操作缩小范围。"])
    record_act(
        actor=request.viewer,
        action="audit_exported",
        subject="audit",
        data={"filter": {k: request.POST[k] for k in form.fields if request.POST.get(k)}, "rows": count},
        at=request.now,
    )
    response = StreamingHttpResponse(
        csv_lines(selectors.acts_all(request.viewer, chosen)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
