"""Permissions are declared, roles carry them, an unknown name is a mistake and never just "no"."""

import pytest
from django.http import Http404

from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, UnknownPermission, UnknownRole
from qiying.kernel.permissions.fetch import fetch_or_404, require
from qiying.kernel.permissions.registry import (
    REGISTRY,
    Permission,
    Registry,
    Role,
    all_permissions,
    all_roles,
    role_label,
)
from qiying.kernel.permissions.viewer import (
    ANONYMOUS,
    MembershipInfo,
    PersonViewer,
    Viewer,
    system_viewer,
)

DESK = MembershipInfo(unit_id=3, role="desk", district_id=1, path="1/3/", unit_name="服务中心")
LIAISON = MembershipInfo(unit_id=5, role="liaison", district_id=1, path="1/5/", unit_name="住建局")


@pytest.fixture
def registry() -> Registry:
    new = Registry()
    new.declare_role("desk", "受理员", "登记来件。")
    return new


def test_a_grant_of_an_undeclared_permission_stops_the_start(registry):
    registry.grant("desk", "cases.accept")
    with pytest.raises(UnknownPermission, match=r"cases\.accept"):
        registry.settle()
    registry.declare("cases.accept", "受理", "把来件立成办件。")
    registry.settle()
    assert registry.permissions_of("desk") == {"cases.accept"}
    with pytest.raises(UnknownPermission):
        registry.grant("desk", "cases.acept")


def test_a_grant_to_an_undeclared_role_raises_at_once(registry):
    with pytest.raises(UnknownRole, match="desc"):
        registry.grant("desc", "cases.accept")
    with pytest.raises(UnknownRole):
        registry.permissions_of("desc")


def test_two_declarations_of_one_name_must_agree(registry):
    registry.declare("cases.accept", "受理", "把来件立成办件。")
    registry.declare("cases.accept", "受理", "把来件立成办件。")
    with pytest.raises(ValueError, match="两次"):
        registry.declare("cases.accept", "受理", "别的意思。")


@pytest.mark.parametrize(
    ("code", "label", "description"),
    [
        ("accept", "受理", "说明"),
        ("cases.Accept", "受理", "说明"),
        ("cases.accept", "", "说明"),
        ("a.b", "受理", ""),
    ],
)
def test_a_permission_without_a_good_code_a_name_and_a_description_is_refused(
    registry, code, label, description
):
    with pytest.raises(ValueError):
        registry.declare(code, label, description)


def test_every_role_of_the_kernel_is_described_in_chinese():
    codes = {role.code for role in all_roles()}
    assert codes >= {
        *("clerk", "desk", "liaison", "handler", "leader", "supervisor", "callback"),
        *("district_leader", "admin", "deputy", "discipline", "policy", "worker", "import_service"),
    }
    assert role_label("desk") == "受理员"
    words: list[Permission | Role] = [*all_roles(), *all_permissions()]
    for word in words:
        assert not word.label.isascii(), word
        assert word.description.endswith("。"), word


def test_a_viewer_has_what_his_roles_carry_and_an_unknown_name_raises():
    supervisor = PersonViewer(person_id=1, name="督查", memberships=(DESK._replace(role="supervisor"),))
    assert supervisor.has("audit.view")
    assert not PersonViewer(person_id=2, memberships=(LIAISON,)).has("audit.view")
    for viewer in (supervisor, ANONYMOUS, system_viewer("worker")):
        with pytest.raises(UnknownPermission):
            viewer.has("audit.veiw")
        with pytest.raises(UnknownRole):
            viewer.has_role("supervizor")


def test_party_keys_name_the_person_the_units_and_the_enterprises():
    viewer: Viewer = PersonViewer(
        person_id=12,
        memberships=(LIAISON, DESK, DESK._replace(role="handler")),
        enterprise_ids=frozenset({99, 7}),
    )
    assert viewer.keys == ("p:12", "u:3", "u:5", "e:7", "e:99")
    assert viewer.unit_ids == {3, 5}
    assert viewer.roles == {"desk", "handler", "liaison", "clerk"}
    assert viewer.has_role("desk", unit_id=3)
    assert not viewer.has_role("desk", unit_id=5)
    assert ANONYMOUS.keys == ()
    assert not ANONYMOUS.is_authenticated


def test_a_program_has_its_own_role_only_and_no_party():
    worker = system_viewer("worker", district_id=4)
    assert worker.is_system
    assert worker.roles == {"worker"}
    assert worker.has("audit.view")
    assert not worker.has_role("import_service")
    assert worker.keys == ()
    with pytest.raises(UnknownRole):
        system_viewer("admin")


def test_require_names_the_missing_permission():
    with pytest.raises(NotPermitted, match="查看审计记录") as refused:
        require(ANONYMOUS, "audit.view")
    assert refused.value.data == {"permission": "audit.view"}
    with pytest.raises(UnknownPermission):
        require(ANONYMOUS, "audit.veiw")


def test_guards_keep_every_reason():
    error = GuardFailed(["还差 1 样材料", "没有选单位"], {"unit": ["没有选单位"]}, case=12)
    assert error.reasons == ["还差 1 样材料", "没有选单位"]
    assert error.message == "还差 1 样材料；没有选单位"
    assert (error.status, error.fields, error.data) == (422, {"unit": ["没有选单位"]}, {"case": 12})


@pytest.mark.django_db
def test_what_the_scoped_queryset_does_not_hold_is_not_found():
    from qiying.kernel.audit.models import PersonalData
    from qiying.kernel.audit.personal import personal_put
    from qiying.kernel.audit.tests.story import NOW

    one, two = personal_put(["a", "b"], at=NOW)
    mine = PersonalData.objects.filter(ref=one)
    assert fetch_or_404(mine, ref=one).value == "a"
    for lookup in ({"ref": two}, {"stored_at": "not a time"}):
        with pytest.raises(Http404):
            fetch_or_404(mine, **lookup)
    with pytest.raises(PersonalData.MultipleObjectsReturned):
        fetch_or_404(PersonalData.objects.all())


def test_the_registry_of_the_product_is_settled_and_every_grant_is_declared():
    assert REGISTRY.is_settled
    for role in all_roles():
        for code in REGISTRY.permissions_of(role.code):
            assert REGISTRY.permission(code).label
