"""The question bank and examinations for who keeps them; for who sits, a list, the paper on a phone, the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.study.models import Exam, Question, Sitting
from qiying.capabilities.study.rules import rights
from qiying.capabilities.study.selectors import exams as reads
from qiying.capabilities.study.services.exams import exam_open, sitting_answer, sitting_begin
from qiying.capabilities.study.views.kept import act, kept_register
from qiying.kernel.audit.services import record_act
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.organisations.listing import Column, Filter, choice, search, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes

KEEP, SEE, OWN = ("study.keep",), ("study.view", "study.keep"), "study.own"
QUESTIONS = kept_register(
    "questions", "题库", Question,
    ["text", "kind", "field", "law", Column("选项", lambda q: q.options, in_page=False),
     Column("答案", lambda q: q.answer), "valid_from", "valid_to"],
    fields=("text", "kind", "options", "answer", "law", "field", "valid_from", "valid_to"), noun="题", unique="text",
    listing={
        "filters": [
            search("题目、出处", "text", "law"),
            choice("kind", "题型", Question.Kind.choices),
            Filter("field", "哪一类", lambda rows, v: rows.filter(field=v)),
        ],
        "tabs": TERM_TABS, "empty_title": "题库是空的",
        "empty_text": "登记几题，或者导入一张表：题目、题型、选项、答案、出处。",
    },
    sees=KEEP, opens=KEEP, edits=KEEP,
)  # fmt: skip


def _open(actor: Viewer, row: Exam, data: dict[str, Any], now: datetime) -> None:
    exam_open(actor=actor, exam=row, now=now)


def _results(request: ViewerRequest, row: Exam) -> dict[str, Any] | None:
    if row.state == Exam.State.DRAFT:
        return None
    lines = reads.results(row, request.today)
    return {
        "row": row,
        "lines": lines,
        "total": reads.total(lines),
        "names": request.viewer.has("study.keep"),
    }


EXAMS = kept_register(
    "exams", "考试", Exam,
    ["title", "year", "unit", "opens_on", "closes_on", "field",
     Column("一份几题", lambda e: e.ones + e.manies + e.judges, numeric=True), "pass_mark", "state"],
    fields=("title", "year", "unit", "field", "ones", "manies", "judges", "papers", "opens_on", "closes_on", "units"),
    rows=lambda viewer, today: reads.exams_visible_to(viewer), unique="title", imports=False,
    listing={
        "filters": [Filter("q", "考试", reads.searched)],
        "empty_title": "还没有考试",
        "empty_text": "登记一场：从题库抽几题、哪些单位考、从哪天到哪天，抽题开考以后不能再改。",
    },
    hints={"papers": "各人抽到其中一份，题和顺序都不一样"},
    sees=SEE, opens=SEE, edits=KEEP, panels=(Panel("study/_results.html", _results),),
    acts=(
        Act("open", "抽题开考", act(_open, "题抽好了，到日子就能考。"), sentence="抽好以后题目、单位、日子都不能再改。",
            applies=lambda viewer, e: e.state == Exam.State.DRAFT),
    ),
)  # fmt: skip


@require_GET
@visible_with(*SEE)
def results_book(request: ViewerRequest, pk: int) -> HttpResponse:
    """Hand out the results by unit as a workbook, each with its whole."""
    row = fetch_or_404(reads.exams_visible_to(request.viewer).filter(state=Exam.State.OPEN), pk=pk)
    lines = reads.results(row, request.today)
    heads: list[Column[Any]] = [
        Column(h) for h in ("单位", "应考", "考了", "合格", "合格占应考", "平均分", "没考的人")
    ]
    names = request.viewer.has("study.keep")
    rows = [
        [
            x.unit,
            x.expected,
            x.sat,
            x.passed,
            x.pass_share,
            x.mean,
            "、".join(x.missing) if names else len(x.missing),
        ]
        for x in [*lines, reads.total(lines)]
    ]
    record_act(actor=request.viewer, action="list_export", subject=row.subject, data={}, at=request.now)
    return xlsx_response(workbook_bytes([Sheet("考试结果", heads, rows)]), f"{row.title}结果.xlsx")


# --- sitting ---------------------------------------------------------------------------------------
@require_GET
@visible_with(OWN)
def mine(request: ViewerRequest) -> HttpResponse:
    """List what the viewer is to sit and has sat."""
    rows = list(reads.exams_of(request.viewer)[:50])
    sat = {
        s.exam_id: s for s in Sitting.objects.filter(person_id=request.viewer.person_id or 0, exam__in=rows)
    }
    listed = [(row, sat.get(row.pk), reads.is_open_on(row, request.today)) for row in rows]
    return page(request, "study/mine.html", {"rows": listed, "title": "我的考试"})


@visible_with(OWN)
def sit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show what the examination is before it begins, and what came of it; POST draws the paper."""
    row = fetch_or_404(reads.exams_of(request.viewer), pk=pk)
    if request.method == "POST":
        try:
            sitting_begin(actor=request.viewer, exam=row, now=request.now)
        except ActionNotAvailable as late:
            messages.warning(request, late.message)
            return HttpResponseRedirect(reverse("study:sit", args=[pk]))
        return HttpResponseRedirect(reverse("study:paper", args=[pk]))
    sitting = reads.own_sitting(row, request.viewer)
    context: dict[str, Any] = {
        "row": row,
        "sitting": sitting,
        "is_open": reads.is_open_on(row, request.today),
    }
    if sitting is not None and sitting.response is not None and request.today > row.closes_on:
        context["wrong"] = _wrong(sitting)  # only then: others are still sitting with the same questions
    return page(request, "study/sit.html", {**context, "title": row.title})


def _wrong(sitting: Sitting) -> list[dict[str, Any]]:
    key, answers = sitting.paper.key, sitting.response.answers if sitting.response else {}
    good = rights(key, answers)
    laws = dict(Question.objects.filter(pk__in=[q for _, q in key.values()]).values_list("pk", "law"))
    titles = {q.code: q.title for q in sitting.paper.version.compiled.definition}
    return [
        {"title": titles[code], "right": wanted, "law": laws.get(question, "")}
        for code, (wanted, question) in key.items() if code not in good
    ]  # fmt: skip


@visible_with(OWN)
def paper(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show the drawn paper on any screen; what was chosen is kept until it is handed in, once."""
    row = fetch_or_404(reads.exams_of(request.viewer), pk=pk)
    sitting, back = reads.own_sitting(row, request.viewer), reverse("study:sit", args=[pk])
    if sitting is None or (sitting.handed_at and request.method != "POST"):
        return HttpResponseRedirect(back)
    one = sitting

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        told: dict[str, Any] = {
            "answers": answers,
            "key": key,
            "session_key": session_key,
            "now": request.now,
        }
        done = sitting_answer(actor=request.viewer, sitting=one, **told)
        messages.success(request, f"交卷了，得 {done.points} 分。")
        return back

    return fill(
        request, Filling(sitting.paper.version, sitting.subject, hand_in, back_url=back, submit="交卷")
    )


urlpatterns = [
    path("study/mine/", mine, name="mine"),
    path("study/mine/<int:pk>/", sit, name="sit"),
    path("study/mine/<int:pk>/paper/", paper, name="paper"),
    path("study/exams/<int:pk>/results.xlsx", results_book, name="results_book"),
    *register_urls(QUESTIONS, "study/questions/"),
    *register_urls(EXAMS, "study/exams/"),
]
