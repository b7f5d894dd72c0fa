from datetime import date

import pytest

from qiying.kernel.enterprises.models import BindingWay
from qiying.kernel.enterprises.services import binding_decide, binding_end, binding_request
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.tests.factories import (
    NOW,
    TODAY,
    make_district,
    make_membership,
    make_person,
    make_unit,
)

pytestmark = pytest.mark.django_db


def test_units_and_enterprises_of_a_person_come_in_one_query(django_assert_num_queries):
    district = make_district()
    bureau, office = make_unit(district, "发改局"), make_unit(district, "营商办")
    person = make_person("张三", bureau, "handler")
    make_membership(person, office, "desk")
    enterprise = make_enterprise(district)
    make_clerk(enterprise, person=person)
    with django_assert_num_queries(1):
        seen = viewer_for(person, TODAY)
        keys = seen.keys
    assert seen.district_id == district.pk
    assert seen.roles == {"handler", "desk", "clerk"}
    assert [m.unit_name for m in seen.memberships] == ["发改局", "营商办"]
    assert keys == (f"p:{person.pk}", f"u:{bureau.pk}", f"u:{office.pk}", f"e:{enterprise.pk}")


@pytest.mark.both_databases
def test_a_membership_counts_from_its_first_to_its_last_day():
    unit = make_unit(make_district())
    person = make_person("张三", unit, "handler", valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    counted = [viewer_for(person, date(2026, m, d)).roles for m, d in [(2, 28), (3, 1), (3, 31), (4, 1)]]
    assert counted == [frozenset(), {"handler"}, {"handler"}, frozenset()]


def test_the_chosen_unit_comes_first_and_decides_the_district():
    here, there = make_district(), make_district()
    first, second = make_unit(here), make_unit(there)
    person = make_person("张三", first, "handler")
    make_membership(person, second, "handler")
    assert viewer_for(person, TODAY).district_id == here.pk
    chosen = viewer_for(person, TODAY, acting_unit_id=second.pk)
    assert chosen.district_id == there.pk
    assert chosen.memberships[0].unit_id == second.pk


def test_a_unit_that_is_not_his_cannot_be_chosen():
    district = make_district()
    person = make_person("张三", make_unit(district), "handler")
    foreign = make_unit(make_district())
    assert viewer_for(person, TODAY, acting_unit_id=foreign.pk) == viewer_for(person, TODAY)


def test_consent_alone_opens_nothing_until_the_identity_is_checked():
    enterprise = make_enterprise(make_district())
    clerk = make_clerk(enterprise)
    newcomer = make_person("李四", district=enterprise.district)
    asked = binding_request(actor=viewer(newcomer), enterprise=enterprise, way=BindingWay.CONSENT, at=NOW)
    binding_decide(actor=viewer(clerk), request=asked, is_approved=True, at=NOW)
    assert viewer(newcomer).enterprise_ids == frozenset()
    newcomer.identity_level = "desk_verified"
    newcomer.save()
    assert viewer(newcomer).enterprise_ids == {enterprise.pk}


def test_a_removed_clerk_sees_nothing_from_that_instant():
    enterprise = make_enterprise(make_district())
    clerk, colleague = make_clerk(enterprise), make_clerk(enterprise)
    binding_end(actor=viewer(colleague), clerk=clerk.clerkships.get(), reason="已离职", at=NOW)
    assert viewer(clerk).enterprise_ids == frozenset()
    assert viewer(colleague).enterprise_ids == {enterprise.pk}


def test_somebody_who_just_registered_belongs_to_his_district_and_to_nothing_else():
    district = make_district()
    seen = viewer(make_person("王五", district=district))
    assert (seen.district_id, seen.roles, seen.unit_ids) == (district.pk, frozenset(), frozenset())
