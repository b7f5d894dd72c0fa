"""The congress's check links visits its own people made and what surveys came to, and nothing it may not read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from qiying.capabilities.feedback.tests.survey_world import SurveyWorld
from qiying.capabilities.oversight.models import Basis, LawCheck
from qiying.capabilities.oversight.services.checks import tool_add
from qiying.capabilities.visits.tests.world import Walks, make_walks
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.tests.factories import NOW, TODAY, make_person, make_unit
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = pytest.mark.django_db


def check(district: District) -> LawCheck:
    basis = Basis.objects.create(
        district=district, name="优化营商环境条例", kind="regulation", issuer="省人大常委会", valid_from=TODAY
    )
    days = {"planned_on": TODAY, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=30)}
    return LawCheck.objects.create(district=district, name="执法检查", basis=basis, **days)


def linked(person: Person, row: LawCheck, subject: str) -> str:
    """Return what a tool is linked as, or why it is not."""
    try:
        tool_add(actor=viewer(person), row=row, subject=subject, label="", now=NOW)
    except GuardFailed as refused:
        return refused.reasons[0]
    row.refresh_from_db()
    return str(next(t["label"] for t in row.tools if t["subject"] == subject))


def test_a_check_links_the_visits_of_the_congress_and_no_other_unit_s():
    world: Walks = make_walks()
    world.people["congress"] = congress = make_person("骆主任", world.units["renda"], "congress")
    row = check(world.district)
    own, deputys = world.made("congress"), world.made("deputy")
    towns = world.made("liaison", world.firm("云拓装备有限公司"))
    assert linked(congress, row, f"visit:{own.pk}") == f"{own.on} {own.enterprise.label}"
    assert linked(congress, row, f"visit:{deputys.pk}") == f"{deputys.on} {deputys.enterprise.label}"
    assert "您看不到它" in linked(congress, row, f"visit:{towns.pk}")
    page = browser(congress)
    assert page.get(reverse("visits:visits_row", args=[own.pk])).status_code == 200
    assert page.get(reverse("visits:visits_row", args=[towns.pk])).status_code == 404


def test_a_check_links_what_a_survey_came_to_and_no_answer_of_it_is_read():
    world = SurveyWorld()
    survey = world.survey(is_anonymous=False, complaint="", consent="")
    congress = make_person("骆主任", make_unit(world.district, "区人大财经工委", kind="congress"), "congress")
    row = check(world.district)
    assert linked(congress, row, f"survey:{survey.pk}") == str(survey)
    assert "您看不到它" in linked(congress, row, "survey:999999")
    page = browser(congress)
    assert page.get(reverse("feedback:surveys_row", args=[survey.pk])).status_code == 200
    assert not viewer(congress).has("feedback.surveys")
