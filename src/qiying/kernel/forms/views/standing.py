"""A questionnaire that stands: published, out of use, as a workbook, and what was answered."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.forms.checking import layout_problems
from qiying.kernel.forms.definition import definition_of
from qiying.kernel.forms.difference import differences
from qiying.kernel.forms.excel import answers_workbook, layout_workbook
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.selectors import forms_answered_to, forms_visible_to
from qiying.kernel.forms.services import form_end, form_publish, form_resume
from qiying.kernel.forms.views.building import editable
from qiying.kernel.organisations.listing import Column, Listing, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404


@visible_with("forms.edit")
def publish(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Say what changed and what is wrong, and publish."""
    form = editable(request, form_id)
    last = form.versions.order_by("-number").first()
    if request.method == "POST":
        try:
            made = form_publish(actor=request.viewer, form=form, at=request.now)
        except (GuardFailed, ActionNotAvailable) as refused:
            messages.error(request, refused.message)
            return HttpResponseRedirect(reverse("forms:publish", args=[form.pk]))
        messages.success(request, f"第 {made.number} 版发布了。已经开始填旧版的，交的还是旧版。")
        return HttpResponseRedirect(reverse("forms:form", args=[form.pk]))
    problems = layout_problems(form.draft)
    context = {
        "form": form,
        "last": last,
        "problems": problems,
        "changes": [] if problems else differences(last.layout if last else None, form.draft),
        "versions": form.versions.select_related("published_by"),
        "back_url": reverse("forms:form", args=[form.pk]),
    }
    return page(request, "forms/publish.html", context)


@require_POST
@visible_with("forms.edit")
def end(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Take a questionnaire out of use, or into use again."""
    form = editable(request, form_id)
    if form.ended_at is None:
        form_end(actor=request.viewer, form=form, reason=request.POST.get("reason", "不再用"), at=request.now)
        messages.success(request, "停用了，收到的答卷还在。")
    else:
        form_resume(actor=request.viewer, form=form, at=request.now)
        messages.success(request, "恢复了。")
    return HttpResponseRedirect(reverse("forms:form", args=[form.pk]))


@visible_with("forms.edit", "forms.view")
def download(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Return the questions as a workbook that can be read in again."""
    form = fetch_or_404(forms_visible_to(request.viewer), pk=form_id)
    last = form.versions.order_by("-number").first()
    return xlsx_response(
        layout_workbook(definition_of(last.layout if last else form.draft)), f"{form.title}-题目.xlsx"
    )


ANSWERS: Listing[Response] = Listing(
    name="form_responses",
    caption="答卷",
    columns=[
        Column("编号", lambda r: str(r.pk), url=lambda r: reverse("forms:answered", args=[r.pk])),
        Column("提交时间", lambda r: r.answered_at, "at", ("answered_at",)),
        Column("填写人", lambda r: r.person.name if r.person else "不记名"),
        Column("版次", lambda r: r.version.number, numeric=True),
        Column(
            "得分",
            lambda r: "" if r.points is None else f"{r.points.normalize():f}",
            "points",
            ("points",),
            numeric=True,
        ),
        Column("等次", lambda r: r.grade),
    ],
    empty_title="还没有收到答卷",
    empty_text="把填写的地址发给要填的人。",
)


@visible_with("forms.responses")
def responses(request: ViewerRequest, form_id: int) -> HttpResponse:
    """List what was handed in to the form itself, or all of it as a workbook."""
    form = fetch_or_404(forms_answered_to(request.viewer), pk=form_id)
    rows: QuerySet[Response] = Response.objects.filter(subject=form.subject).select_related(
        "version", "person"
    )
    if request.GET.get("export") == "answers":
        return xlsx_response(answers_workbook(form.title, rows[:20_000]), f"{form.title}-答卷.xlsx")
    context, book = ANSWERS.respond(request, rows)
    return book or page(request, "forms/responses.html", {**context, "form": form})
