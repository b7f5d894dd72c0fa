"""The builder: the list of questions, one question beside it, a preview on a phone, checking and publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.digest import digest
from qiying.kernel.forms import editing
from qiying.kernel.forms.builder_forms import (
    NewForm,
    frame_answers,
    frame_of,
    paper,
    question_answers,
    question_of,
)
from qiying.kernel.forms.checking import compiled, layout_problems
from qiying.kernel.forms.definition import KINDS, Definition, definition_of
from qiying.kernel.forms.difference import differences
from qiying.kernel.forms.excel import layout_read, layout_workbook
from qiying.kernel.forms.fields import answers_posted, screens_of
from qiying.kernel.forms.models import Form
from qiying.kernel.forms.selectors import forms_answered_to, forms_editable_by, forms_visible_to
from qiying.kernel.forms.services import form_save
from qiying.kernel.forms.sheet import Sheet, sheet
from qiying.kernel.forms.words import feel_of, readout
from qiying.kernel.organisations.listing import Column, Listing, search, xlsx_response
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.registers.register import Register, declare_register
from qiying.ui.given import whole
from qiying.ui.humanize import moment_words


def _state(form: Form) -> str:
    if form.ended_at is not None:
        return "停用"
    return f"第 {form.asked_number} 版" if form.asked_number else "没发布"


FORMS: Register[Form] = declare_register(
    Register(
        name="forms",
        title="表单",
        noun="表单",
        listing=Listing(
            columns=[
                Column(
                    "名称",
                    lambda f: f.title,
                    "title",
                    ("title",),
                    url=lambda f: reverse("forms:form", args=[f.pk]),
                ),
                Column("编码", lambda f: f.code),
                Column("主办单位", lambda f: f.unit.label),
                Column("状态", _state),
                Column("改动时间", lambda f: f.changed_at, "changed", ("changed_at",)),
            ],
            filters=[search("名称", "title")],
            empty_title="还没有表单",
            empty_text="点“新建表单”，一题一题加，或从表格导入。",
        ),
        rows=lambda viewer, today: forms_visible_to(viewer).prefetch_related("versions"),
        sees=("forms.view",),
        edits=("forms.edit",),
        opens=("forms.view", "forms.edit"),
        url="forms:list",
        links=(("forms.edit", "forms:new", "新建表单"),),
    )
)


@visible_with("forms.edit")
def new(request: ViewerRequest) -> HttpResponse:
    """Make a questionnaire, empty or from a workbook."""
    if request.GET.get("template"):
        return xlsx_response(layout_workbook(None), "表单模板.xlsx")
    form = NewForm(request.POST or None, request.FILES or None, viewer=request.viewer)

    def run(data: dict[str, Any]) -> str:
        table = data["table"]
        layout = layout_read(table.read(), data["title"]) if table else editing.empty_layout(data["title"])
        unit = Unit.objects.get(pk=data["unit"])
        made = form_save(actor=request.viewer, unit=unit, code=data["code"], layout=layout, at=request.now)
        return reverse("forms:form", args=[made.pk])

    return act_page(
        request,
        form,
        title="新建表单",
        submit="建好，去加题目",
        back_url=reverse("forms:list"),
        run=run,
        links=[("下载题目模板", "?template=1")],
    )


@visible_with("forms.edit", "forms.view", "forms.responses")
def builder(request: ViewerRequest, form_id: int, code: str = "") -> HttpResponse:
    """Show a questionnaire: its questions, the one being edited, its problems, and how it looks on a phone."""
    form = fetch_or_404(forms_visible_to(request.viewer), pk=form_id)
    may_edit = forms_editable_by(request.viewer).filter(pk=form.pk).exists()
    last = form.versions.order_by("-number").first()
    layout = form.draft if may_edit or last is None else last.layout
    side: Sheet | None = None
    seen = ""
    if code:
        if not may_edit:
            raise Http404("没有这一题，或者您不能改")
        shown, seen = _side(request, form, code)
        if isinstance(shown, HttpResponse):
            return shown
        side = shown
    problems = layout_problems(layout)
    context = {
        "form": form,
        "may_edit": may_edit,
        "sections": _outline(layout, problems, code),
        "general": [p.words for p in problems if not p.code],
        "is_fine": not problems,
        "last": last,
        "is_changed": last is None or last.layout != form.draft,
        "side": side,
        "seen": seen,
        "code": code,
        "says_missing": request.method == "POST",
        "kinds": KINDS.items(),
        "inner_kinds": [(k, w) for k, w in KINDS.items() if k != "group"],
        "may_read": forms_answered_to(request.viewer).filter(pk=form.pk).exists(),
        **_preview(request, layout, not problems),
    }
    status = 422 if request.method == "POST" else None  # saved, the page would have been shown anew
    return page(request, "forms/builder.html", context, status=status)


def _outline(layout: editing.Layout, problems: list[Any], code: str) -> list[dict[str, Any]]:
    definition = definition_of(layout)
    wrong: dict[str, list[str]] = {}
    for one in problems:
        wrong.setdefault(one.code, []).append(one.words)
    rows = [
        {
            "title": section.title,
            "questions": [
                {
                    "q": q,
                    "level": level,
                    "problems": wrong.get(q.code, ()),
                    "current": q.code == code,
                    **_says(q, definition),
                }
                for top in section.questions
                for level, q in ((0, top), *((1, inner) for inner in top.questions))
            ],
        }
        for section in definition.sections
    ]
    return rows


def _says(q: Any, definition: Definition) -> dict[str, str]:
    return {
        "when": readout(q.shown_when, definition) if q.shown_when else "",
        "sum": readout(q.compute, definition),
    }


def _side(request: ViewerRequest, form: Form, code: str) -> tuple[Sheet | HttpResponse, str]:
    """Return the paper of one question and the mark of what is stored; answered without complaint it is saved."""
    layout = form.draft
    try:
        part, index = editing.place_of(layout, code)
        stored = part[index]
    except ActionNotAvailable as gone:
        if request.method != "POST":
            raise Http404(gone.message) from None
        layout, stored = editing.question_put(layout, code), {}
    mark = _mark(stored)
    read = _paper(request, "question", question_answers(stored) if stored else {})
    if request.method != "POST" or read.refusals:
        return read, mark
    new = question_of(read.values, stored)
    definition = definition_of(layout)
    codes = [q.code for q in definition]
    if new.get("shown_when"):
        new["shown_when"] = feel_of(new["shown_when"], list(definition)[: codes.index(code)])
    try:
        if new["code"] != code and new["code"] in codes:
            raise GuardFailed([f"编号“{new['code']}”别的题用了，换一个。"])
        wanted = editing.question_set(layout, code, new)
        _same(request, form, mark, wanted)
        _save(request, form, wanted)
    except GuardFailed as refused:
        messages.error(request, refused.message)
        return read, mark
    messages.success(request, "存好了。")
    return HttpResponseRedirect(f"{reverse('forms:question', args=[form.pk, new['code']])}#side"), mark


def _mark(stored: Any) -> str:
    """Return the mark of what somebody began to change, by which a later save knows that it went on meanwhile."""
    own = {
        key: value for key, value in stored.items() if key != "questions"
    }  # those of a group have marks of their own
    return digest(canonical(own))[:16]


def _same(request: ViewerRequest, form: Form, mark: str, wanted: editing.Layout) -> None:
    """Refuse to write over what somebody else saved since this was opened, once, with what would become of it."""
    if request.POST.get("seen", mark) == mark:
        return
    who = form.changed_by.name if form.changed_by else "别人"
    told = "；".join(differences(form.draft, wanted)) or "和您写的一样"
    when = moment_words(form.changed_at, request.now)
    raise GuardFailed(
        [f"您打开以后，{who}（{when}）改过或删过这里，没有存。您写的都还在；再点一次存，就会：{told}。"]
    )


def _paper(request: ViewerRequest, name: str, start: dict[str, Any]) -> Sheet:
    """Return one of the builder's own papers as it starts, or as it was posted."""
    asked = paper(name)
    posted = answers_posted(asked.definition, request.POST, lambda q, path: [])
    return sheet(asked, posted if request.method == "POST" else start)


