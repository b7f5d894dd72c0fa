"""Reads of surveys: who sees which, whose turn it is to answer, and figures told without telling on anybody."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from qiying.capabilities.feedback.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyRelease,
    SurveyState,
)
from qiying.capabilities.feedback.rules.surveys_privacy import LEAST
from qiying.capabilities.feedback.rules.surveys_topics import Topic, topics
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus, SizeClass
from qiying.kernel.forms.definition import Question
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.services import ERASED
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.throttle import keyed_digest
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.industries import sections, split_code

Table = dict[str, Any]


class Voice(NamedTuple):
    """What was written to one question, by topic: each text with the mark of its answer."""

    code: str
    title: str
    groups: list[tuple[Topic, list[tuple[str, str]]]]


UNKNOWN = "不详"
HANDED_OVER = "（已作为诉求转办）"
"""What older anonymous answers hold for a complaint that became a case; today it is left out."""


def surveys_visible_to(viewer: Viewer) -> QuerySet[Survey]:
    """Return the surveys of the viewer's units and those below, or of his district when he oversees it."""
    rows = Survey.objects.select_related("unit", "version__form").annotate(answer_count=Count("answers"))
    if viewer.is_system:
        return rows
    seen = Q(pk=0)
    if viewer.has("feedback.surveys_all"):
        seen |= Q(district_id=viewer.district_id or 0)
    if viewer.has("feedback.surveys"):
        seen |= Q(unit__in=Unit.objects.filter(units_below(viewer)), district_id=viewer.district_id or 0)
    return rows.filter(seen)


def units_below(viewer: Viewer) -> Q:
    """Return the condition of units the viewer acts in, and of those below them."""
    below = Q(pk=0)
    for one in viewer.memberships:
        below |= Q(path__startswith=one.path)
    return below


