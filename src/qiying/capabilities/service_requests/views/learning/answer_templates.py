"""Answer templates: a register of each unit, kept by its liaison or leader, offered while answering as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import path

from qiying.capabilities.service_requests.forms.learning import AnswerTemplateForm, offer
from qiying.capabilities.service_requests.models import AnswerTemplate
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.selectors.templates import templates_for, templates_of
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save, kept_units
from qiying.kernel.cases.faces import case_visible
from qiying.kernel.organisations.listing import Column, Filter, Listing, search
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.views import Pages, register_urls

OFFERED = 30
FIELDS = ("unit_id", "name", "category", "text", "is_active")


def _prepare(request: ViewerRequest, rows: Sequence[AnswerTemplate]) -> None:
    names = category_names(request.viewer.district_id or 0)
    for row in rows:
        row.__dict__["category_name"] = names.get(row.category, "各类都可用")


def _form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: AnswerTemplate | None) -> Form:
    mine = kept_units(viewer)
    units = {m.unit_id: m.unit_name for m in viewer.memberships if m.unit_id in mine}
    first = {n: getattr(row, n) for n in FIELDS} if row else {"unit_id": next(iter(units), None)}
    form = AnswerTemplateForm(data, initial=first)
    offer(form, "unit_id", list(units.items()))
    offer(form, "category", [("", "各类都可用"), *category_names(viewer.district_id or 0).items()])
    return form


def _save(actor: Viewer, row: AnswerTemplate | None, data: dict[str, Any], now: datetime) -> AnswerTemplate:
    return answer_template_save(actor=actor, now=now, template=row, **data)


def _end(actor: Viewer, row: AnswerTemplate, now: datetime) -> None:
    values = {n: getattr(row, n) for n in FIELDS} | {"is_active": False}
    answer_template_save(actor=actor, now=now, template=row, **values)


TEMPLATES: Register[AnswerTemplate] = declare_register(
    Register(
        name="answer_templates",
        title="答复模板",
        noun="模板",
        listing=Listing(
            columns=[
                Column(
                    "名称",
                    lambda t: t.name,
                    "name",
                    ("name",),
                    url=lambda t: TEMPLATES.row_url(t),
                    sub=lambda t: t.unit.label,
                ),
                Column("哪类事用", lambda t: getattr(t, "category_name", t.category)),
                Column("正文", lambda t: t.text if len(t.text) <= 60 else f"{t.text[:60]}…"),
                Column(
                    "情况",
                    lambda t: "在用" if t.is_active else "停用",
                    status=lambda t: "ontime" if t.is_active else "paused",
                ),
            ],
            filters=[
                search("名称", "name"),
                Filter(
                    "active",
                    "情况",
                    lambda rows, word: rows.filter(is_active=word == "yes"),
                    (("yes", "在用"), ("no", "停用")),
                ),
            ],
            empty_title="还没有模板",
            empty_text="挑一份写得清楚的答复，把日期、地点换成【】，存成模板，经办人接着改就行。",
            prepare=_prepare,
        ),
        rows=lambda viewer, today: templates_of(kept_units(viewer)).select_related("unit"),
        sees=(),
        edits=("service_requests.answer_templates",),
        url="service_requests:answer_templates",
        subject=lambda t: f"answer_template:{t.pk}",
        form=_form,
        save=_save,
        end=_end,
        unique="name",
        label=lambda t: t.name,
        new_label="写答复模板",
        saved="存好了，写答复时就能选。",
    )
)


@signed_in
def templates(request: ViewerRequest) -> HttpResponse:
    """List a unit's templates; with `?case=` answer those that fit a case its unit has a part in, as JSON."""
    number = request.GET.get("case", "")
    if number:
        case = case_visible(request.viewer, number)
        rows = templates_for(case, request.viewer)[:OFFERED]
        return JsonResponse({"templates": [{"id": t.pk, "name": t.name, "text": t.text} for t in rows]})
    if not request.viewer.has("service_requests.answer_templates"):
        raise Http404("没有找到这一页，或者您看不到它")
    return Pages(TEMPLATES).list(request)


urlpatterns = [path("answer-templates/", templates), *register_urls(TEMPLATES, "answer-templates/")]