def _save(request: ViewerRequest, form: Form, layout: editing.Layout, is_open: bool | None = None) -> None:
    form_save(
        actor=request.viewer,
        unit=form.unit,
        code=form.code,
        layout=layout,
        at=request.now,
        form=form,
        is_open=is_open,
        seen_at=form.changed_at,
    )


@require_POST
@visible_with("forms.edit")
def change(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Do one step on the list: `add:kind`, `section`, or `up|down|copy|delete:code`."""
    form = editable(request, form_id)
    do, _, what = request.POST.get("do", "").partition(":")
    layout, code = form.draft, what
    try:
        match do:
            case "add":
                section = whole(request.POST.get("section"), most=99) or 0
                group = request.POST.get("group", "")
                kind = request.POST.get("kind", what)
                layout, code = editing.question_add(layout, kind, section=section, group=group)
            case "section":
                layout, code = editing.section_add(layout), ""
            case "up" | "down":
                layout = editing.question_move(layout, what, -1 if do == "up" else 1)
            case "copy":
                layout, code = editing.question_copy(layout, what)
            case "delete":
                layout, code = editing.question_delete(layout, what), ""
            case _:
                raise Http404("没有这一步")
        _save(request, form, layout)
    except (ActionNotAvailable, GuardFailed) as refused:
        messages.error(request, refused.message)
        code = ""
    address = reverse("forms:question", args=[form.pk, code]) if code and do in ("add", "copy") else ""
    return HttpResponseRedirect(
        address or f"{reverse('forms:form', args=[form.pk])}{f'#at-{code}' if code else ''}"
    )


def editable(request: ViewerRequest, form_id: int) -> Form:
    """Return the form the viewer may change; 404 for everybody else."""
    return fetch_or_404(forms_editable_by(request.viewer).select_related("unit", "changed_by"), pk=form_id)


@visible_with("forms.edit")
def frame(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Change what stands around the questions."""
    form = editable(request, form_id)
    read = _paper(request, "frame", frame_answers(form.draft, form.is_open))
    back = reverse("forms:form", args=[form.pk])
    mark = _mark(frame_answers(form.draft, form.is_open))
    if request.method == "POST" and not read.refusals and request.POST.get("do") != "live":
        wanted = frame_of(read.values, form.draft)
        try:
            _same(request, form, mark, wanted)
            _save(request, form, wanted, read.values.get("is_open") == "是")
        except GuardFailed as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "存好了。")
            return HttpResponseRedirect(back)
    says = {"says_missing": request.method == "POST", "seen": mark, "back_url": back}
    context = {"form": form, "read": read, **says}
    return page(request, "forms/frame.html", context)


@require_POST
@visible_with("forms.edit", "forms.view")
def preview(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Draw the phone anew with what was typed into it; nothing is stored."""
    form = fetch_or_404(forms_visible_to(request.viewer), pk=form_id)
    layout = form.draft
    if not forms_editable_by(request.viewer).filter(pk=form.pk).exists():
        layout = fetch_or_404(form.versions.order_by("-number")[:1]).layout
    return render(
        request,
        "forms/_preview.html",
        {"form": form, **_preview(request, layout, not layout_problems(layout))},
    )


def _preview(request: ViewerRequest, layout: editing.Layout, is_fine: bool) -> dict[str, Any]:
    if not is_fine:
        return {"preview": None}
    version = compiled(layout)
    answers = (
        answers_posted(version.definition, request.POST, lambda q, path: [])
        if "asked" in request.POST
        else {}
    )
    read = sheet(version, answers)
    return {
        "preview": screens_of(version.definition, read),
        "definition": version.definition,
        "read": read,
    }
