"""The hours of service officers in a year: one's own, and for the office everybody's with wholes and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from qiying.capabilities.study.selectors import plans as reads
from qiying.capabilities.study.services.training import certificates_issue
from qiying.kernel.documents.certificates import certificate_pdf
from qiying.kernel.documents.models import Certificate
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, Tab, search
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.views import list_urls
from qiying.ui.given import whole

YEARS = 4


def _years(request: ViewerRequest) -> list[tuple[int, str]]:
    return [(y, str(y)) for y in range(request.today.year, request.today.year - YEARS, -1)]


def _year(request: ViewerRequest) -> int:
    """Return the year an address asks for, this one where it is none of those shown."""
    asked = whole(request.GET.get("year") or request.POST.get("year"), most=request.today.year)
    return asked if asked in dict(_years(request)) else request.today.year


def _rules(request: ViewerRequest) -> tuple[int, int]:
    on = min(request.today, date(_year(request), 12, 31))
    return reads.rules_of(request.viewer.district_id or 0, on)


def _had(request: ViewerRequest) -> timedelta:
    return reads.enough(*_rules(request))


def _prepare(request: ViewerRequest, rows: Sequence[Any]) -> None:
    rules = _rules(request) if rows else (0, 0)
    for row in rows:
        row.officer = reads.officer_of(row, *rules)


def _lead(request: ViewerRequest, listed: Listed[Any]) -> str:
    wanted, length = _rules(request)
    told = f"{_year(request)} 年：一年 {wanted} 学时，{length} 分钟算一学时，签到了才算。"
    return f"{told}学时够的 {listed.counts['enough']} / {listed.total} 人。" if _sees_all(request) else told


def _sees_all(request: ViewerRequest) -> bool:
    return request.viewer.has("study.view") or request.viewer.has("study.keep")


def _more(request: ViewerRequest, listed: Listed[Any]) -> Mapping[str, Any]:
    """Show one's own year first, and below the list each unit's with its whole."""
    year, viewer = _year(request), request.viewer
    here = reads.served(viewer.district_id or 0, request.today).filter(pk=viewer.person_id or 0)
    own = reads.officers(here, year).first()
    told: dict[str, Any] = {"year": year, "may_issue": viewer.has("study.keep")}
    if own is not None:
        told["own"] = reads.officer_of(own, *_rules(request))
    if _sees_all(request):
        by_unit = listed.rows.order_by().values("post_unit", label=F("post_label"))
        had = Count("pk", filter=Q(took__gte=_had(request)))
        told["units"] = by_unit.annotate(people=Count("pk"), enough=had).order_by("label")
    return told


HOURS: Register[Any] = declare_register(
    Register(
        name="study_hours",
        title="服务干部培训学时",
        noun="服务干部",
        listing=Listing(
            caption="培训学时",
            columns=[
                Column("谁", lambda p: p.name, "who", ("name",)),
                Column("单位", lambda p: p.officer.unit, "unit", ("post_label", "-took", "name")),
                Column(
                    "学时",
                    lambda p: p.officer.hours,
                    "hours",
                    ("took",),
                    numeric=True,
                    shown=lambda p: f"{p.officer.hours} / {p.officer.wanted}",
                ),
                Column("规定学时", lambda p: p.officer.wanted, in_page=False),
                Column("够了", lambda p: "是" if p.officer.has_enough else "否", in_page=False),
                Column("合格证", lambda p: p.officer.certificate, "certificate", ("certified",)),
            ],
            filters=[
                Filter(
                    "year",
                    "年份",
                    lambda rows, year: reads.officers(rows, int(year)),
                    _years,
                    default=lambda request: str(request.today.year),
                ),
                search("姓名", "name"),
                Filter(
                    "unit",
                    "单位",
                    lambda rows, unit: rows.filter(post_unit=int(unit)),
                    lambda request: unit_choices(request.viewer.district_id or 0),
                ),
            ],
            tabs=[
                Tab("all", "全部", Q(), "还没有服务干部", "受理员、联络员、经办人、回访员都算；任职登记了就在这里。"),
                Tab("enough", "学时够了", lambda request: Q(took__gte=_had(request)), "还没有人学时够"),
                Tab("short", "还不够", lambda request: Q(took__lt=_had(request)), "没有不够的"),
            ],
            prepare=_prepare,
        ),
        rows=reads.officers_visible_to,
        sees=("study.view", "study.own", "study.keep"),
        edits=(),
        url="study:hours",
        subject=lambda p: f"person:{p.pk}",
        lead=_lead,
        template="study/hours.html",
        more=_more,
    )
)  # fmt: skip


@require_POST
@visible_with("study.keep")
def issue(request: ViewerRequest) -> HttpResponse:
    """Issue the certificates of a year that are due."""
    year = _year(request)
    try:
        made = certificates_issue(actor=request.viewer, year=year, now=request.now)
        messages.success(request, f"发了 {len(made)} 张合格证。")
    except GuardFailed as refused:
        messages.warning(request, "；".join(refused.reasons))
    return HttpResponseRedirect(f"{reverse('study:hours')}?year={year}")


@visible_with("study.own", "study.view", "study.keep")
def own_certificate(request: ViewerRequest, year: int) -> HttpResponse:
    """Hand out one's own certificate of a year."""
    held = {"person": request.viewer.person_id or 0, "district": request.viewer.district_id or 0}
    found = reads.certificates_of(**held, year=min(year, 9998)).select_related("certificate").first()
    if found is None:
        raise Http404("这一年还没有您的合格证")
    one: Certificate = found.certificate
    response = HttpResponse(certificate_pdf(one, request.today), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{one.number}.pdf"'
    return response


urlpatterns = [
    path("study/hours/<int:year>/certificate.pdf", own_certificate, name="own_certificate"),
    path("study/hours/certificates/", issue, name="issue"),
    *list_urls(HOURS, "study/hours/"),
]
