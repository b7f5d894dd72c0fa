"""Importing a ledger: template, trial, writing by the worker with progress, faults back, undo, export."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_requests.forms.imports import LedgerForm, UndoForm
from qiying.capabilities.service_requests.services.ledger_jobs import (
    JOB,
    ledger_content,
    ledger_start,
    ledger_upload,
)
from qiying.capabilities.service_requests.services.ledgers import (
    ledger_check,
    ledger_export,
    ledger_faults,
    ledger_template,
    ledger_undo,
)
from qiying.kernel.cases.models import CaseIntake, ImportBatch, Job
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

NEEDED = "service_requests.import"
STATES = {
    "tried": "试算过，没写入",
    "running": "正在写入",
    "done": "已写入",
    "undone": "已撤回",
    "dropped": "没有写入",
}


def batches_visible_to(request: ViewerRequest) -> QuerySet[ImportBatch]:
    """Return the ledgers of the viewer's district, newest first."""
    found = ImportBatch.objects.filter(district_id=request.viewer.district_id or 0, kind="ledger")
    return found.select_related("made_by").order_by("-id")


@visible_with(NEEDED)
def imports(request: ViewerRequest) -> HttpResponse:
    """Take a ledger and try it; list the earlier ones."""
    form = LedgerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            batch = ledger_upload(
                content=table.read(),
                name=table.name,
                actor=request.viewer,
                district_id=request.viewer.district_id or 0,
                now=request.now,
            )
        except GuardFailed as error:
            tell_form(form, error)
        else:
            return redirect("service_requests:ledger", batch.pk)
    rows = [(b, STATES.get(b.state, b.state)) for b in batches_visible_to(request)[:50]]
    status = 422 if form.is_bound else None
    return page(request, "imports/list.html", {"form": form, "batches": rows}, status)


def _fetch(request: ViewerRequest, pk: int) -> ImportBatch:
    found: ImportBatch = fetch_or_404(batches_visible_to(request), pk=pk)
    return found


@visible_with(NEEDED)
def ledger(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show one batch: what would be written, how far it is, or what it made."""
    batch = _fetch(request, pk)
    return page(request, "imports/batch.html", {**_state(batch), "form": UndoForm()})


def _state(batch: ImportBatch) -> dict[str, object]:
    job = Job.objects.filter(kind=JOB, payload__batch=batch.pk).order_by("-id").first()
    summary = batch.summary
    refused = summary.get("refused", [])
    return {
        "batch": batch,
        "job": job,
        "state": STATES.get(batch.state, batch.state),
        "is_running": batch.state == "running" and (job is None or job.state != "failed"),
        "has_failed": job is not None and job.state == "failed",
        "good": summary.get("good", summary.get("cases", 0)),
        "made": summary.get("cases", 0),
        "total": summary.get("rows", 0),
        "refused": refused[:50],
        "refused_count": len(refused),
        "unknown": summary.get("unknown", []),
    }


@visible_with(NEEDED)
def progress(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return the part that htmx refreshes while the worker writes."""
    return page(request, "imports/_progress.html", _state(_fetch(request, pk)))


@require_POST
@visible_with(NEEDED)
def start(request: ViewerRequest, pk: int) -> HttpResponse:
    """Let the worker write the batch."""
    ledger_start(batch=_fetch(request, pk), actor=request.viewer, now=request.now)
    return redirect("service_requests:ledger", pk)


@require_POST
@visible_with(NEEDED)
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Void every case of the batch."""
    batch = _fetch(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return page(request, "imports/batch.html", {**_state(batch), "form": form}, 422)
    count = ledger_undo(
        batch=batch, actor=request.viewer, reason=form.cleaned_data["reason"], now=request.now
    )
    messages.success(request, f"撤回了 {count} 件，每件都记了一笔，没有删除。")
    return HttpResponseRedirect(reverse("service_requests:ledger", args=[pk]))


@require_GET
@visible_with(NEEDED)
def template(request: ViewerRequest) -> HttpResponse:
    """Return the empty ledger."""
    return xlsx_response(ledger_template(request.viewer.district_id or 0), "诉求台账模板.xlsx")


@require_GET
@visible_with(NEEDED)
def faults(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return the rows that were not imported, with the reasons."""
    batch = _fetch(request, pk)
    checked = ledger_check(content=ledger_content(batch), district_id=batch.district_id, today=request.today)
    wrong = {number for number, _ in batch.summary.get("refused", [])}
    for row in checked.rows:
        if row.number in wrong and row.is_good:
            row.problems.append(next(w for n, w in batch.summary["refused"] if n == row.number))
    return xlsx_response(ledger_faults(checked), f"没有导入的行-{batch.pk}.xlsx")


@require_GET
@visible_with(NEEDED)
def export(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return the batch's cases in the ledger's own columns, as they stand now."""
    batch = _fetch(request, pk)
    links = (
        CaseIntake.objects.filter(intake__batch=batch, until__isnull=True)
        .select_related("case__enterprise", "case__lead_unit", "intake__channel")
        .prefetch_related("case__answers", "case__verdicts")
        .order_by("intake_id")
    )
    return xlsx_response(ledger_export(links, batch.district_id), f"台账-{batch.pk}.xlsx")


urlpatterns = [
    path("imports/", imports, name="ledgers"),
    path("imports/template/", template, name="ledger_template"),
    path("imports/<int:pk>/", ledger, name="ledger"),
    path("imports/<int:pk>/progress/", progress, name="ledger_progress"),
    path("imports/<int:pk>/start/", start, name="ledger_start"),
    path("imports/<int:pk>/undo/", undo, name="ledger_undo"),
    path("imports/<int:pk>/faults/", faults, name="ledger_faults"),
    path("imports/<int:pk>/export/", export, name="ledger_export"),
]
