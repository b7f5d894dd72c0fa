"""Who takes part: a person kept out sees and does nothing, and each act bears the name of whoever acted."""

import json
from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.chain import facts_of
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import available_actions, case_act
from qiying.kernel.cases.faces.file import case_file
from qiying.kernel.cases.faces.history import timeline
from qiying.kernel.cases.models import Case, CaseEvent, CaseParty
from qiying.kernel.cases.selectors import cases_visible_to, open_cases_of, own_parts
from qiying.kernel.cases.vocabulary import PROCEDURES, RECUSED
from qiying.kernel.documents.subjects import subject_visible
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.notices.fan_out import fan_out
from qiying.kernel.notices.models import InboxItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def keep_out(case: Case, world: World, who: str) -> None:
    no = CaseParty.objects.filter(case=case).count() + 1
    key = f"p:{world.people[who].pk}"
    CaseParty.objects.create(case=case, no=no, key=key, role=RECUSED, since=world.now)


def test_a_person_kept_out_sees_and_does_nothing_though_his_unit_takes_part(world, client) -> None:
    case = world.assigned()
    keep_out(case, world, "handler")
    out, other = world.viewer("handler"), world.viewer("liaison")
    assert not cases_visible_to(out).exists() and not open_cases_of(out).exists()
    assert own_parts(out, [case.pk]) == []
    assert not subject_visible(out, f"case:{case.pk}", "all")
    assert available_actions(CaseContext(case, out, world.now)) == []
    with pytest.raises(Http404):
        case_act(case=case, action="take", actor=out, data={}, now=world.now)
    client.force_login(world.people["handler"])
    assert client.get(reverse("cases:case", args=[case.number])).status_code == 404
    assert case.number not in client.get(reverse("cases:worklist")).content.decode()
    assert cases_visible_to(other).exists()


def test_a_person_kept_out_is_told_nothing_of_the_case(world) -> None:
    case = world.triaged()
    keep_out(case, world, "handler")
    world.act(case, "desk", "assign", unit_id=world.units["town"].pk)
    fan_out(world.now + timedelta(minutes=1))
    told = InboxItem.objects.filter(subject=f"case:{case.number}").values_list("person__name", flat=True)
    assert "刘联" in told and "方启明" not in told


def test_another_enterprise_that_takes_part_acts_under_its_own_name(world) -> None:
    case = world.handling()
    second = make_enterprise(world.district, "隔壁木业有限公司")
    person = make_clerk(second, "李邻")
    CaseParty.objects.create(case=case, no=40, key=f"e:{second.pk}", role="asker", since=world.now)
    case_act(
        case=case,
        action="add_info",
        actor=viewer(person),
        data={"text": "我们的货车也进不去，一天绕三趟。"},
        now=world.now,
    )
    item = timeline(case_file(Case.objects.get(pk=case.pk), world.viewer("desk"), world.now))[0]
    assert (item.actor, item.unit) == ("隔壁木业有限公司", "李邻")


def test_events_of_the_first_version_tell_turns_as_parties(world) -> None:
    case = world.submit()
    data = {"ops": [{"set": {"turn": "unit"}}, {"set": {"turn": "desk"}}], "counts": []}
    old = CaseEvent(data=json.dumps(data), data_version=1)
    assert [op["set"]["turn"] for op in facts_of(old)["ops"]] == ["lead", "desk"]
    new = CaseEvent.objects.filter(case=case).order_by("seq")[0]
    assert facts_of(new) == json.loads(new.data)


def test_every_turn_is_a_party_and_a_code_is_of_one_side() -> None:
    for machine in PROCEDURES.all():
        codes = {p.code for p in machine.parties}
        assert {s.turn for s in machine.states} <= codes | {"nobody"}
    assert not PROCEDURES.codes_of("enterprise", "person") & PROCEDURES.codes_of("office")
