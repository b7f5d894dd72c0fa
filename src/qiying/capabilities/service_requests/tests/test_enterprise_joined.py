"""Several who asked the same: each reads his own words, each judges for himself."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.service_requests.services.desk import request_join
from qiying.capabilities.service_requests.tests.enterprise_face import (
    browser,
    clerk,
    page_of,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch) -> World:
    made = make_world()
    monkeypatch.setattr("qiying.kernel.enterprises.middleware.utc_now", lambda: made.now)
    return made


# --- several who asked the same -----------------------------------------------------------


@pytest.fixture
def joined(world) -> tuple[Case, Any, Any]:
    """One case of two enterprises: the clerk's came first, a neighbour's was joined into it."""
    neighbour = make_enterprise(world.district, "隔壁包装有限公司")
    world.people["neighbour"] = make_clerk(neighbour, "邻居")
    case = world.submit()
    second = world.submit(
        "neighbour", text="我们家的车也被限高杆挡住了，急死人。", enterprise_id=neighbour.pk
    )
    request_join(case=second, target_number=case.number, actor=world.viewer("desk"), now=world.now)
    case.refresh_from_db()
    return case, clerk(world), browser(world.people["neighbour"])


def test_each_asker_reads_his_own_words_only(world, joined):
    case, first, second = joined
    mine, theirs = first.get(page_of(case)).content.decode(), second.get(page_of(case)).content.decode()
    assert "每天要绕三公里" in mine
    assert "急死人" not in mine
    assert "急死人" in theirs
    assert "每天要绕三公里" not in theirs
    assert world.enterprise.name not in theirs
    assert "陈雨" not in theirs


def test_each_asker_judges_for_himself_whatever_the_form_says(world, joined):
    case, first, second = joined
    case = world.act(case, "desk", "triage", kind="problem", category="park_transport", level="general")
    case = world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    case = world.act(case, "handler", "take")
    case = world.act(case, "handler", "answer", text="限高杆已经往东挪了十米，可以进出了。", result="solved")
    others = CaseIntake.objects.get(case=case, is_primary=False).intake_id
    first.post(f"{page_of(case)}give_verdict/", {"value": "solved", "comment": "好了", "intake_id": others})
    case.refresh_from_db()
    assert case.state == "answered"
    assert "还有别人问" in first.get(page_of(case)).content.decode()
    text = second.get(page_of(case)).content.decode()
    assert "解决了没有" in text
    assert "好了" not in text
    second.post(f"{page_of(case)}give_verdict/", {"value": "solved"})
    case.refresh_from_db()
    assert case.state == "written_off"
