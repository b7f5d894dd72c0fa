"""Answering a questionnaire that stands for itself, and what one handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.filling import Filling, erase_page, fill
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.forms.selectors import current_version, forms_open_to, responses_visible_to
from qiying.kernel.forms.services import form_answer
from qiying.kernel.organisations.pages import page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404


@signed_in
def fill_plain(request: ViewerRequest, form_id: int) -> HttpResponse:
    """Answer the form itself, for one's enterprise if there is just one, else for oneself."""
    form = fetch_or_404(forms_open_to(request.viewer), pk=form_id)
    version = current_version(form)
    if version is None:
        raise Http404("这份表单没有在用")
    asked, viewer = version, request.viewer
    enterprise = None
    if len(viewer.enterprise_ids) == 1:
        enterprise = Enterprise.objects.get(pk=next(iter(viewer.enterprise_ids)))

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        made = form_answer(
            version=asked,
            subject=form.subject,
            answers=answers,
            actor=viewer,
            at=request.now,
            key=key,
            facts=facts,
            enterprise_id=enterprise.pk if enterprise else None,
            session_key=session_key,
        )
        return reverse("forms:answered", args=[made.pk])

    facts = held_about(enterprise, asked.compiled.definition) if enterprise else {}
    return fill(request, Filling(asked, form.subject, hand_in, facts))


@signed_in
def answered(request: ViewerRequest, response_id: int) -> HttpResponse:
    """Show answers to whoever gave them, and to those who may read the subject's."""
    response = fetch_or_404(Response.objects.select_related("version__form"), pk=response_id)
    is_own = response.person_id is not None and response.person_id == request.viewer.person_id
    if (
        not is_own
        and not responses_visible_to(request.viewer, response.subject).filter(pk=response.pk).exists()
    ):
        raise Http404("没有找到这份答卷，或者您看不到它")
    context = {"response": response, "definition": response.version.compiled.definition, "is_own": is_own}
    context["may_erase"] = not is_own and request.viewer.has("forms.edit")
    return page(request, "forms/answered.html", context)


@visible_with("forms.edit")
def erase(request: ViewerRequest, response_id: int, code: str) -> HttpResponse:
    """Take written words out of a response that one may read."""
    response = fetch_or_404(Response.objects.select_related("version__form"), pk=response_id)
    if not responses_visible_to(request.viewer, response.subject).filter(pk=response.pk).exists():
        raise Http404("没有找到这份答卷，或者您看不到它")
    return erase_page(request, response, code, reverse("forms:answered", args=[response.pk]))
