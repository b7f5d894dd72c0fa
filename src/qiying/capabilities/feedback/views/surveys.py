"""The office's surveys: the register, one survey's page with its acts, and what was answered."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import segno
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe

from qiying.capabilities.feedback.forms.surveys import SampleForm, SurveyForm, typed_values
from qiying.capabilities.feedback.models import Survey, SurveyRelease, SurveyState, SurveyWay
from qiying.capabilities.feedback.rules.surveys_sampling import error_words, wanted
from qiying.capabilities.feedback.selectors.surveys import (
    response_by_mark,
    slices_of,
    surveys_visible_to,
    voices,
)
from qiying.capabilities.feedback.services.surveys import (
    sample_draw,
    survey_close,
    survey_open,
    survey_release,
    survey_save,
)
from qiying.kernel.forms.excel import answers_workbook
from qiying.kernel.forms.filling import erase_page
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.listing import Column, Listing, choice, search, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.charts import Chart, bar_chart

SEES = ("feedback.surveys", "feedback.surveys_all")


def _rows(viewer: Viewer, today: Any) -> QuerySet[Survey]:
    return surveys_visible_to(viewer)


def _save(actor: Viewer, row: Survey | None, data: dict[str, Any], now: datetime) -> Survey:
    return survey_save(actor=actor, survey=row, at=now, **typed_values(data))


def _edit(actor: Viewer, survey: Survey, data: dict[str, Any], now: datetime) -> str:
    _save(actor, survey, data, now)
    return "存好了。"


def _open(actor: Viewer, survey: Survey, data: dict[str, Any], now: datetime) -> str:
    survey_open(actor=actor, survey=survey, at=now)
    return "开始了。"


def _close(actor: Viewer, survey: Survey, data: dict[str, Any], now: datetime) -> str:
    survey_close(actor=actor, survey=survey, at=now)
    return "结束了，不再收答卷。"


def _draw(actor: Viewer, survey: Survey, data: dict[str, Any], now: datetime) -> str:
    count = sample_draw(actor=actor, survey=survey, size=data["size"], only=data["only"], at=now)
    return f"抽了 {count} 家。开始以后，每家收到一个只能答一次的链接。"


def _is_draft(viewer: Viewer, survey: Survey) -> bool:
    return survey.state == SurveyState.DRAFT


def error_of(survey: Survey, answered: int) -> str:
    """Return what the answers say of all, in words."""
    return error_words(
        answered=answered,
        invited=survey.invitations.count(),
        population=survey.population,
        is_random=survey.way == SurveyWay.ADDRESSED,
    )


def _panel(request: ViewerRequest, survey: Survey) -> dict[str, Any]:
    link = request.build_absolute_uri(survey.url)
    needed = wanted(0.05, survey.population) if survey.population else 0
    return {
        "survey": survey,
        "link": link,
        "qr": _qr(link) if survey.way == SurveyWay.OPEN and survey.state != SurveyState.CLOSED else "",
        "invited": survey.invitations.count(),
        "answered": survey.answers.count(),
        "error": error_of(survey, survey.answers.count()),
        "needed": needed,
        "frame": sorted(survey.frame.items(), key=lambda item: -item[1][0]),
        "may_read": not survey.is_anonymous and request.viewer.has("feedback.surveys"),
    }


def _qr(text: str) -> SafeString:
    code = segno.make(text, error="m")
    return mark_safe(code.svg_inline(scale=5, border=2))  # noqa: S308 (made of our own address)


SURVEYS: Register[Survey] = declare_register(
    Register(
        name="surveys",
        title="问卷",
        noun="问卷",
        listing=Listing(
            columns=[
                Column("名称", lambda s: s.title, "title", ("title",), url=lambda s: SURVEYS.row_url(s)),
                Column("主办单位", lambda s: s.unit.label),
                Column("怎么发", lambda s: s.get_way_display()),
                Column("开始", lambda s: s.opens_on, "opens", ("opens_on",)),
                Column("截止", lambda s: s.closes_on, "closes", ("closes_on",)),
                Column("状态", lambda s: s.get_state_display()),
                Column(
                    "收到",
                    lambda s: getattr(s, "answer_count", 0),
                    "answers",
                    ("answer_count",),
                    numeric=True,
                ),
            ],
            filters=[
                search("名称", "title"),
                choice("state", "状态", SurveyState.choices),
            ],
            empty_title="还没有问卷",
            empty_text="先在“表单”里编好题目，再建问卷：扫码答，或抽样发给企业。",
        ),
        rows=_rows,
        sees=SEES,
        edits=("feedback.surveys",),
        opens=SEES,
        url="feedback:surveys",
        form=partial(SurveyForm),
        save=_save,
        imports=False,
        edits_apart=True,
        may_change=False,
        may_touch=lambda viewer, s: any(s.unit.path.startswith(m.path) for m in viewer.memberships),
        label=lambda s: s.title,
        panels=(Panel("feedback/_survey.html", _panel),),
        acts=(
            Act("edit", "改", _edit, form=partial(SurveyForm), applies=_is_draft, submit="存好"),
            Act(
                "sample",
                "抽样",
                _draw,
                form=partial(SampleForm),
                applies=lambda v, s: _is_draft(v, s) and s.way == SurveyWay.ADDRESSED,
                title="抽样",
                submit="抽",
            ),
            Act("open", "开始", _open, applies=_is_draft, sentence="开始以后题目不能再改。"),
            Act(
                "close",
                "结束",
                _close,
                applies=lambda v, s: s.state == SurveyState.OPEN,
                sentence="结束以后不再收答卷。",
                is_serious=True,
            ),
        ),
    )
)


@visible_with(*SEES)
def results(request: ViewerRequest, survey_id: int) -> HttpResponse:
    """Show figures of a slice as they may be told; as a workbook when asked."""
    survey = fetch_or_404(surveys_visible_to(request.viewer), pk=survey_id)
    parts = slices_of(survey)
    part = request.GET.get("part", "")
    part = part if part in dict(parts) else ""
    release, why = survey_release(survey=survey, part=part, at=request.now)
    if request.GET.get("export") == "xlsx" and release is not None:
        return xlsx_response(_workbook(survey, dict(parts)[part], release), f"{survey.title}-结果.xlsx")
    context = {
        "survey": survey,
        "tabs": [{"label": words, "url": f"?part={code}", "current": code == part} for code, words in parts],
        "part": part,
        "release": release,
        "why": why,
        "charts": [c for t in release.tables for c in charts_of(t)] if release else [],
        "hidden": [t for t in release.tables if not _has_figures(t) and t["count"]] if release else [],
        "voices": voices(survey, release) if release else [],
        "error": error_of(survey, len(release.members)) if release and not part else "",
        "back_url": SURVEYS.row_url(survey),
        "may_erase": SURVEYS.may_edit(request.viewer) and SURVEYS.may_touch(request.viewer, survey),
    }
    return page(request, "feedback/survey_results.html", context)


def _has_figures(table: dict[str, Any]) -> bool:
    return bool(table["cells"] or table.get("rows") or "mean" in table)


def charts_of(table: dict[str, Any]) -> list[Chart]:
    """Return the charts of one question: bars with shares, a matrix as one chart a row."""
    said = f"{table['count']:,} 份答了这题"
    if "mean" in table:
        said += f"，平均 {table['mean']:g}{' ' + table['unit'] if table.get('unit') else ''}"
    if table.get("rows"):
        return [_bars(f"{table['title']}：{row}", cells, said) for row, cells in table["rows"]]
    if table["cells"]:
        return [
            _bars(
                table["title"],
                table["cells"],
                f"{said}{'，可以多选' if table['kind'] == 'many' else ''}",
                table["count"],
            )
        ]
    return []


def _bars(title: str, cells: list[Any], sentence: str, total: int | None = None) -> Chart:
    whole = total or sum(count for _, count in cells) or None
    bars: Any = [{"label": label, "value": count} for label, count in cells]
    return bar_chart(title=title, bars=bars, sentence=f"{sentence}。", total=whole)


def _workbook(survey: Survey, words: str, release: SurveyRelease) -> bytes:
    rows: list[list[Any]] = []
    for table in release.tables:
        parts = table.get("rows") or [["", table["cells"]]]
        for row, cells in parts:
            for label, count in cells:
                rows.append([table["title"], row, label, count, table["count"]])
        if "mean" in table:
            rows.append([table["title"], "", "平均", table["mean"], table["count"]])
        if not _has_figures(table):
            rows.append([table["title"], "", "不足 5 份，不列", None, None])
    heads: list[Column[Any]] = [Column(h) for h in ("题目", "行", "选项", "数", "答这题的份数")]
    told = f"{survey.title} · {words} · {len(release.members)} 份 · {error_of(survey, len(release.members))}"
    return workbook_bytes([Sheet("结果", heads, rows, caption=told)])


@visible_with("feedback.surveys")
def answers(request: ViewerRequest, survey_id: int) -> HttpResponse:
    """Return the single answers of a named survey as a workbook; of an anonymous one there are none."""
    survey = fetch_or_404(surveys_visible_to(request.viewer).filter(is_anonymous=False), pk=survey_id)
    rows = Response.objects.filter(subject=survey.subject).select_related("version", "person").order_by("-pk")
    return xlsx_response(answers_workbook(survey.title, rows[:20_000]), f"{survey.title}-答卷.xlsx")


@visible_with("feedback.surveys")
def erase(request: ViewerRequest, survey_id: int, mark: str, code: str) -> HttpResponse:
    """Take what somebody wrote out of the results; the figures stay."""
    survey = fetch_or_404(surveys_visible_to(request.viewer), pk=survey_id)
    if not SURVEYS.may_touch(request.viewer, survey):
        raise Http404("没有找到这一页，或者您看不到它")
    response = response_by_mark(survey, mark)
    return erase_page(request, response, code, reverse("feedback:survey_results", args=[survey.pk]))


urlpatterns = [
    path("surveys/<int:survey_id>/erase/<slug:mark>/<str:code>/", erase, name="survey_erase"),
    path("surveys/<int:survey_id>/results/", results, name="survey_results"),
    path("surveys/<int:survey_id>/answers.xlsx", answers, name="survey_answers"),
    *register_urls(SURVEYS, "surveys/"),
]