def answers_readable(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether single answers of a survey may be read: of a named one, by its unit."""
    number = subject.partition(":")[2]
    rows = surveys_visible_to(viewer).filter(is_anonymous=False)
    return number.isdigit() and viewer.has("feedback.surveys") and rows.filter(pk=int(number)).exists()


def token_of(survey: Survey, enterprise_id: int) -> str:
    """Return the secret in the link of one enterprise; it can be made again and stands nowhere."""
    return keyed_digest("survey link", survey.slug, str(enterprise_id))[:24]


def invitation_by(survey: Survey, token: str) -> SurveyInvitation | None:
    """Return the invitation a link belongs to."""
    digest = keyed_digest("survey token", token)
    return survey.invitations.filter(token_digest=digest).select_related("enterprise").first()


def invitations_waiting(viewer: Viewer, today: Any) -> QuerySet[SurveyInvitation]:
    """Return the surveys that wait for an answer of the viewer's enterprises."""
    rows = SurveyInvitation.objects.filter(enterprise_id__in=viewer.enterprise_ids, answered_on=None)
    rows = rows.filter(
        survey__state=SurveyState.OPEN, survey__opens_on__lte=today, survey__closes_on__gte=today
    )
    return rows.select_related("survey__unit", "enterprise").annotate(until=F("survey__closes_on"))


# --- the frame ------------------------------------------------------------------------------
def stratum_of(size: str, section: str) -> str:
    """Return a stratum's name: size class and section of industry."""
    return f"{dict(SizeClass.choices).get(size, UNKNOWN)} · {section_words(section)}"


def section_words(section: str) -> str:
    """Return the name of a section of industry."""
    return sections().get(section, UNKNOWN)


def frame_of(district_id: int) -> dict[str, list[Enterprise]]:
    """Return the active enterprises of a district by stratum; one query."""
    found: dict[str, list[Enterprise]] = {}
    rows = Enterprise.objects.filter(district_id=district_id, status=EnterpriseStatus.ACTIVE).order_by("pk")
    for one in rows.only("pk", "size_class", "industry"):
        found.setdefault(stratum_of(one.size_class, split_code(one.industry)[0]), []).append(one)
    return found


# --- results ----------------------------------------------------------------------------------
def slices_of(survey: Survey) -> list[tuple[str, str]]:
    """Return the parts one may ask for: all, and each size and industry that has answers."""
    answers = survey.answers.order_by()  # ordered, `distinct` would tell every answer apart
    sizes = answers.exclude(size="").values_list("size", flat=True).distinct()
    sections = answers.exclude(section="").values_list("section", flat=True).distinct()
    words = dict(SizeClass.choices)
    return [
        ("", "全部"),
        *sorted((f"size:{s}", words.get(s, s)) for s in sizes),
        *sorted((f"section:{s}", section_words(s)) for s in sections),
    ]


def members_of(survey: Survey, part: str) -> list[int]:
    """Return the responses of a slice."""
    key, _, value = part.partition(":")
    rows: QuerySet[SurveyAnswer] = survey.answers.all()
    if key in ("size", "section"):
        rows = rows.filter(**{key: value})
    return sorted(rows.values_list("response_id", flat=True))


def last_release(survey: Survey, part: str) -> SurveyRelease | None:
    """Return what was told of a slice last."""
    return survey.releases.filter(slice=part).first()


def tables_of(questions: Iterable[Question], responses: Iterable[Response]) -> list[Table]:
    """Return the figures of each question that has any; one answered by fewer than five is only counted."""
    found = list(responses)
    made = []
    for one in questions:
        given = [r.everything[one.code] for r in found if r.everything.get(one.code) not in (None, [])]
        table: Table = {
            "code": one.code,
            "title": one.title,
            "kind": one.kind,
            "count": len(given),
            "cells": [],
        }
        if len(given) >= LEAST:
            table |= _figures(one, given)
        if one.kind not in ("short", "long", "photo", "file", "group", "date"):
            made.append(table)
    grades = Counter(r.grade for r in found if r.grade)
    if sum(grades.values()) >= LEAST:
        cells = [[grade, count] for grade, count in grades.most_common()]
        made.append(
            {"code": "", "title": "等次", "kind": "one", "count": sum(grades.values()), "cells": cells}
        )
    return made


def _figures(q: Question, given: list[Any]) -> dict[str, Any]:
    match q.kind:
        case "one" | "many":
            chosen = Counter(_plain(v) for one in given for v in (one if isinstance(one, list) else [one]))
            options = [*q.options, *(["其他"] * q.other)]
            return {"cells": [[option, chosen[option]] for option in options]}
        case "scale":
            steps = Counter(given)
            return {"cells": [[str(n), steps[n]] for n in q.steps], "mean": round(sum(given) / len(given), 2)}
        case "matrix":
            rows = {row: Counter(one.get(row) for one in given if isinstance(one, Mapping)) for row in q.rows}
            return {"rows": [[row, [[o, rows[row][o]] for o in q.options]] for row in q.rows]}
        case "number" | "computed":
            numbers = [n for n in given if isinstance(n, (int, float)) and not isinstance(n, bool)]
            return {"mean": round(sum(numbers) / len(numbers), 2), "unit": q.unit} if numbers else {}
    return {}


def _plain(value: Any) -> str:
    return "其他" if str(value).startswith("其他：") else str(value)


def voices(survey: Survey, release: SurveyRelease) -> list[Voice]:
    """Return the free texts of all answers told, by question and topic, in no order that tells on anybody."""
    if release.slice:
        return []  # words of a part beside its figures would say whose they are
    responses = list(Response.objects.filter(pk__in=release.members).order_by("pk"))
    random.Random(survey.slug).shuffle(responses)  # noqa: S311 - an order, not a secret
    found = []
    for one in survey.version.compiled.definition.questions:
        given = [(r.answers.get(one.code), mark_of(survey, r.pk)) for r in responses if one.kind == "long"]
        said = [(text, mark) for text, mark in given if text and text not in (HANDED_OVER, ERASED)]
        if len(said) >= LEAST:
            groups = [(t, [said[n] for n in t.texts]) for t in topics([text for text, _ in said])]
            found.append(Voice(one.code, one.title, groups))
    return found


def mark_of(survey: Survey, response_id: int) -> str:
    """Return by what a text on the page of results is found again; it tells no order, as a number would."""
    return keyed_digest("survey text", survey.slug, str(response_id))[:20]


def response_by_mark(survey: Survey, mark: str) -> Response:
    """Return the answer a mark stands for; 404 when it is none of this survey's."""
    for pk in survey.answers.values_list("response_id", flat=True):
        if mark_of(survey, pk) == mark:
            return Response.objects.select_related("version__form").get(pk=pk)
    raise Http404("没有这份答卷")
