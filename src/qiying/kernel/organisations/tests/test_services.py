from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.models import Membership, Person, Unit
from qiying.kernel.organisations.phones import is_mobile, mask_phone, normalise_phone
from qiying.kernel.organisations.roster import roster_on
from qiying.kernel.organisations.selectors import (
    in_force,
    people_of,
    people_with_role,
    unit_choices,
    units_with,
)
from qiying.kernel.organisations.services import (
    district_create,
    identity_confirm,
    membership_end,
    membership_start,
    password_reset_by_admin,
    person_create,
    person_deactivate,
    person_update,
    roster_add,
    roster_remove,
    unit_close,
    unit_create,
    unit_move,
    unit_update,
)
from qiying.kernel.organisations.tests.factories import (
    NOW,
    TODAY,
    importer,
    make_district,
    make_membership,
    make_person,
    make_unit,
)
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def admin(district):
    return viewer(make_person("运维", make_unit(district, "信息中心"), "admin"))


def paths():
    return {u.name: u.path for u in Unit.objects.all()}


def test_moving_a_unit_takes_everything_below_it_along(district):
    root = make_unit(district, "县")
    left = make_unit(district, "左", parent=root)
    right = make_unit(district, "右", parent=root)
    leaf = make_unit(district, "叶", parent=make_unit(district, "枝", parent=left))
    unit_move(actor=importer(), unit=left, parent=right, at=NOW)
    found = paths()
    assert found["左"] == f"{found['右']}{left.pk}/"
    assert found["叶"] == f"{found['枝']}{leaf.pk}/"
    assert found["枝"].startswith(found["左"])
    assert found["右"] == f"/{root.pk}/{right.pk}/"


def test_a_unit_is_not_moved_below_itself_nor_into_another_district(district):
    top = make_unit(district, "上")
    below = make_unit(district, "下", parent=top)
    for parent in [top, below, make_unit(make_district(), "外")]:
        with pytest.raises(GuardFailed):
            unit_move(actor=importer(), unit=top, parent=parent, at=NOW)
    assert paths()["下"] == f"/{top.pk}/{below.pk}/"


def test_moving_there_and_back_changes_nothing(district):
    a, b = make_unit(district, "甲"), make_unit(district, "乙")
    make_unit(district, "丙", parent=a)
    before = paths()
    unit_move(actor=importer(), unit=a, parent=b, at=NOW)
    unit_move(actor=importer(), unit=a, parent=None, at=NOW)
    assert paths() == before


def test_every_reason_against_a_unit_is_told_at_once(district):
    make_unit(district, "局", code="A1")
    with pytest.raises(GuardFailed) as caught:
        unit_create(
            actor=importer(),
            district_id=district.pk,
            name=" ",
            kind="castle",
            code="A1",
            functions=["fly"],
            at=NOW,
        )
    assert set(caught.value.fields) == {"name", "kind", "code", "functions"}


def test_a_change_keeps_old_and_new_and_no_change_leaves_no_mark(district):
    unit = make_unit(district, "局", short_name="局")
    unit_update(actor=importer(), unit=unit, letter_word="盐营商交", at=NOW)
    unit_update(actor=importer(), unit=unit, letter_word="盐营商交", at=NOW)
    mark = AuditEntry.objects.get(action="organisations.unit_update")
    assert '"before":{"letter_word":""}' in mark.data
    assert '"after":{"letter_word":"盐营商交"}' in mark.data


def test_a_closed_unit_takes_nobody_and_its_people_lose_their_rights_there(district):
    unit = make_unit(district, "局")
    person = make_person("张三", unit, "handler")
    with pytest.raises(GuardFailed, match="还有 1 人次"):
        unit_close(actor=importer(), unit=unit, on=TODAY, reason="改革", at=NOW)
    membership_end(actor=importer(), membership=Membership.objects.get(), on=TODAY, reason="改革", at=NOW)
    closed = unit_close(actor=importer(), unit=unit, on=TODAY, reason="改革", at=NOW)
    assert viewer(person).roles == frozenset()
    with pytest.raises(GuardFailed, match="已经撤销"):
        membership_start(
            actor=importer(), person=person, unit=closed, role="handler", valid_from=TODAY, at=NOW
        )


