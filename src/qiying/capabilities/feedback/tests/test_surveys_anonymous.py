"""Anonymity: nobody is told from figures, from what stands beside an answer, or from when it came."""

from datetime import datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count

from qiying.capabilities.feedback.models import SurveyRelease
from qiying.capabilities.feedback.selectors.surveys import (
    slices_of,
)
from qiying.capabilities.feedback.services.surveys import (
    survey_close,
    survey_release,
)
from qiying.capabilities.feedback.tests.survey_world import SurveyWorld, answered
from qiying.capabilities.feedback.tests.test_surveys import sent_to
from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.forms.tests.world import layout, question
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.tests.factories import NOW
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SurveyWorld:
    return kept(SurveyWorld)()


def test_no_part_under_five_is_told_and_none_that_leaves_fewer(world: SurveyWorld) -> None:
    world.firms(6)
    world.firms(5, "large", "F51")
    Enterprise.objects.filter(pk=world.enterprise.pk).update(size_class="small", industry="C33")
    survey = world.survey("addressed")
    invited = sent_to(world, survey, size=12)
    small = [i for i in invited if i.size == "small"]
    for n, one in enumerate(small[:4]):
        answered(survey, n, one)
    assert survey_release(survey=survey, part="", at=NOW)[0] is None
    for n, one in enumerate(small[4:6], 4):
        answered(survey, n, one)
    told, why = survey_release(survey=survey, part="size:small", at=NOW)
    assert told is not None
    assert (len(told.members), why) == (6, "")
    for n, one in enumerate([i for i in invited if i.size == "large"][:3], 20):
        answered(survey, n, one)
    everybody, why = survey_release(survey=survey, part="", at=NOW)
    assert everybody is None
    assert "露出是谁" in why
    assert "不足 5 份" in survey_release(survey=survey, part="size:large", at=NOW)[1]
    again, why = survey_release(survey=survey, part="size:small", at=NOW)
    assert (again, why) == (told, "")
    assert SurveyRelease.objects.count() == 1


def test_two_more_answers_do_not_show_what_the_two_said(world: SurveyWorld) -> None:
    survey = world.survey()
    for n in range(6):
        answered(survey, n)
    told, _ = survey_release(survey=survey, part="", at=NOW)
    for n in range(6, 8):
        answered(survey, n, 满意=1)
    shown, why = survey_release(survey=survey, part="", at=NOW)
    assert shown == told
    assert "又收到 2 份" in why
    for n in range(8, 11):
        answered(survey, n)
    shown, _ = survey_release(survey=survey, part="", at=NOW)
    assert shown is not None
    assert len(shown.members) == 11


def test_an_anonymous_survey_makes_nobody_complain(world: SurveyWorld) -> None:
    agrees = question("转办", "one", options=["是", "否"])
    world.questions = world.version(layout(question("话", "long", required=True), agrees), code="must")
    with pytest.raises(GuardFailed, match="不能是必答"):
        world.survey()
    assert world.survey(is_anonymous=False).complaint == "话"


@pytest.mark.both_databases
@pytest.mark.parametrize("way", ["open", "addressed"])
def test_no_row_of_an_anonymous_survey_tells_who_answered_when(world: SurveyWorld, way: str) -> None:
    """Whatever table twelve answers leave a row in: no time there is of the day, no key beside answers counts up."""
    world.firms(12)
    survey = world.survey(way)
    asked: list[Any] = sent_to(world, survey, size=12) if way == "addressed" else [None] * 12
    tables = connection.introspection.table_names()  # audit's tests have a model whose table comes and goes
    came: dict[Any, list[Any]] = {
        model: list(rows_of(model)) for model in apps.get_models() if model._meta.db_table in tables
    }
    begun = {model: len(keys) for model, keys in came.items()}
    for n, one in enumerate(asked):
        answered(survey, n, one)
        for model, keys in came.items():
            keys += sorted(set(rows_of(model)) - set(keys))
    left = {model: keys[begun[model] :] for model, keys in came.items() if len(keys) > begun[model]}
    beside = {"open": "SurveyGuard", "addressed": "Notice"}[way]
    assert {model.__name__ for model in left} == {"Response", "SurveyAnswer", beside}
    for model, keys in left.items():
        if model is not Notice:  # that an enterprise answered; nothing leads from there to an answer
            assert len(keys) == 12 and keys != sorted(keys) and keys != sorted(keys, reverse=True)
        for one in model._default_manager.filter(pk__in=keys).values():
            assert {local_time(v).time() for v in one.values() if isinstance(v, datetime)} <= {time.min}, one
    assert set(survey.invitations.values_list("answered_on", flat=True)) <= {survey.closes_on}


def rows_of(model: Any) -> Any:
    return model._default_manager.values_list("pk", flat=True)


def test_an_anonymous_survey_asks_for_no_photo(world: SurveyWorld) -> None:
    world.questions = world.version(layout(question("现场", "photo")), code="photos")
    with pytest.raises(GuardFailed, match="照片"):
        world.survey(complaint="", consent="")


def test_beside_an_anonymous_answer_stands_only_what_five_share(world: SurveyWorld) -> None:
    world.firms(6)
    world.firms(4, "small", "F51")
    world.firms(5, "large", "F51")
    Enterprise.objects.filter(pk=world.enterprise.pk).update(size_class="small", industry="I65")
    survey = world.survey("addressed")
    for n, one in enumerate(sent_to(world, survey, size=16)):
        answered(survey, n, one)

    def kept() -> set[tuple[str, str, int]]:
        return set(survey.answers.order_by().values_list("size", "section").annotate(n=Count("pk")))

    assert kept() == {("small", "C", 6), ("small", "", 5), ("large", "F", 5)}
    parts = [code for code, _ in slices_of(survey)]
    assert parts == ["", "size:large", "size:small", "section:C", "section:F"]
    survey_close(actor=viewer(world.officer), survey=survey, at=NOW)
    assert kept() == {("small", "C", 6), ("small", "", 5), ("large", "F", 5)}
    again = world.survey("addressed")
    for n, one in enumerate([i for i in sent_to(world, again, size=16) if i.section == "C"][:3], 30):
        answered(again, n, one)
    survey_close(actor=viewer(world.officer), survey=again, at=NOW)
    assert set(again.answers.values_list("size", "section")) == {("", "")}  # three answered of six
