"""Importing a ledger: template, trial, writing by the worker with progress, faults back, undo, export."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_requests.forms.imports import LedgerForm, UndoForm
from qiying.capabilities.service_requests.rules.ledger import SPEC
from qiying.capabilities.service_requests.services.ledger_jobs import (
    JOB,
    ledger_content,
    ledger_map,
    ledger_start,
    ledger_upload,
)
from qiying.capabilities.service_requests.services.ledgers import (
    known_of,
    ledger_check,
    ledger_export,
    ledger_faults,
    ledger_read,
    ledger_template,
    ledger_undo,
)
from qiying.kernel.cases.models import CaseIntake, ImportBatch, Job
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.mappings import MappingForm

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


@visible_with(NEEDED)
def mapping(request: ViewerRequest, pk: int) -> HttpResponse:
    """Settle which column is which and what unknown words mean; kept for the next table of this source."""
    batch = _fetch(request, pk)
    known = ledger_read(content=ledger_content(batch), district_id=batch.district_id, with_words=False)
    names = known_of(batch.district_id)
    form = MappingForm(
        request.POST or None, spec=SPEC, known=known, choices=names.choices, is_word=names.is_word
    )

    def run(_: dict[str, object]) -> str:
        ledger_map(
            batch=batch, columns=form.columns, values=form.values, actor=request.viewer, now=request.now
        )
        return reverse("service_requests:ledger", args=[pk])

    return act_page(
        request,
        form,
        title=f"列和词的对应：{batch.name}",
        sentence="选好以后，同样表头的表下次直接照这个读。",
        submit="存下，再试算一次",
        fields="tables/_mapping.html",
        back_url=reverse("service_requests:ledger", args=[pk]),
        run=run,
        done="对应关系存下了，这是照它重新试算的结果。",
    )


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
        "refused_count": summary.get("bad", len(refused)),
        "unknown": summary.get("unknown", []),
        "missing": summary.get("missing", []),
        "told": summary.get("told", []),
        "remarks": summary.get("remarks", []) if batch.state == "tried" else [],
        "open_words": summary.get("open_words", 0),
        "mapping_url": reverse("service_requests:ledger_mapping", args=[batch.pk])
        if batch.state == "tried"
        else "",
        "faults_url": reverse("service_requests:ledger_faults", args=[batch.pk]),
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
    wrong = dict(batch.summary.get("refused", []))
    if (
        batch.state != "tried"
    ):  # what was written stands in the register now: only what was refused then comes back
        checked.rows = [r for r in checked.rows if r.place in wrong]
    for row in checked.rows:
        if row.place in wrong:
            row.problems = [wrong[row.place]]
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
    path("imports/<int:pk>/mapping/", mapping, name="ledger_mapping"),
    path("imports/<int:pk>/start/", start, name="ledger_start"),
    path("imports/<int:pk>/undo/", undo, name="ledger_undo"),
    path("imports/<int:pk>/faults/", faults, name="ledger_faults"),
    path("imports/<int:pk>/export/", export, name="ledger_export"),
]
