"""The register of law-duty reports, their text for who may read it, and giving them for a year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.urls import path, reverse

from qiying.capabilities.study.models import LawReport
from qiying.capabilities.study.selectors.reports import may_read_text, reports_visible_to
from qiying.capabilities.study.services.reports import reports_give
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.registers.register import Panel, Register, declare_register
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

SEES = ("study.view", "study.own", "study.keep")


class GiveForm(forms.Form):
    """For which year, by which day, to the leaders of which units."""

    year = forms.IntegerField(label="哪一年", min_value=2000, max_value=2100)
    due_on = forms.DateField(label="哪天前交", widget=DAY)
    units = forms.TypedMultipleChoiceField(
        label="哪些单位的领导", coerce=int, help_text="按住 Ctrl 多选；布置过的自动跳过"
    )


@visible_with("study.keep")
def give(request: ViewerRequest) -> HttpResponse:
    """Give the year's report to leaders who have none yet."""
    form = GiveForm(request.POST or None, initial={"year": request.today.year})
    offer(form, "units", unit_choices(request.viewer.district_id or 0))
    made: list[Any] = []

    def run(data: dict[str, Any]) -> str:
        made.extend(reports_give(actor=request.viewer, now=request.now, **data))
        return reverse("study:reports")

    back, done = reverse("study:reports"), "布置了，各人的首页上都有，到日子提醒。"
    return act_page(request, form, title="布置年度述法", submit="布置", back_url=back, run=run, done=done)


def _about(request: ViewerRequest, row: LawReport) -> dict[str, Any]:
    seen = cases_visible_to(request.viewer).filter(pk=row.case_id).exists()
    return {
        "row": row,
        "lines": row.text.splitlines() if may_read_text(request.viewer, row) else [],
        "case_url": reverse("cases:case", args=[row.case.number]) if seen else "",
    }


def _state(row: LawReport) -> str:
    return PROCEDURES.get(row.case.procedure, row.case.version).state(row.case.state).label


def _due(row: LawReport) -> date | None:
    return row.case.due_by if row.case.is_open else None


REPORTS: Register[LawReport] = declare_register(
    Register(
        name="study_reports",
        title="年度述法",
        noun="述法",
        listing=Listing(
            columns=[
                Column(
                    "谁述法",
                    lambda r: r.person.name,
                    "who",
                    ("person__name",),
                    url=lambda r: REPORTS.row_url(r),
                ),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__sort_order",)),
                Column("哪一年", lambda r: r.year, "year", ("year",)),
                Column("到哪一步", _state),
                Column("期限", _due, kind="date"),
                Column("哪天公开", lambda r: r.published_on, "on", ("published_on",), kind="date"),
            ],
            filters=[Filter("year", "哪一年", lambda rows, v: rows.filter(year=whole(v, most=9999) or 0))],
            tabs=[
                Tab(
                    "open",
                    "在办",
                    Q(case__is_open=True),
                    "没有在办的",
                    "普法专员布置年度述法，各单位领导首页上就有。",
                ),
                Tab("published", "已公开", Q(published_on__isnull=False), "还没有公开的"),
                Tab("void", "作废", Q(is_void=True), "没有作废的"),
            ],
        ),
        rows=lambda viewer, today: reports_visible_to(viewer),
        sees=SEES,
        edits=(),
        opens=SEES,
        url="study:reports",
        imports=False,
        panels=(Panel("study/_report.html", _about),),
        lead=lambda request, listed: lead(request),
        links=(("study.keep", "study:give", "布置年度述法"),),
    )
)


def lead(request: ViewerRequest) -> str:
    """Say how many reports of this year are published, of how many given."""
    rows = reports_visible_to(request.viewer).filter(year=request.today.year, is_void=False)
    return f"今年布置 {rows.count()} 份，公开 {rows.filter(published_on__isnull=False).count()} 份（只数您看得到的）。"


urlpatterns = [path("study/reports/give/", give, name="give"), *register_urls(REPORTS, "study/reports/")]
