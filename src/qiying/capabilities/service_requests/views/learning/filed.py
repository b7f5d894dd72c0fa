"""Cases explained and filed: what each is stuck on, and looking again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.forms.learning import FiledForm
from qiying.capabilities.service_requests.selectors.common import handled_by
from qiying.capabilities.service_requests.selectors.filed import (
    TABS,
    Filed,
    filed_cases,
    filed_rows,
)
from qiying.capabilities.service_requests.services.filed import filed_look
from qiying.capabilities.service_requests.views.learning.common import (
    EXPORT_ROWS,
    brief,
    case_form,
    chosen,
    cover,
    export,
    export_url,
    paged,
    sent,
    tab_links,
    wants_export,
)
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column


@require_GET
@visible_with("service_requests.filed")
def filed(request: ViewerRequest) -> HttpResponse:
    """Show the filed cases with their obstacle, the petition number and the last look."""
    show = chosen(request, TABS)
    rows = filed_cases(request.viewer, show)
    if wants_export(request):
        return _export(request, filed_rows(cover(request, rows[:EXPORT_ROWS])))
    counts = {code: filed_cases(request.viewer, code).count() for code, _ in TABS}
    current = paged(request, rows, counts[show])
    context = {
        "tabs": tab_links(TABS, counts, show),
        "counts": counts,
        "show": show,
        "rows": filed_rows(list(current.object_list)),
        "page": current,
        "may_look": request.viewer.has("service_requests.filed_look"),
        "export_url": export_url(request),
    }
    return page(request, "learning/filed.html", context)


def _export(request: ViewerRequest, rows: list[Filed]) -> HttpResponse:
    columns = [
        Column("办件号"),
        Column("事项"),
        Column("企业"),
        Column("承办单位"),
        Column("存档日期", "date"),
        Column("卡在什么上", "long"),
        Column("信访件编号"),
        Column("最近复查", "date"),
        Column("复查结果"),
        Column("理由", "long"),
    ]
    lines = (
        (
            r.case.number,
            r.case.title,
            r.case.asker_name,
            r.case.lead_unit.name if r.case.lead_unit else "",
            r.case.closed_on,
            r.obstacle,
            r.petition,
            r.last.due_on if r.last else None,
            r.last.get_state_display() if r.last else "",
            r.last.reason if r.last else "",
        )
        for r in rows
    )
    return export(request, "filed", "解释存档", columns, lines)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.filed")
def look(request: ViewerRequest, number: str) -> HttpResponse:
    """Show a filed case with every look at it, and record a new one."""
    case = fetch_or_404(filed_cases(request.viewer, "any"), number=number)
    form = FiledForm(sent(request))
    back = reverse("service_requests:filed")
    is_own = Case.objects.filter(handled_by(request.viewer), pk=case.pk).exists()
    may = request.viewer.has("service_requests.filed_look") and case.state == "filed" and not is_own

    def run() -> str:
        has_changed = form.cleaned_data["finding"] == "changed"
        row = filed_look(
            case=case,
            actor=request.viewer,
            has_changed=has_changed,
            reason=form.cleaned_data["reason"],
            now=request.now,
        )
        if row.state == "reopened":
            return f"{case.title}：已经重新办，原来的期限不变。"
        if row.state == "changed":
            return f"{case.title}：记下了，已请督查决定重新办。"
        return f"{case.title}：记下了，一年后再看。"

    context = {
        **brief(request, case),
        "obstacle": case.extras.get("obstacle", ""),
        "petition": case.extras.get("petition_number", ""),
        "looks": list(case.re_examinations.select_related("looked_by")),
        "may_look": may,
        "is_own": is_own,
        "can_reopen": request.viewer.has_role("supervisor"),
        "back_url": back,
    }
    return case_form(
        request, form, template="learning/filed_look.html", run=run, done_url=back, context=context
    )
