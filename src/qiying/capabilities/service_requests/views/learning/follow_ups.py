"""The month's call-back list and the form that records a call."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.forms.learning import FollowUpForm
from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.selectors.common import month_asked
from qiying.capabilities.service_requests.selectors.follow_ups import (
    TABS,
    follow_ups_visible_to,
    month_figures,
    month_rows,
    months_with_rows,
)
from qiying.capabilities.service_requests.services.follow_ups import WHY, follow_up_record
from qiying.capabilities.service_requests.views.learning.common import (
    EXPORT_ROWS,
    brief,
    case_form,
    chosen,
    cover,
    export,
    export_url,
    month_links,
    paged,
    sent,
    tab_links,
    wants_export,
)
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import faces
from qiying.kernel.figures.periods import month_of
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Column

COLUMNS = (
    Column("办件号"),
    Column("事项"),
    Column("企业"),
    Column("承办单位"),
    Column("为什么回访"),
    Column("该哪天回访", "date"),
    Column("情况"),
    Column("企业怎么说"),
    Column("满意度", "number"),
    Column("谁回访"),
    Column("什么时候", "datetime"),
)


def solved_words(row: FollowUp) -> str:
    """Return what the enterprise said, or nothing."""
    if row.still_solved is None:
        return ""
    return "还是好的" if row.still_solved else "没解决"


@require_GET
@visible_with("service_requests.callback")
def month_list(request: ViewerRequest) -> HttpResponse:
    """Show one month's call-backs by state; the workbook holds all states."""
    month = month_asked(request.GET.get("month", ""), month_of(request.today))
    if wants_export(request):
        return _export(request, cover(request, month_rows(request.viewer, month, "")[:EXPORT_ROWS]))
    show = chosen(request, TABS)
    figures = month_figures(request.viewer, month)
    months = sorted({*months_with_rows(request.viewer), month_of(request.today), month}, reverse=True)
    current = paged(request, month_rows(request.viewer, month, show), figures.by_state[show])
    rows = [
        {"row": r, "why": WHY.get(r.why, r.why), "is_late": r.due_on < request.today, "said": solved_words(r)}
        for r in current.object_list
    ]
    context = {
        "month": month,
        "months": month_links(months, month, show=show),
        "tabs": tab_links(TABS, figures.by_state, show, month=f"{month:%Y-%m}"),
        "figures": figures,
        "show": show,
        "rows": rows,
        "page": current,
        "may_record": request.viewer.has("service_requests.follow_up"),
        "export_url": export_url(request),
    }
    return page(request, "learning/follow_ups.html", context)


def _export(request: ViewerRequest, rows: list[FollowUp]) -> HttpResponse:
    lines = (
        (
            r.case.number,
            r.case.title,
            r.case.asker_name,
            r.case.lead_unit.name if r.case.lead_unit else "",
            WHY.get(r.why, r.why),
            r.due_on,
            r.get_state_display(),
            solved_words(r),
            r.satisfaction,
            r.done_by.name if r.done_by else "",
            r.done_at,
        )
        for r in rows
    )
    return export(request, "follow_ups", "回访名单", COLUMNS, lines)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.follow_up")
def record(request: ViewerRequest, follow_up_id: int) -> HttpResponse:
    """Show what was promised and said, and record the call."""
    rows = follow_ups_visible_to(request.viewer).select_related(
        "case__enterprise", "case__lead_unit", "done_by"
    )
    row = fetch_or_404(rows, pk=follow_up_id)
    form = FollowUpForm(sent(request))
    back = reverse("service_requests:follow_ups") + f"?month={row.month:%Y-%m}"

    def run() -> str:
        done = follow_up_record(follow_up=row, actor=request.viewer, now=request.now, **form.answer())
        if done.is_reopened:
            return f"{row.case.title}：记下了，已经退给承办单位重新办，原来的期限不变。"
        if done.reasons:
            return f"{row.case.title}：记下了，但没能重办：{'；'.join(done.reasons)}。"
        return f"{row.case.title}：记下了。"

    file = faces.case_file(row.case, request.viewer, request.now)
    note = personal_get([row.note_ref]).get(row.note_ref) if row.note_ref else None
    context = {
        **brief(request, row.case),
        "intakes": faces.intake_faces(file),
        "row": row,
        "why": WHY.get(row.why, row.why),
        "said": solved_words(row),
        "note": note or ("（已依法删除）" if row.note_ref else ""),
        "is_done": row.state == FollowUp.State.DONE,
        "back_url": back,
    }
    return case_form(
        request, form, template="learning/follow_up.html", run=run, done_url=back, context=context
    )
