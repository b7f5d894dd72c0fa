"""Answer templates: kept by a unit's liaison or leader, offered while answering as JSON."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.forms.learning import AnswerTemplateForm, offer
from qiying.capabilities.service_requests.models import AnswerTemplate
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.selectors_learning.templates import templates_for, templates_of
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save, kept_units
from qiying.capabilities.service_requests.views.learning.common import paged, sent
from qiying.kernel.cases.faces import case_visible
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404

OFFERED = 30


@require_GET
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
    units = kept_units(request.viewer)
    current = paged(request, templates_of(units).select_related("unit"))
    names = category_names(request.viewer.district_id or 0)
    context = {
        "rows": [{"row": t, "category": names.get(t.category, "各类都可用")} for t in current.object_list],
        "page": current,
        "total": current.paginator.count,
        "has_several": len(units) > 1,
    }
    return page(request, "learning/answer_templates.html", context)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.answer_templates")
def new(request: ViewerRequest) -> HttpResponse:
    """Write a template."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@visible_with("service_requests.answer_templates")
def edit(request: ViewerRequest, template_id: int) -> HttpResponse:
    """Change a template of one's unit."""
    return _form(request, fetch_or_404(templates_of(kept_units(request.viewer)), pk=template_id))


def _form(request: ViewerRequest, row: AnswerTemplate | None) -> HttpResponse:
    units = {
        m.unit_id: m.unit_name for m in request.viewer.memberships if m.unit_id in kept_units(request.viewer)
    }
    given: dict[str, Any] = {"unit_id": next(iter(units), None)}
    if row is not None:
        names = ("unit_id", "name", "category", "text", "is_active")
        given = {n: getattr(row, n) for n in names}
    form = AnswerTemplateForm(sent(request), initial=given)
    offer(form, "unit_id", list(units.items()))
    kinds = category_names(request.viewer.district_id or 0)
    offer(form, "category", [("", "各类都可用"), *kinds.items()])
    back = reverse("service_requests:answer_templates")

    def run(data: dict[str, Any]) -> str:
        answer_template_save(actor=request.viewer, now=request.now, template=row, **data)
        return back

    return act_page(
        request,
        form,
        title="改答复模板" if row else "写答复模板",
        submit="存好",
        back_url=back,
        run=run,
        done="存好了，写答复时就能选。",
    )