def test_an_administrator_works_in_his_own_district_only(district, admin):
    foreign = make_district()
    there = make_unit(foreign, "外区局")
    stranger, nobody = make_person("外人", there, "handler"), make_person("无区")
    mine = make_person("自己人", district=district)
    acts = [
        lambda: unit_create(actor=admin, district_id=foreign.pk, name="新局", at=NOW),
        lambda: unit_update(actor=admin, unit=there, name="改名", at=NOW),
        lambda: password_reset_by_admin(actor=admin, person=stranger, at=NOW),
        lambda: password_reset_by_admin(actor=admin, person=nobody, at=NOW),
        lambda: person_update(actor=admin, person=stranger, name="改名", at=NOW),
        lambda: membership_start(actor=admin, person=mine, unit=there, role="desk", valid_from=TODAY, at=NOW),
        lambda: district_create(actor=admin, code="x", name="新区", at=NOW),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    password_reset_by_admin(actor=admin, person=mine, at=NOW)


def test_nobody_gives_himself_a_role_stops_himself_or_verifies_himself(district, admin):
    me = Person.objects.get(pk=admin.person_id)
    unit = make_unit(district, "督查室")
    with pytest.raises(GuardFailed, match="不能给自己"):
        membership_start(actor=admin, person=me, unit=unit, role="supervisor", valid_from=TODAY, at=NOW)
    with pytest.raises(GuardFailed, match="不能停用自己"):
        person_deactivate(actor=admin, person=me, reason="试试", at=NOW)
    desk = make_person("受理", unit, "desk")
    with pytest.raises(GuardFailed, match="不能核实自己"):
        identity_confirm(actor=viewer(desk), person=desk, provider="desk", evidence="身份证", at=NOW)


@pytest.mark.parametrize("role", ["clerk", "worker", "import_service"])
def test_roles_of_programs_and_of_enterprises_do_not_come_from_a_membership(district, role):
    unit, person = make_unit(district), make_person(district=district)
    with pytest.raises(GuardFailed, match="不能由任职得来"):
        membership_start(actor=importer(), person=person, unit=unit, role=role, valid_from=TODAY, at=NOW)


DAYS = st.integers(0, 40).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 9))), min_size=1, max_size=6))
def test_a_person_never_holds_one_role_in_one_unit_twice_on_a_day(spans):
    with transaction.atomic():
        unit = make_unit(make_district())
        person = make_person(district=unit.district)
        for start, length in spans:
            end = None if length is None else start + timedelta(days=length)
            try:
                make_membership(person, unit, "handler", valid_from=start, valid_to=end)
            except GuardFailed:
                continue
        for n in range(60):
            day = date(2026, 1, 1) + timedelta(days=n)
            assert Membership.objects.filter(in_force(day), person=person).count() <= 1
        transaction.set_rollback(True)


@pytest.mark.both_databases
def test_the_database_itself_refuses_dates_out_of_order_and_two_open_memberships(district):
    unit, person = make_unit(district), make_person(district=district)
    base: dict[str, Any] = {"person": person, "unit": unit, "role": "handler", "valid_from": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(**base, valid_to=TODAY - timedelta(days=1))
    Membership.objects.create(**base)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(**base)


def test_units_are_found_by_function_and_people_by_role(district):
    desk = make_unit(district, "受理台", functions=["desk", "callback"])
    make_unit(make_district(), "外区受理台", functions=["desk"])
    person = make_person("沈佳", desk, "desk")
    make_person("旧人", desk, "desk", valid_to=date(2025, 1, 1))
    assert units_with(district.pk, "desk") == [desk.pk]
    assert units_with(district.pk, "supervision") == []
    assert [m.person for m in people_of(desk.pk, TODAY)] == [person]
    assert [m.person for m in people_with_role([desk.pk], ["desk"], TODAY)] == [person]


def test_choices_stand_in_tree_order_with_sections_named_after_their_bureau(district):
    bureau = make_unit(district, "发展和改革局", short_name="发改局", sort_order=2)
    first = make_unit(district, "办公室", "office", sort_order=1)
    section = make_unit(district, "营商科", "section", parent=bureau)
    assert unit_choices(district.pk) == [
        (first.pk, "办公室"),
        (bureau.pk, "发展和改革局"),
        (section.pk, "发改局 · 营商科"),
    ]


def test_the_roster_holds_only_people_of_the_unit_and_each_field_once(district):
    unit = make_unit(district, "自然资源局")
    person = make_person("老赵", unit, "handler")
    outsider = make_person("外人", district=district)
    common: dict[str, Any] = {"actor": importer(), "unit": unit, "valid_from": TODAY, "at": NOW}
    with pytest.raises(GuardFailed, match="不在自然资源局任职"):
        roster_add(person=outsider, specialities=["用地"], **common)
    entry = roster_add(person=person, specialities=["用地审批", "林地", "林地"], **common)
    with pytest.raises(GuardFailed, match="已经在名册上"):
        roster_add(person=person, specialities=["用地"], **common)
    assert list(roster_on(district.pk, TODAY)) == [entry]
    assert entry.specialities == ["用地审批", "林地"]
    roster_remove(actor=importer(), entry=entry, on=TODAY, at=NOW)
    assert not roster_on(district.pk, TODAY + timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("login", "phone", "field"),
    [
        ("13812345678", "", "login"),
        ("ZhangSan", "", "login"),
        ("b", "1381234567", "phone"),
        ("c", "13800000000", "phone"),
    ],
)
def test_an_account_needs_its_own_login_and_phone(district, login, phone, field):
    make_person("张三", district=district, login="zhangsan", phone="138 0000 0000")
    with pytest.raises(GuardFailed) as caught:
        person_create(
            actor=importer(), login=login, name="李四", phone=phone, district_id=district.pk, at=NOW
        )
    assert list(caught.value.fields) == [field]


def test_no_phone_number_stands_in_the_audit(district, admin):
    person = person_create(
        actor=admin, login="x", name="李四", phone="13812345678", district_id=district.pk, at=NOW
    )
    person_update(actor=admin, person=person, phone="13987654321", at=NOW)
    text = "".join(AuditEntry.objects.values_list("data", flat=True))
    assert "13812345678" not in text
    assert "13987654321" not in text
    assert "139****4321" in text


@given(st.text(alphabet="0123456789０１２３ -+()", max_size=24))
def test_normalising_a_phone_twice_is_normalising_it_once(text):
    once = normalise_phone(text)
    assert normalise_phone(once) == once or once.startswith(("86", "0086"))


@pytest.mark.parametrize(
    "typed", ["138 1234 5678", "+86-13812345678", "１３８１２３４５６７８", "8613812345678"]
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert normalise_phone(typed) == "13812345678"
    assert is_mobile(normalise_phone(typed))
    assert mask_phone(normalise_phone(typed)) == "138****5678"
