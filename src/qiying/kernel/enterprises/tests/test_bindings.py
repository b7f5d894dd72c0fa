from typing import Any

import pytest

from qiying.kernel.enterprises.models import BindingRequest, BindingWay, Clerk
from qiying.kernel.enterprises.selectors import requests_waiting_for_clerk
from qiying.kernel.enterprises.services import binding_decide, binding_end, binding_request, binding_withdraw
from qiying.kernel.enterprises.standing import standing_of
from qiying.kernel.enterprises.tests.factories import make_clerk, make_enterprise, viewer
from qiying.kernel.notices.models import InboxItem
from qiying.kernel.notices.outbox import outbox_run
from qiying.kernel.notices.selectors import unread_count
from qiying.kernel.organisations.models import IdentityLevel, Person
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district, make_person, make_unit
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def enterprise(district):
    return make_enterprise(district, "宏达紧固件有限公司")


def ask(person, enterprise, way=BindingWay.DESK):
    return binding_request(actor=viewer(person), enterprise=enterprise, way=way, at=NOW)


def test_nobody_decides_on_himself_not_even_at_the_desk(district, enterprise):
    desk = make_person("受理", make_unit(district), "desk")
    asked = ask(desk, enterprise)
    with pytest.raises(NotPermitted, match="不能给自己确认"):
        binding_decide(actor=viewer(desk), request=asked, is_approved=True, evidence="看了", at=NOW)


def test_only_an_existing_clerk_or_the_desk_of_the_district_decides(district, enterprise):
    make_clerk(enterprise)
    newcomer = make_person(district=district)
    asked = ask(newcomer, enterprise, BindingWay.CONSENT)
    strangers = [
        make_clerk(make_enterprise(district)),
        make_person("经办", make_unit(district), "handler"),
        make_person("外区受理", make_unit(make_district()), "desk"),
    ]
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            binding_decide(actor=viewer(stranger), request=asked, is_approved=True, evidence="看了", at=NOW)
    assert not Clerk.objects.filter(person=newcomer).exists()


def test_a_clerk_does_not_decide_what_was_put_to_the_desk(district, enterprise):
    clerk = make_clerk(enterprise)
    asked = ask(make_person(district=district), enterprise, BindingWay.DESK)
    with pytest.raises(NotPermitted):
        binding_decide(actor=viewer(clerk), request=asked, is_approved=True, at=NOW)
    assert not requests_waiting_for_clerk(viewer(clerk)).exists()


def test_a_request_is_decided_once(district, enterprise):
    asked = ask(make_person(district=district), enterprise)
    common: dict[str, Any] = {"actor": importer(), "request": asked, "at": NOW}
    binding_decide(is_approved=False, reason="没盖章", **common)
    with pytest.raises(ActionNotAvailable):
        binding_decide(is_approved=True, evidence="看了", **common)
    assert not Clerk.objects.exists()


def test_consent_needs_a_clerk_and_one_request_at_a_time(district, enterprise):
    newcomer = make_person(district=district)
    with pytest.raises(GuardFailed, match="没有人能同意"):
        ask(newcomer, enterprise, BindingWay.CONSENT)
    asked = ask(newcomer, enterprise)
    with pytest.raises(GuardFailed, match="还在等确认"):
        ask(newcomer, enterprise)
    with pytest.raises(NotPermitted):
        binding_withdraw(actor=viewer(make_person(district=district)), request=asked, at=NOW)
    binding_withdraw(actor=viewer(newcomer), request=asked, at=NOW)
    ask(newcomer, enterprise)
    assert BindingRequest.objects.filter(state="requested").count() == 1


def test_the_desk_verifies_the_identity_consent_does_not(district, enterprise):
    first = make_clerk(enterprise)
    second = make_person(district=district)
    asked = ask(second, enterprise, BindingWay.CONSENT)
    binding_decide(actor=viewer(first), request=asked, is_approved=True, at=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.identity_level, second.identity_level) == ("desk_verified", "unverified")


def test_a_clerk_leaves_is_removed_by_a_colleague_or_by_the_desk_and_may_come_back(district, enterprise):
    desk = make_person("受理", make_unit(district), "desk")
    a, b, c = (make_clerk(enterprise) for _ in range(3))
    for actor, gone in [(a, a), (c, b), (desk, c)]:
        binding_end(actor=viewer(actor), clerk=gone.clerkships.get(), reason="已离职", at=NOW)
        assert viewer(gone).enterprise_ids == frozenset()
    stranger = make_clerk(make_enterprise(district))
    make_clerk(enterprise, person=a)
    again = a.clerkships.get(valid_to=None)
    with pytest.raises(NotPermitted):
        binding_end(actor=viewer(stranger), clerk=again, reason="捣乱", at=NOW)
    assert viewer(a).enterprise_ids == {enterprise.pk}


# --- what waits for a person reaches him ---------------------------------------------


def told(person):
    outbox_run(NOW)
    return [i.title for i in InboxItem.objects.filter(person=person).order_by("pk")]


def labels(person):
    return {p.code: p.count for p in waiting_for(viewer(person), NOW).piles}


def test_a_request_reaches_the_present_clerk_and_the_asker_sees_his_state(district, enterprise):
    clerk = make_clerk(enterprise)
    newcomer = make_person("新人", district=district)
    asked = ask(newcomer, enterprise, BindingWay.CONSENT)
    assert labels(clerk) == {"consents": 1}
    assert told(clerk)[2:] == [f"新人要代表{enterprise.label}，等您同意"]
    assert told(newcomer) == [f"代表{enterprise.label}的申请交上去了"]
    assert [r.pk for r in standing_of(viewer(newcomer), NOW.date()).asked] == [asked.pk]
    binding_decide(actor=viewer(clerk), request=asked, is_approved=True, at=NOW)
    assert labels(clerk) == {}
    assert told(newcomer)[-1] == f"您可以代表{enterprise.label}了"
    assert unread_count(clerk.pk) == 1  # about his own binding
    assert standing_of(viewer(newcomer), NOW.date()).unchecked == [enterprise]


def test_an_authorisation_waits_at_the_desk_and_is_gone_when_withdrawn(district, enterprise):
    desk = make_person("受理", make_unit(district, functions=["desk"]), "desk")
    newcomer = make_person("新人", district=district)
    asked = ask(newcomer, enterprise)
    assert labels(desk) == {"bindings": 1}
    assert told(desk) == [f"新人要代表{enterprise.label}，等窗口核对授权书"]
    binding_withdraw(actor=viewer(newcomer), request=asked, at=NOW)
    told(desk)
    assert (labels(desk), unread_count(desk.pk)) == ({}, 0)


def test_nobody_is_asked_who_cannot_consent(district, enterprise):
    clerk = make_clerk(enterprise)
    Person.objects.filter(pk=clerk.pk).update(identity_level=IdentityLevel.UNVERIFIED)
    Clerk.objects.filter(person=clerk).update(identity_level=IdentityLevel.UNVERIFIED)
    with pytest.raises(GuardFailed, match="没有人能同意"):
        ask(make_person(district=district), enterprise, BindingWay.CONSENT)
