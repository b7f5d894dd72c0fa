"""Importing a table: template, trial, writing in steps that can be left, and the rows that were left out."""

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.enterprises.forms import ImportForm
from qiying.kernel.enterprises.importing.heads import TEMPLATE_HEADS, enterprise_spec
from qiying.kernel.enterprises.importing.rows import is_word
from qiying.kernel.enterprises.models import BodyKind, EnterpriseImport, EnterpriseStatus, ImportState
from qiying.kernel.enterprises.services import (
    enterprises_import,
    import_drop,
    import_map,
    import_read,
    import_step,
)
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.mappings import MappingForm
from qiying.kernel.tables.reading import PLACE, WHY
from qiying.kernel.tables.workbooks import workbook

EXAMPLE = (
    "海盐示例紧固件有限公司",
    "",
    "示例紧固件",
    "企业",
    "3482",
    "",
    "示例路 1 号",
    "张三",
    "2015-03-01",
    "存续",
    "规上、紧固件",
    "李四",
    "13800000000",
    "120",
    "5200",
    "3100",
)


def _imports(request: ViewerRequest) -> QuerySet[EnterpriseImport]:
    mine = EnterpriseImport.objects.filter(district_id=request.viewer.district_id or 0)
    return mine.select_related("created_by").defer("content")


@visible_with("enterprises.import")
def imports(request: ViewerRequest) -> HttpResponse:
    """Take a table and try it; list the earlier ones."""
    form = ImportForm(request.POST or None, request.FILES or None)
    status = None
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            batch = enterprises_import(
                actor=request.viewer,
                district_id=request.viewer.district_id or 0,
                content=table.read(),
                file_name=table.name,
                at=request.now,
            )
        except GuardFailed as error:
            tell_form(form, error)
            status = 422
        else:
            return HttpResponseRedirect(reverse("enterprises:import", args=[batch.pk]))
    context = {
        "form": form,
        "batches": _imports(request).defer("rows", "problems", "places", "content")[:20],
        "back_url": reverse("enterprises:list"),
    }
    return page(request, "enterprises/imports.html", context, status=status)


@visible_with("enterprises.import")
def import_template(request: ViewerRequest) -> HttpResponse:
    """Return an empty table with the headings and one example row."""
    return xlsx_response(workbook(TEMPLATE_HEADS, [EXAMPLE], sheet="企业"), "企业导入模板.xlsx")


@visible_with("enterprises.import")
def import_page(request: ViewerRequest, import_id: int) -> HttpResponse:
    """Show what a trial found, or how far the writing has come."""
    return _show(request, fetch_or_404(_imports(request), pk=import_id))


def _show(request: ViewerRequest, batch: EnterpriseImport) -> HttpResponse:
    total, bad = len(batch.rows), len(batch.problems)
    is_tried = batch.state == ImportState.CHECKED and bool(batch.places or batch.missing)
    context = {
        "batch": batch,
        "total": total,
        "good": total - bad,
        "bad": bad,
        "refused": [(place, "；".join(why)) for place, why in list(batch.problems.items())[:50]],
        "refused_count": bad,
        "faults_url": reverse("enterprises:import_problems", args=[batch.pk]),
        "told": batch.remarks,
        "missing": batch.missing,
        "mapping_url": reverse("enterprises:import_mapping", args=[batch.pk]) if is_tried else "",
        "is_open": batch.state in (ImportState.CHECKED, ImportState.RUNNING),
        "is_running": batch.state == ImportState.RUNNING,
        "back_url": reverse("enterprises:imports"),
    }
    template = (
        "enterprises/_import_progress.html"
        if request.headers.get("HX-Request")
        else "enterprises/import.html"
    )
    return page(request, template, context)


@visible_with("enterprises.import")
def import_mapping(request: ViewerRequest, import_id: int) -> HttpResponse:
    """Settle which column is which and what unknown words mean; kept for the next table of this source."""
    batch = fetch_or_404(_imports(request).filter(state=ImportState.CHECKED), pk=import_id)
    choices = {"body_kind": BodyKind.labels, "status": EnterpriseStatus.labels}
    form = MappingForm(
        request.POST or None,
        spec=enterprise_spec(request.today.year),
        known=import_read(batch, request.now, with_words=False),
        choices=choices,
        is_word=is_word,
    )
    back = reverse("enterprises:import", args=[batch.pk])

    def run(_: dict[str, object]) -> str:
        import_map(
            actor=request.viewer, batch=batch, columns=form.columns, values=form.values, at=request.now
        )
        return back

    return act_page(
        request,
        form,
        title=f"列和词的对应：{batch.file_name}",
        sentence="选好以后，同样表头的表下次直接照这个读。",
        submit="存下，再试算一次",
        fields="tables/_mapping.html",
        back_url=back,
        run=run,
        done="对应关系存下了，这是照它重新试算的结果。",
    )


@require_POST
@visible_with("enterprises.import")
def import_step_page(request: ViewerRequest, import_id: int) -> HttpResponse:
    """Write the next rows and show how far it is; the page asks for the next step by itself."""
    batch = fetch_or_404(_imports(request), pk=import_id)
    if batch.state in (ImportState.CHECKED, ImportState.RUNNING):
        batch = import_step(actor=request.viewer, batch=batch, at=request.now)
    if request.headers.get("HX-Request"):
        return _show(request, batch)
    return HttpResponseRedirect(reverse("enterprises:import", args=[batch.pk]))


@require_POST
@visible_with("enterprises.import")
def import_drop_page(request: ViewerRequest, import_id: int) -> HttpResponse:
    """Give a tried table up."""
    batch = fetch_or_404(_imports(request), pk=import_id)
    import_drop(actor=request.viewer, batch=batch, at=request.now)
    return HttpResponseRedirect(reverse("enterprises:imports"))


@visible_with("enterprises.import")
def import_problems(request: ViewerRequest, import_id: int) -> HttpResponse:
    """Return the rows that were left out as a workbook, with the reasons, to be mended and handed in again."""
    batch = fetch_or_404(_imports(request), pk=import_id)
    rows = []
    for index, cells in enumerate(batch.rows):
        if reasons := batch.problems.get(batch.place(index)):
            rows.append([*cells, "；".join(reasons), batch.place(index)])
    body = workbook([*batch.heads, WHY, PLACE], rows, sheet="要改的行")
    return xlsx_response(body, f"要改的行-{batch.pk}.xlsx")
