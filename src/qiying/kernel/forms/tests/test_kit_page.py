"""The kit's page shows what it does: its questionnaire published, read, scored and handed in."""

import pytest

from qiying.kernel.enterprises.decision_facts import facts_declare
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.forms.models import Response
from qiying.kernel.forms.prefill import held_about
from qiying.kernel.forms.services import form_answer, form_publish
from qiying.kernel.forms.sheet import sheet
from qiying.kernel.forms.tests.world import World, page_layout
from qiying.kernel.organisations.tests.factories import NOW, TODAY, importer

pytestmark = pytest.mark.django_db


def test_the_example_of_the_page() -> None:
    world = World()
    facts_declare(
        actor=importer(world.district.pk),
        enterprise=world.enterprise,
        values={"职工人数": "50"},
        at=NOW,
        on=TODAY,
    )
    version = form_publish(actor=viewer(world.officer), form=world.form(page_layout()), at=NOW)
    assert version.schema["$schema"].endswith("2020-12/schema")
    facts = held_about(world.enterprise, version.compiled.definition)
    assert facts["职工人数"].value == 50
    assert "2025" in facts["职工人数"].source
    read = sheet(version.compiled, {"渠道": ["上门走访"]}, facts)
    assert read.open == ["走访"]
    assert read.computed == {}
    assert read.score is not None
    assert read.score.points is None
    answers = {"渠道": ["上门走访", "其他：协会"], "走访": 5}
    response = form_answer(
        version=version,
        subject="visit:12",
        answers=answers,
        facts=facts,
        actor=viewer(world.clerk),
        at=NOW,
        key="k",
    )
    assert response.answers == {"职工人数": 50, **answers}
    assert response.computed == {"每百人走访": 10}
    assert response.points == 100
    assert response.grade == "好"
    assert response.sources["职工人数"] == facts["职工人数"].source
    again = form_answer(
        version=version,
        subject="visit:12",
        answers={},
        facts=facts,
        actor=viewer(world.clerk),
        at=NOW,
        key="k",
    )
    assert again == response
    assert Response.objects.count() == 1
