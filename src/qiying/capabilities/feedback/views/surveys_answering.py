"""Answering a survey on a phone: by the QR code, by a link of one's own, or signed in for an enterprise asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from qiying.capabilities.feedback.models import Survey, SurveyInvitation, SurveyWay
from qiying.capabilities.feedback.selectors.surveys import invitation_by
from qiying.capabilities.feedback.services.surveys import Answerer, has_answered, survey_answer
from qiying.kernel.documents.uploads import draft_session_make
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.organisations.pages import shell
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip, keyed_digest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer

BASE = "ui/phone.html"
PER_ADDRESS = 120
"""Answers an hour from one address: a hall shares one."""


def answer(plain: HttpRequest, slug: str, token: str = "") -> HttpResponse:
    """Show the questions, or why they are not asked here and now."""
    request = cast(ViewerRequest, plain)
    survey = Survey.objects.select_related("version__form", "unit").filter(slug=slug).first()
    if survey is None:
        raise Http404("没有这份问卷")
    invitation = _invitation(request.viewer, survey, token)
    marks = _marks(request)
    if survey.way == SurveyWay.ADDRESSED and invitation is None:
        return _said(request, survey, "这份问卷发给抽中的企业，请从收到的链接打开，或登录后从首页进。")
    if (invitation and invitation.answered_on) or (invitation is None and has_answered(survey, marks)):
        return _said(request, survey, "", is_done=True)
    if not survey.takes(request.today):
        return _said(request, survey, "这份问卷现在不收答卷。")
    who = Answerer(request.viewer, invitation, marks, marks[0].partition(":")[2])
    enterprise = invitation.enterprise if invitation else None
    # What is held about an enterprise is shown only to who speaks for it: a link may be passed on.
    speaks = enterprise is not None and enterprise.pk in request.viewer.enterprise_ids
    facts = held_about(enterprise, survey.version.compiled.definition) if enterprise and speaks else {}

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        if invitation is None and not request.viewer.is_authenticated:
            limit = Limit("survey", client_ip(request), PER_ADDRESS, timedelta(hours=1))
            if exceeded := attempt([limit], at=request.now):
                raise GuardFailed([f"从这里交得太多了。请等 {exceeded.words}再交，写的内容还在。"])
        try:
            survey_answer(survey=survey, who=who, answers=answers, key=key, at=request.now, facts=facts)
        except ActionNotAvailable as late:
            raise GuardFailed([late.message]) from None
        return reverse("feedback:survey_thanks", args=[survey.slug])

    holder = (
        f"t:{invitation.token_digest[:40]}" if invitation else f"b:{keyed_digest('survey', marks[0])[:40]}"
    )
    context = {"is_office": False, "survey": survey}
    return fill(
        request, Filling(survey.version, survey.subject, hand_in, facts, holder, base=BASE, context=context)
    )


def thanks(plain: HttpRequest, slug: str) -> HttpResponse:
    """Say that the answer arrived."""
    request = cast(ViewerRequest, plain)
    survey = Survey.objects.select_related("version").filter(slug=slug).first()
    if survey is None:
        raise Http404("没有这份问卷")
    return _said(request, survey, "", is_done=True)


def _said(request: ViewerRequest, survey: Survey, words: str, *, is_done: bool = False) -> HttpResponse:
    context = {
        **shell(request),
        "base": BASE,
        "survey": survey,
        "words": words,
        "is_done": is_done,
        "thanks": survey.version.compiled.definition.thanks,
    }
    return render(request, "feedback/survey_said.html", context)


def _invitation(viewer: Viewer, survey: Survey, token: str) -> SurveyInvitation | None:
    if token:
        found = invitation_by(survey, token)
        if found is None:
            raise Http404("这个链接不对，请核对短信里的地址")
        return found
    mine = survey.invitations.filter(enterprise_id__in=viewer.enterprise_ids).select_related("enterprise")
    return mine.order_by("answered_on", "pk").first()


def _marks(request: ViewerRequest) -> tuple[str, ...]:
    """Return what must answer only once: this browser, and the account if there is one."""
    browser = f"b:{draft_session_make(request)}"
    person = request.viewer.person_id
    return (browser,) if person is None else (browser, f"p:{person}")


urlpatterns = [
    path("s/<slug:slug>/", answer, name="survey_answer"),
    path("s/<slug:slug>/thanks/", thanks, name="survey_thanks"),
    path("s/<slug:slug>/<slug:token>/", answer, name="survey_link"),
]
