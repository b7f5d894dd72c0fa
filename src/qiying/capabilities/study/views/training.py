"""The hours of service officers in a year: one's own, and for the office by unit with wholes and certificates."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from qiying.capabilities.study.selectors.plans import Officer, officers, rules_of
from qiying.capabilities.study.services.training import certificates_issue
from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.certificates import certificate_pdf
from qiying.kernel.organisations.listing import Column, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.given import whole

HEADS = ("单位", "姓名", "学时", "规定学时", "够了", "合格证")


def _book(request: ViewerRequest, year: int, rows: list[Officer]) -> HttpResponse:
    columns: list[Column[Any]] = [Column(h) for h in HEADS]
    told = [
        [o.unit, o.person.name, o.hours, o.wanted, "是" if o.has_enough else "否", getattr(o.certificate, "number", "")]
        for o in rows
    ]  # fmt: skip
    record_act(
        actor=request.viewer, action="list_export", subject="list:study_hours", data={}, at=request.now
    )
    return xlsx_response(workbook_bytes([Sheet("培训学时", columns, told)]), f"{year}年培训学时.xlsx")


@visible_with("study.view", "study.own", "study.keep")
def hours(request: ViewerRequest) -> HttpResponse:
    """Show the year's hours; whoever only serves sees his own. POST issues the certificates that are due."""
    viewer, today = request.viewer, request.today
    year = whole(request.GET.get("year") or request.POST.get("year"), most=today.year) or today.year
    year = max(year, 2000)
    if request.method == "POST":
        if not viewer.has("study.keep"):
            raise Http404("没有找到这一页，或者您看不到它")
        try:
            made = certificates_issue(actor=viewer, year=year, now=request.now)
            messages.success(request, f"发了 {len(made)} 张合格证。")
        except GuardFailed as refused:
            messages.warning(request, "；".join(refused.reasons))
        return HttpResponseRedirect(f"{reverse('study:hours')}?year={year}")
    rows = officers(viewer.district_id or 0, year, today)
    sees_all = viewer.has("study.view") or viewer.has("study.keep")
    shown = rows if sees_all else [o for o in rows if o.person.pk == viewer.person_id]
    if request.GET.get("export") == "xlsx":
        return _book(request, year, shown)
    wanted, length = rules_of(viewer.district_id or 0, today)
    groups = [(unit, list(them)) for unit, them in groupby(shown, lambda o: o.unit)]
    units = [(unit, them, sum(o.has_enough for o in them)) for unit, them in groups]
    context = {
        "units": units,
        "own": next((o for o in rows if o.person.pk == viewer.person_id), None),
        "sees_all": sees_all,
        "may_issue": viewer.has("study.keep"),
        "enough": sum(o.has_enough for o in shown),
        "count": len(shown),
        "year": year,
        "years": [(y, y == year) for y in range(today.year, today.year - 4, -1)],
        "wanted": wanted,
        "length": length,
        "title": "服务干部培训学时",
    }
    return page(request, "study/hours.html", context)


@visible_with("study.own", "study.view", "study.keep")
def own_certificate(request: ViewerRequest, year: int) -> HttpResponse:
    """Hand out one's own certificate of a year."""
    rows = officers(request.viewer.district_id or 0, min(max(year, 2000), 9998), request.today)
    found = next(
        (o.certificate for o in rows if o.person.pk == request.viewer.person_id and o.certificate), None
    )
    if found is None:
        raise Http404("这一年还没有您的合格证")
    response = HttpResponse(certificate_pdf(found, request.today), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response


urlpatterns = [
    path("study/hours/", hours, name="hours"),
    path("study/hours/<int:year>/certificate.pdf", own_certificate, name="own_certificate"),
]
