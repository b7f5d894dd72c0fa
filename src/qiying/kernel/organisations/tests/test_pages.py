import pytest
from django.urls import reverse

from qiying.kernel.organisations.models import Membership, Person, RosterEntry, Unit
from qiying.kernel.organisations.tests.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


def url(name, *args):
    return reverse(f"organisations:{name}", args=args)


def pages(cast):
    """Return (address, who may open it) of every page about units and people."""
    officials, admins = [cast.admin, cast.desk, cast.handler], [cast.admin]
    membership = Membership.objects.get(person=cast.handler)
    return [
        (url("units"), officials),
        (url("unit_tree"), officials),
        (url("units_row", cast.bureau.pk), officials),
        (url("units_new"), admins),
        (url("units_act", cast.bureau.pk, "edit"), admins),
        (url("units_act", cast.bureau.pk, "move"), admins),
        (url("units_act", cast.bureau.pk, "close"), admins),
        (url("people"), officials),
        (url("people_row", cast.handler.pk), officials),
        (url("people_new"), admins),
        (url("people_act", cast.handler.pk, "edit"), admins),
        (url("people_act", cast.handler.pk, "stop"), admins),
        (url("people_act", cast.handler.pk, "memberships/new"), admins),
        (url("posts"), officials),
        (url("posts_row", membership.pk), officials),
        (url("posts_act", membership.pk, "end"), admins),
        (url("people_act", cast.unverified.pk, "identity"), [cast.desk]),
        (url("watch", cast.handler.pk), admins),
        (url("roster"), officials),
        (url("roster_new"), admins),
    ]


def test_each_page_opens_for_those_it_is_for_and_does_not_exist_for_the_others(people):
    everybody = [people.admin, people.desk, people.handler, people.clerk, people.unverified]
    seen = {}
    for address, allowed in pages(people):
        for person in everybody:
            seen[address, person.name] = client_of(person).get(address).status_code
            assert seen[address, person.name] == (200 if person in allowed else 404), (address, person.name)


def test_a_colleague_of_another_district_finds_no_page_of_this_one(people):
    client = client_of(people.foreign_admin)
    for address, _ in pages(people):
        about_somebody = any(part.isdigit() for part in address.split("/"))
        if about_somebody:
            assert client.get(address).status_code == 404, address
    assert "发展和改革局" not in client.get(url("units")).content.decode()
    assert "王志远" not in client.get(url("people")).content.decode()


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(people):
    for address, _ in pages(people):
        answer = client_of(None).get(address)
        assert answer.status_code == 302
        assert answer["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("name", ["mine", "password", "email", "phone"])
def test_everybody_has_his_own_page(people, name):
    for person in [people.admin, people.clerk, people.unverified]:
        assert client_of(person).get(url(name)).status_code == 200
    assert client_of(None).get(url(name)).status_code == 302


def main_of(answer):
    """Return the page without its shell, which names the viewer's own unit."""
    return answer.content.decode().partition("<main")[2]


def test_the_unit_list_filters_sorts_and_says_why_it_is_empty(people):
    client = client_of(people.desk)
    found = main_of(client.get(url("units"), {"q": "发展", "kind": "department"}))
    assert "发展和改革局" in found
    assert "企业综合服务中心" not in found
    turned = main_of(client.get(url("units"), {"sort": "-name"}))
    assert turned.index("海盐县") < turned.index("企业综合服务中心")
    assert "没有符合这些条件的" in client.get(url("units"), {"q": "没有这个"}).content.decode()
    assert client.get(url("units"), {"sort": "parent__name", "kind": "'; drop"}).status_code == 200


def test_the_lists_cost_the_same_queries_however_long_they_are(people, django_assert_max_num_queries):
    from qiying.kernel.organisations.tests.factories import make_person, make_unit

    for i in range(24):
        make_person(f"甲{i}", make_unit(people.district, f"新单位{i}"), "handler")
    client = client_of(people.desk)
    for name in ["units", "people", "posts", "roster"]:
        with django_assert_max_num_queries(9):
            assert client.get(url(name)).status_code == 200


def test_a_list_exports_what_is_filtered_with_codes_as_text(people):
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    Unit.objects.filter(pk=people.bureau.pk).update(code="=1+1", credit_code="00123")
    body = client_of(people.desk).get(url("units"), {"q": "发展", "export": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(body.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["单位", "发展和改革局"]
    assert rows[1][rows[0].index("统一社会信用代码")] == "00123"


def test_an_administrator_builds_a_unit_opens_an_account_and_ends_the_membership(people):
    client = client_of(people.admin)
    data = {"name": "营商环境科", "kind": "section", "parent": people.bureau.pk, "sort_order": 5}
    client.post(url("units_new"), data)
    unit = Unit.objects.get(name="营商环境科")
    assert unit.path == f"{people.bureau.path}{unit.pk}/"
    answer = client.post(url("people_new"), {"name": "新来的", "login": "newbie"}, follow=True)
    assert "只显示这一次" in answer.content.decode()
    person = Person.objects.get(login="newbie")
    assert person.must_change_password
    start = {"unit": unit.pk, "role": "handler", "valid_from": "2026-01-01"}
    client.post(url("people_act", person.pk, "memberships/new"), start)
    membership = Membership.objects.get(person=person)
    answer = client.post(url("posts_act", membership.pk, "end"), {"on": "2026-01-31", "reason": ""})
    assert answer.status_code == 422
    client.post(url("posts_act", membership.pk, "end"), {"on": "2026-01-31", "reason": "调走"})
    membership.refresh_from_db()
    assert (str(membership.valid_to), membership.ended_reason) == ("2026-01-31", "调走")


def test_a_unit_with_people_is_not_closed_and_the_page_says_why(people):
    data = {"on": "2026-11-01", "reason": "机构改革"}
    answer = client_of(people.admin).post(url("units_act", people.bureau.pk, "close"), data)
    assert answer.status_code == 422
    assert "还有 1 人次在这里任职" in answer.content.decode()


def test_somebody_is_put_on_the_roster_and_taken_off(people):
    client = client_of(people.admin)
    member = f"{people.handler.pk}-{people.bureau.pk}"
    client.post(url("roster_new"), {"member": member, "specialities": "用地、环评"})
    entry = RosterEntry.objects.get()
    assert entry.specialities == ["用地", "环评"]
    assert "用地、环评" in client_of(people.desk).get(url("roster")).content.decode()
    assert client_of(people.desk).post(url("roster_act", entry.pk, "end")).status_code == 404
    client.post(url("roster_act", entry.pk, "end"))
    entry.refresh_from_db()
    assert entry.valid_to is not None
