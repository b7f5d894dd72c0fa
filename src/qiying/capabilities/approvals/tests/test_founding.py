"""Starting a business ends with the business in the register, and with who asked as its clerk."""

from __future__ import annotations

import pytest

from qiying.capabilities.approvals.tests.applying_world import bundle, fresh, parts, submit, told, world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.models import Clerk, Enterprise
from qiying.kernel.enterprises.services import enterprise_found
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.notices.models import Notice
from qiying.kernel.organisations.models import IdentityLevel
from qiying.kernel.organisations.tests.factories import make_person
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer
from qiying.statutes.credit_code import with_checks

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NAME = "明川新芽科技有限公司"
ANSWERS = {"企业名称": NAME, "住所": "城南路 1 号", "注册资本": 100, "经营范围": "软件"}
CODE = with_checks("9", "1", "330499", "73000001")


def asked(world, level=IdentityLevel.PROVIDER, **more):
    person = make_person("陆新芽", district=world.district, identity_level=level)
    actor = viewer_for(person, local_date(world.now))
    given = {"actor": actor, "enterprise": None, "way": "online", **more}
    return person, submit(world, bundle(world, "company-start"), ANSWERS, **given)


def granted(world, part, code=CODE):
    return world.act(fresh(part), "market", "review", conclusion="grant", number=code)


@pytest.mark.parametrize("level", [IdentityLevel.PROVIDER, IdentityLevel.UNVERIFIED])
def test_who_asked_becomes_the_clerk_as_far_as_he_was_checked(world, level):
    person, case = asked(world, level)
    part = granted(world, parts(case)["registration"])
    firm = Enterprise.objects.get(credit_code=CODE)
    clerk = Clerk.objects.get(enterprise=firm)
    assert (firm.name, firm.address, firm.status, firm.body_kind) == (
        NAME,
        "城南路 1 号",
        "active",
        "enterprise",
    )
    assert (clerk.person, clerk.identity_level, clerk.way) == (person, level, "founded")
    paper = Certificate.objects.get(case_id=part.pk)
    assert (paper.enterprise, dict(paper.fields)["统一社会信用代码"]) == (firm, CODE)
    assert Notice.objects.filter(template="enterprise_founded", to_key=f"p:{person.pk}").count() == 1
    for code, who in {"seal": "police", "tax": "tax", "insurance": "labour"}.items():
        world.act(fresh(parts(case)[code]), who, "review", conclusion="grant")
    assert Certificate.objects.get(case_id=case.pk).enterprise == firm
    assert told(case, part) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [("", "请写统一社会信用代码"), ("91330499MA00000000", "最后一位"), ("taken", "已经登记在")],
)
def test_a_code_that_is_missing_wrong_or_somebody_elses_is_refused_at_its_field(world, code, words):
    _, case = asked(world)
    count = Enterprise.objects.count()
    if code == "taken":
        world.enterprise.credit_code = code = CODE
        world.enterprise.save()
    with pytest.raises(GuardFailed, match=words) as refused:
        granted(world, parts(case)["registration"], code)
    assert list(refused.value.fields) == ["number"]
    assert (Enterprise.objects.count(), fresh(parts(case)["registration"]).state) == (count, "reviewing")


def test_at_the_window_nobody_becomes_a_clerk_unchecked(world):
    case = submit(world, bundle(world, "company-start"), ANSWERS, enterprise=None)
    granted(world, parts(case)["registration"])
    assert not Clerk.objects.filter(enterprise__credit_code=CODE).exists()


def test_a_body_in_preparation_is_completed_and_done_twice_is_once(world):
    Enterprise.objects.filter(pk=world.enterprise.pk).update(credit_code=None, status="preparing")
    before = Enterprise.objects.get(pk=world.enterprise.pk)
    case = submit(world, bundle(world, "company-start"), {**ANSWERS, "企业名称": before.name})
    part = granted(world, parts(case)["registration"])
    firm = Enterprise.objects.get(credit_code=CODE)
    assert (firm.pk, firm.status) == (before.pk, "active")
    person = world.people["clerk"]
    for _ in range(2):
        again = enterprise_found(
            actor=system_viewer("worker", district_id=world.district.pk), district_id=world.district.pk,
            name=firm.name, credit_code=CODE, address="", source=f"case:{part.number}", at=world.now,
            founder=person, prepared=firm,
        )  # fmt: skip
        assert again.pk == firm.pk
    assert Clerk.objects.filter(enterprise=firm, person=person, valid_to=None).count() == 1


def test_a_registration_taken_back_ends_the_enterprise_and_granted_anew_it_is_the_same(world):
    person, case = asked(world)
    part = granted(world, parts(case)["registration"])
    firm = Enterprise.objects.get(credit_code=CODE)
    world.act(fresh(part), "market2", "revoke", reason="提交了虚假的住所证明，查实了")
    firm.refresh_from_db()
    assert firm.status == "cancelled"
    world.people["founder"] = person
    world.act(fresh(part), "founder", "appeal", reason="住所证明是真的，请来看一看")
    world.act(fresh(part), "supervisor", "decide_appeal", decision="approved", finding="现场看过，住所是真的")
    granted(world, part)
    firm.refresh_from_db()
    assert (firm.status, Clerk.objects.filter(enterprise=firm).count()) == ("active", 1)
