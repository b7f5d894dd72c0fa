"""Five surveys of the year: two by code, three by lot; their questions and what people say stand in `surveys.yaml`."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.feedback.models import Survey, SurveyInvitation, SurveyWay
from qiying.capabilities.feedback.services.surveys import (
    Answerer,
    sample_draw,
    survey_answer,
    survey_close,
    survey_open,
    survey_save,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import world_pool
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World, told_in
from qiying.kernel.forms.definition import Question
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.forms.sheet import sheet
from qiying.kernel.permissions.viewer import ANONYMOUS, Viewer


def tell(world: World) -> None:
    """Let each survey be written, opened, answered for two weeks and closed; the last one still runs."""
    draw = world.fresh_draw()
    plan = Plan(world, draw)
    told = told_in(Path(__file__).with_name("surveys.yaml"))
    for number, one in enumerate(told["surveys"]):
        moment = world.now - timedelta(days=one["days_ago"])
        plan.at(moment, partial(_begin, world, plan, draw, number, one, told["answers"]))
    plan.run()


def _begin(
    world: World,
    plan: Plan,
    draw: random.Random,
    number: int,
    one: Mapping[str, Any],
    said: Any,
    at: datetime,
) -> None:
    maker = world.viewers[one["by"]]
    unit = world.units[one["by"].partition(".")[0]]
    form = form_save(actor=maker, unit=unit, code=f"survey-{number + 1}", layout=one["form"], at=at)
    survey = survey_save(
        actor=maker,
        survey=None,
        unit=unit,
        title=one["form"]["title"],
        version=form_publish(actor=maker, form=form, at=at),
        way=one["way"],
        is_anonymous=one.get("anonymous", True),
        opens_on=local_date(at),
        closes_on=world.workday(local_date(at) + timedelta(days=14)),
        complaint=one.get("complaint", ""),
        consent=one.get("consent", ""),
        at=at,
    )
    asked: list[SurveyInvitation | None] = [None] * one["answers"]
    if survey.way == SurveyWay.ADDRESSED:
        sample_draw(actor=maker, survey=survey, size=one["sample"], at=at)
        invited = list(survey.invitations.select_related("enterprise"))
        asked = list(draw.sample(invited, min(one["answers"], len(invited))))
    survey_open(actor=maker, survey=survey, at=at)
    for index, invitation in enumerate(asked):
        answer = partial(_answer, world, plan, draw, survey.pk, invitation, index, said)
        plan.after(at, draw.randint(0, 8), answer)
    plan.after(at, 11, partial(_close, survey.pk, maker))


def _answer(
    world: World,
    plan: Plan,
    draw: random.Random,
    survey_id: int,
    invitation: SurveyInvitation | None,
    index: int,
    said: Mapping[str, Any],
    at: datetime,
) -> None:
    survey = Survey.objects.select_related("version__form", "unit").get(pk=survey_id)
    answers: dict[str, Any] = {}
    # Question by question, as a person goes: what is asked next hangs on what was said.
    for one in survey.version.compiled.definition.questions:
        if sheet(survey.version.compiled, answers).field(one.code) and one.kind != "computed":
            answers[one.code] = _said(draw, one, said)
    viewer: Viewer = (invitation and world.clerk(invitation.enterprise_id, at)) or ANONYMOUS
    who = Answerer(viewer, invitation, (f"b:demo-{survey_id}-{index}",))
    last = Case.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    world.fitting(
        partial(
            survey_answer, survey=survey, who=who, answers=answers, key=f"demo-{survey_id}-{index}", at=at
        )
    )
    for case in Case.objects.filter(pk__gt=last):
        words = next((w for w in said["ways"] if w in str(answers)), "")
        if words:
            world_pool.go(world, plan, case, world_pool.Way(*said["ways"][words]), at)


def _said(draw: random.Random, q: Question, said: Mapping[str, Any]) -> Any:
    if not q.required and draw.random() < 0.25:
        return None
    match q.kind:
        case "one":
            if q.code == "转办":
                return draw.choices(q.options, [1, 4])[0]
            weights = [3] + [2] * (len(q.options) - 1) if len(q.options) > 2 else [1, 2]
            return draw.choices(q.options, weights)[0]
        case "many":
            return draw.sample(list(q.options), draw.randint(1, min(3, len(q.options))))
        case "scale":
            return draw.choices(list(q.steps), [1, 2, 4, 7, 6][: len(q.steps)])[0]
        case "matrix":
            return {row: draw.choices(q.options, range(len(q.options), 0, -1))[0] for row in q.rows}
        case "number":
            return int(draw.lognormvariate(3.2, 1)) + 1
        case "long":
            return draw.choice(said[q.code])
    return None


def _close(survey_id: int, maker: Viewer, at: datetime) -> None:
    survey_close(actor=maker, survey=Survey.objects.select_related("unit").get(pk=survey_id), at=at)
