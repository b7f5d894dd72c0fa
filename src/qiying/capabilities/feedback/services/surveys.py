"""Writes: a survey made, opened and closed; its sample drawn; one answer each; a complaint handed over with consent."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import Http404

from qiying.capabilities.feedback.models import (
    Survey,
    SurveyAnswer,
    SurveyGuard,
    SurveyInvitation,
    SurveyRelease,
    SurveyState,
    SurveyWay,
)
from qiying.capabilities.feedback.rules.surveys_privacy import LEAST, isolates
from qiying.capabilities.feedback.rules.surveys_sampling import Stratum, allocated, coarse
from qiying.capabilities.feedback.selectors.surveys import (
    frame_of,
    last_release,
    members_of,
    tables_of,
    token_of,
)
from qiying.kernel.audit.clock import local_date, start_of_day
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.opening import case_start
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import FormVersion, Response
from qiying.kernel.forms.services import form_answer, unordered_key
from qiying.kernel.forms.sheet import Held
from qiying.kernel.notices.services import Done, NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.throttle import keyed_digest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import PersonViewer, Viewer, system_viewer
from qiying.statutes.industries import split_code

_noted = noting("")

LARGEST_SAMPLE = 5000


@transaction.atomic
def survey_save(
    *,
    actor: Viewer,
    survey: Survey | None,
    unit: Unit,
    title: str,
    version: FormVersion,
    way: str,
    is_anonymous: bool,
    opens_on: date,
    closes_on: date,
    at: datetime,
    complaint: str = "",
    consent: str = "",
) -> Survey:
    """Make a survey, or change one that is not open yet."""
    _may_edit(actor, unit)
    if survey is not None:
        _may_edit(actor, survey.unit)
    if survey is not None and survey.state != SurveyState.DRAFT:
        raise ActionNotAvailable("已经开始的问卷不能再改，只能结束它，另建一份。")
    wrong: dict[str, list[str]] = {}
    questions = {q.code: q for q in version.compiled.definition.questions}
    if closes_on < opens_on:
        wrong["closes_on"] = ["截止要在开始以后"]
    if is_anonymous and any(q.is_upload for q in version.compiled.definition):
        wrong["is_anonymous"] = ["不记名的问卷不能要照片和文件，它们会认出人来"]
    if bool(complaint) != bool(consent):
        wrong["consent"] = ["转办要两题都有：说问题的一题，和问同不同意转办的一题"]
    elif complaint and (complaint not in questions or questions[complaint].kind != "long"):
        wrong["complaint"] = ["请从“问什么”的这份表里选一道长文字题"]
    elif complaint and (consent not in questions or "是" not in questions[consent].options):
        wrong["consent"] = ["请从“问什么”的这份表里选一道单选题，它要有“是”这个选项"]
    elif complaint and is_anonymous and questions[complaint].required:
        wrong["complaint"] = ["不记名的问卷，这一题不能是必答：转办的话不留在答卷里，空着的就认得出来"]
    if wrong:
        raise GuardFailed([w for words in wrong.values() for w in words], wrong)
    made = survey or Survey(
        district_id=unit.district_id, slug=secrets.token_hex(5), made_by_id=actor.person_id, made_at=at
    )
    made.unit, made.title, made.version, made.way, made.is_anonymous = unit, title, version, way, is_anonymous
    made.opens_on, made.closes_on, made.complaint, made.consent = opens_on, closes_on, complaint, consent
    made.save()
    _noted(actor, "survey_saved", made, at, title=title)
    return made


@transaction.atomic
def survey_open(*, actor: Viewer, survey: Survey, at: datetime) -> None:
    """Let people answer; an addressed survey tells the enterprises drawn."""
    _may_edit(actor, survey.unit)
    drawn = list(survey.invitations.select_related("enterprise"))
    if survey.way == SurveyWay.ADDRESSED and not drawn:
        raise ActionNotAvailable("还没有抽样，不知道发给谁。先抽样，再开始。")
    if not Survey.objects.filter(pk=survey.pk, state=SurveyState.DRAFT).update(state=SurveyState.OPEN):
        raise ActionNotAvailable("这份问卷已经开始或结束了。")
    specs = [
        NoticeSpec(
            template="survey_invited",
            to=f"e:{one.enterprise_id}",
            subject=_matter(survey, one.enterprise_id),
            dedupe_key=f"survey:{survey.pk}:{one.enterprise_id}",
            context={"title": survey.title, "until": survey.closes_on.isoformat(), "unit": survey.unit.label},
            url=f"{survey.url}{token_of(survey, one.enterprise_id)}/",
        )
        for one in drawn
    ]
    if specs:
        notices_queue(specs, district_id=survey.district_id, at=at)
    _noted(actor, "survey_opened", survey, at, invited=len(drawn))


@transaction.atomic
def survey_close(*, actor: Viewer, survey: Survey, at: datetime) -> None:
    """Take no more answers; who did not answer is no longer waited for."""
    _may_edit(actor, survey.unit)
    if not Survey.objects.filter(pk=survey.pk, state=SurveyState.OPEN).update(state=SurveyState.CLOSED):
        raise ActionNotAvailable("这份问卷没有在答。")
    for one in survey.invitations.filter(answered_on=None):
        _done(survey, one.enterprise_id, at)
    if survey.is_anonymous:
        _strata_coarsen(survey)
    _noted(actor, "survey_closed", survey, at, answers=survey.answers.count())


def surveys_close_due(now: datetime) -> int:
    """Close the surveys whose last day is over; return how many. The worker calls it hourly."""
    due = Survey.objects.filter(state=SurveyState.OPEN, closes_on__lt=local_date(now)).select_related("unit")
    for survey in due:
        program = system_viewer("worker", district_id=survey.district_id)
        survey_close(actor=program, survey=survey, at=now)
    return len(due)


@transaction.atomic
def sample_draw(*, actor: Viewer, survey: Survey, size: int, at: datetime, only: Sequence[str] = ()) -> int:
    """Draw enterprises by size class and industry, in proportion, by lot; return how many were drawn.

    `only` names strata to draw from. A new draw replaces the former while the survey has not begun.
    """
    _may_edit(actor, survey.unit)
    survey.refresh_from_db(fields=["state"], from_queryset=Survey.objects.select_for_update())
    if survey.state != SurveyState.DRAFT or survey.way != SurveyWay.ADDRESSED:
        raise ActionNotAvailable("只有还没开始、发给企业的问卷可以抽样。")
    if not 1 <= size <= LARGEST_SAMPLE:
        raise GuardFailed([f"抽 1 到 {LARGEST_SAMPLE} 家"], {"size": [f"抽 1 到 {LARGEST_SAMPLE} 家"]})
    frame = {k: v for k, v in frame_of(survey.district_id).items() if not only or k in only}
    if not frame:
        raise GuardFailed(["名录里没有这样的企业"], {"only": ["名录里没有这样的企业"]})
    wanted = allocated({key: len(rows) for key, rows in frame.items()}, size)
    lot = random.Random(f"{survey.slug}:{size}:{sorted(only)}")  # noqa: S311 - a lot that can be drawn again
    drawn: list[Enterprise] = []
    for key, rows in frame.items():
        drawn += lot.sample(rows, wanted.get(key, 0))
    survey.invitations.all().delete()
    SurveyInvitation.objects.bulk_create(
        SurveyInvitation(
            survey=survey,
            enterprise=one,
            token_digest=keyed_digest("survey token", token_of(survey, one.pk)),
            size=one.size_class,
            section=split_code(one.industry)[0],
            sent_at=at,
        )
        for one in drawn
    )
    survey.population = sum(len(rows) for rows in frame.values())
    survey.frame = {key: [len(rows), wanted.get(key, 0)] for key, rows in frame.items()}
    survey.save(update_fields=["population", "frame"])
    _noted(actor, "survey_sampled", survey, at, drawn=len(drawn), population=survey.population)
    return len(drawn)


# --- answers -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Answerer:
    """Who answers: whoever signed in, an invitation, and marks of browser and account that must answer once."""

    viewer: Viewer
    invitation: SurveyInvitation | None = None
    marks: tuple[str, ...] = ()
    session_key: str | None = None


@transaction.atomic
def survey_answer(
    *,
    survey: Survey,
    who: Answerer,
    answers: Mapping[str, Any],
    key: str,
    at: datetime,
    facts: Mapping[str, Held] | None = None,
) -> Response:
    """Hand in an answer; the same key gives the same one, a second one of the same asked is refused.

    Of an anonymous survey neither person nor time nor order is kept, nor whether a case came of it, which names who
    complained. A complaint with consent becomes a case.
    """
    known = Response.objects.filter(version=survey.version, key=key, subject=survey.subject).first()
    if known is not None:
        return known
    today = local_date(at)
    survey.refresh_from_db(fields=["state"])
    if not survey.takes(today):
        raise ActionNotAvailable("这份问卷现在不收答卷。")
    one = who.invitation
    _claim(survey, who, today)
    words = _complaint(survey, answers)
    tells = [survey.consent, survey.complaint] if words else [survey.consent]
    response = form_answer(
        version=survey.version,
        subject=survey.subject,
        answers=answers,
        actor=who.viewer,
        at=start_of_day(survey.opens_on) if survey.is_anonymous else at,
        key=key,
        facts=facts,
        enterprise_id=one.enterprise_id if one else None,
        session_key=who.session_key,
        is_named=not survey.is_anonymous,
        left_out=tells if survey.is_anonymous else (),
    )
    size, section = _stratum(survey, one) if one else ("", "")
    key_drawn = {"pk": unordered_key()} if survey.is_anonymous else {}
    SurveyAnswer.objects.create(survey=survey, response=response, size=size, section=section, **key_drawn)
    if one is not None:
        _done(survey, one.enterprise_id, start_of_day(today) if survey.is_anonymous else at)
    if words:
        _hand_over(survey, who, words, at)
    return response


def _stratum(survey: Survey, one: SurveyInvitation) -> Stratum:
    """Return what is kept beside an answer of where it came from; anonymous, so much as five of those asked share."""
    if not survey.is_anonymous:
        return one.size, one.section
    rows = survey.invitations.order_by().values_list("size", "section").annotate(n=Count("pk"))
    return coarse({(size, section): n for size, section, n in rows}, LEAST)[one.size, one.section]


def _strata_coarsen(survey: Survey) -> None:
    """At the end keep beside anonymous answers no more than five of those who answered share."""
    rows = survey.answers.order_by().values_list("size", "section").annotate(n=Count("pk"))
    for (size, section), kept in coarse({(a, b): n for a, b, n in rows}, LEAST).items():
        if (size, section) != kept:
            survey.answers.filter(size=size, section=section).update(size=kept[0], section=kept[1])


def _claim(survey: Survey, who: Answerer, today: date) -> None:
    """Use up the invitation, or the marks of browser and account; of two at once one wins."""
    late = ActionNotAvailable("这份问卷已经答过了，一家（一人）只答一次。")
    if survey.way == SurveyWay.ADDRESSED:
        if who.invitation is None:
            raise NotPermitted("这份问卷发给抽中的企业，请从收到的链接打开。")
        rows = SurveyInvitation.objects.filter(pk=who.invitation.pk, survey=survey, answered_on=None)
        if not rows.update(answered_on=survey.closes_on if survey.is_anonymous else today):
            raise late
        return
    for mark in who.marks:
        digest = keyed_digest("survey mark", survey.slug, mark)
        drawn = {"id": unordered_key()}
        if not SurveyGuard.objects.get_or_create(survey=survey, digest=digest, defaults=drawn)[1]:
            raise late


def has_answered(survey: Survey, marks: Sequence[str]) -> bool:
    """Tell whether one of the marks answered."""
    digests = [keyed_digest("survey mark", survey.slug, mark) for mark in marks]
    return SurveyGuard.objects.filter(survey=survey, digest__in=digests).exists()


def _complaint(survey: Survey, answers: Mapping[str, Any]) -> str:
    if not survey.complaint or answers.get(survey.consent) != "是":
        return ""
    return str(answers.get(survey.complaint) or "").strip()


def _hand_over(survey: Survey, who: Answerer, words: str, at: datetime) -> None:
    """Give a complaint to the pool: in the name of the enterprise that was asked, else of the person or of nobody."""
    data: dict[str, Any] = {"channel": "survey", "text": words}
    actor: Viewer = who.viewer
    if who.invitation is not None:
        actor = system_viewer("import_service", district_id=survey.district_id)
        data["enterprise_id"] = who.invitation.enterprise_id
    elif survey.is_anonymous or actor.person_id is None:
        actor = PersonViewer(district_id=survey.district_id)
        data["is_anonymous"] = True
    try:
        with transaction.atomic():
            case_start(procedure="service_request", actor=actor, data=data, now=at)
    except GuardFailed as refused:
        told = [f"转办没有成：{reason}" for reason in refused.reasons]
        raise GuardFailed(told, {survey.complaint: told}) from None
    except Http404:
        return  # an installation without service requests


# --- what is told of it ---------------------------------------------------------------------
@transaction.atomic
def survey_release(*, survey: Survey, part: str, at: datetime) -> tuple[SurveyRelease | None, str]:
    """Return the figures of a slice as they may be told, and in words why not newer ones.

    A slice under five is not told; nor one whose figures, with those told before, would leave fewer than five.
    """
    Survey.objects.select_for_update().get(pk=survey.pk)
    members = members_of(survey, part)
    before = last_release(survey, part)
    if before is not None and before.members == members:
        return before, ""
    if len(members) < LEAST:
        return None, f"这一部分只有 {len(members)} 份，不足 {LEAST} 份不公布。"
    told = [frozenset(m) for m in survey.releases.values_list("members", flat=True)]
    if isolates(told, frozenset(members)):
        if before is not None:
            return (
                before,
                f"后来又收到 {len(members) - len(before.members)} 份，不足以不露出是谁，先看上次的。",
            )
        return None, "和已经公布的一减，会剩下不到 5 份，露出是谁，所以不公布。"
    responses = Response.objects.filter(pk__in=members).only("answers", "computed", "grade")
    asked = survey.version.compiled.definition.questions
    if survey.is_anonymous:  # whether a case came of an answer is not kept beside it
        asked = tuple(q for q in asked if q.code != survey.consent)
    tables = tables_of(asked, responses)
    made = SurveyRelease.objects.create(
        survey=survey, slice=part, members=members, tables=tables, released_at=at
    )
    return made, ""


def _may_edit(actor: Viewer, unit: Unit) -> None:
    if actor.is_system:
        return
    if not actor.has("feedback.surveys") or not any(unit.path.startswith(m.path) for m in actor.memberships):
        raise NotPermitted("只有主办单位和它的上级能办这份问卷。", permission="feedback.surveys")


def _matter(survey: Survey, enterprise_id: int) -> str:
    return f"{survey.subject}:{enterprise_id}"


def _done(survey: Survey, enterprise_id: int, at: datetime) -> None:
    matter = _matter(survey, enterprise_id)
    done = Done(subject=matter, keys=(f"e:{enterprise_id}",), key=matter, is_over=True)
    notices_queue([], district_id=survey.district_id, at=at, done=done)
