from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.impersonation import impersonation_start, watching_of
from qiying.kernel.organisations.models import Impersonation
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import NOW, make_person, make_unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


def watch(people, client, person, reason="用户说看不到办件"):
    return client.post(reverse("organisations:watch", args=[person.pk]), {"reason": reason})


def test_who_looks_as_another_sees_his_pages_with_a_banner_and_cannot_change_anything(people):
    client = client_of(people.admin)
    assert watch(people, client, people.clerk).status_code == 302
    page = client.get(reverse("enterprises:enterprise", args=[people.enterprise.pk]))
    assert page.status_code == 200
    assert "您正在代看陈雨的页面" in page.content.decode()
    assert client.get("/people/").status_code == 404
    refused = client.post(
        reverse("enterprises:contact_new", args=[people.enterprise.pk]),
        {"name": "我", "phone": "13812345678"},
    )
    assert refused.status_code == 403
    assert not people.enterprise.contacts.exists()
    stopped = client.post("/people/watching/stop/")
    assert stopped.status_code == 302
    back = client.get("/people/")
    assert back.status_code == 200
    assert "您正在代看" not in back.content.decode()


def test_start_and_stop_each_leave_a_mark_with_the_reason(people):
    client = client_of(people.admin)
    watch(people, client, people.handler)
    client.post("/people/watching/stop/")
    client.post("/people/watching/stop/")
    marks = AuditEntry.objects.filter(action__startswith="organisations.impersonation").order_by("pk")
    assert [m.action for m in marks] == [
        "organisations.impersonation_start",
        "organisations.impersonation_stop",
    ]
    assert {m.actor_person_id for m in marks} == {people.admin.pk}
    assert "用户说看不到办件" in marks[0].data
    assert Impersonation.objects.get().ended_at is not None


def test_it_needs_a_reason_and_some_eyes_are_closed(people):
    unit = make_unit(people.district, "纪委")
    other_admin = make_person("另一位运维", unit, "admin")
    discipline = make_person("纪检", unit, "discipline")
    client = client_of(people.admin)
    assert watch(people, client, people.handler, reason=" ").status_code == 422
    for person in [other_admin, discipline, people.admin]:
        assert watch(people, client, person).status_code == 422
    assert not Impersonation.objects.exists()


def test_only_support_may_and_only_in_its_district(people):
    assert watch(people, client_of(people.desk), people.handler).status_code == 404
    assert watch(people, client_of(people.foreign_admin), people.handler).status_code == 404
    with pytest.raises(NotPermitted):
        impersonation_start(actor=viewer(people.foreign_admin), person=people.handler, reason="看", at=NOW)
    with pytest.raises(NotPermitted):
        impersonation_start(actor=viewer(people.desk), person=people.handler, reason="看", at=NOW)
    with pytest.raises(GuardFailed):
        impersonation_start(actor=viewer(people.admin), person=people.handler, reason="", at=NOW)


def test_it_ends_by_itself_after_half_an_hour(people):
    watching = impersonation_start(actor=viewer(people.admin), person=people.handler, reason="看", at=NOW)
    session = SessionStore()
    session["watching"] = list(watching)
    assert watching_of(session, NOW + timedelta(minutes=29)) == watching
    assert watching_of(session, NOW + timedelta(minutes=30)) is None
