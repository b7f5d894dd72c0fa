from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.enterprises.duplicates import core_name, enterprise_merge_hint
from qiying.kernel.enterprises.indicators import canonical_period, canonical_value, indicator
from qiying.kernel.enterprises.models import Enterprise, EnterpriseFact
from qiying.kernel.enterprises.selectors import (
    enterprises_found,
    enterprises_visible_to,
    profile,
    profiles,
)
from qiying.kernel.enterprises.services import (
    contact_add,
    enterprise_create,
    enterprise_propose,
    enterprise_update,
    fact_record,
    facts_record,
)
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.enterprises.tests.factories import make_clerk, make_code, make_enterprise, viewer
from qiying.kernel.enterprises.views.enterprise import fact_groups
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district, make_person, make_unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db
HUAWEI = "914403001922038216"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def enterprise(district):
    return make_enterprise(district, "宏达紧固件有限公司", industry="3482")


def record(enterprise, code, period, value, **more):
    actor = more.pop("actor", importer(enterprise.district_id))
    values: dict[str, Any] = {"indicator": code, "period": period, "value": value, "source": "official"}
    return fact_record(actor=actor, enterprise=enterprise, at=NOW, **values, **more)


def test_a_code_is_normalised_checked_and_given_out_once(district):
    row = make_enterprise(district, "华为", credit_code=" ９１４４０３００1922038216 ")
    assert (row.credit_code, row.code_level, row.body_kind) == (HUAWEI, "valid", "enterprise")
    with pytest.raises(GuardFailed, match="已经登记在「华为」名下"):
        make_enterprise(district, "另一家", credit_code=HUAWEI)
    with pytest.raises(GuardFailed, match="其他区县的一家企业"):
        make_enterprise(make_district(), "另一家", credit_code=HUAWEI)
    with pytest.raises(GuardFailed, match="最后一位"):
        make_enterprise(district, "错码", credit_code="914403001922038217")


def test_an_early_code_with_only_the_inner_check_wrong_is_kept_with_a_warning(district):
    row = make_enterprise(district, "老企业", credit_code="91440300192203823C")
    assert row.code_level == "warning"


def test_many_bodies_may_have_no_code(district):
    rows = [make_enterprise(district, f"筹建{i}", credit_code="", status="preparing") for i in range(2)]
    assert {r.credit_code for r in rows} == {None}


def test_the_size_class_follows_the_facts_and_the_industry(enterprise):
    record(enterprise, "employees", "2024", "300")
    assert Enterprise.objects.get().size_class == ""
    record(enterprise, "revenue", "2024", "2,000")
    enterprise.refresh_from_db()
    assert (enterprise.size_class, enterprise.size_class_period) == ("medium", "2024")
    record(enterprise, "revenue", "2024", "1999.99")
    enterprise.refresh_from_db()
    assert enterprise.size_class == "small"
    record(enterprise, "employees", "2025", "19")
    enterprise.refresh_from_db()
    assert (enterprise.size_class, enterprise.size_class_period) == ("micro", "2025")
    enterprise_update(actor=importer(), enterprise=enterprise, industry="6513", at=NOW)
    enterprise.refresh_from_db()
    assert (enterprise.size_class, enterprise.size_class_period) == ("medium", "2024")


def test_a_correction_appends_and_the_last_one_counts(enterprise):
    first = record(enterprise, "employees", "2025", "120")
    second = record(enterprise, "employees", "2025年", "121 人")
    again = record(enterprise, "employees", "2025", "１２１")
    assert second.supersedes == first
    assert again == second
    assert profile(enterprise.pk)["employees"].value == "121"
    withdrawn = record(enterprise, "employees", "2025", "")
    assert withdrawn.value == ""
    assert "employees" not in profile(enterprise.pk)
    assert list(EnterpriseFact.objects.order_by("pk").values_list("value", flat=True)) == ["120", "121", ""]


def test_the_profile_takes_the_latest_year_and_one_query(enterprise, django_assert_num_queries):
    other = make_enterprise(enterprise.district)
    for year in (2023, 2025, 2024):
        record(enterprise, "revenue", str(year), str(year))
        record(other, "revenue", str(year), "7")
    record(enterprise, "is_high_tech", "", "是")
    with django_assert_num_queries(1):
        found = profiles([enterprise.pk, other.pk], ["revenue", "is_high_tech"])
    assert found[enterprise.pk]["revenue"].period == "2025"
    assert found[enterprise.pk]["is_high_tech"].value == "true"
    assert set(found[other.pk]) == {"revenue"}


@pytest.mark.both_databases
def test_the_database_refuses_to_change_or_delete_a_fact(enterprise):
    fact = record(enterprise, "employees", "2025", "120")
    for act in [
        lambda: EnterpriseFact.objects.filter(pk=fact.pk).update(value="999"),
        lambda: EnterpriseFact.objects.filter(pk=fact.pk).delete(),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert profile(enterprise.pk)["employees"].value == "120"


def test_all_that_is_wrong_with_facts_is_told_at_once_and_nothing_is_written(enterprise):
    facts = [
        NewFact("employees", "2025", "12.5"),
        NewFact("revenue", "2025Q3", "1"),
        NewFact("no_such", "2025", "1"),
        NewFact("assets", "2025", "100"),
    ]
    with pytest.raises(GuardFailed) as caught:
        facts_record(actor=importer(), enterprise=enterprise, facts=facts, source="official", at=NOW)
    assert len(caught.value.reasons) == 3
    assert not EnterpriseFact.objects.exists()


def test_what_a_clerk_writes_is_declared_whatever_he_claims_and_figures_stay_out_of_the_audit(enterprise):
    clerk = make_clerk(enterprise)
    fact = record(enterprise, "revenue", "2025", "5231.7", actor=viewer(clerk))
    assert (fact.source, fact.recorded_by) == ("declared", clerk)
    mark = AuditEntry.objects.get(action="enterprises.facts_record")
    assert "5231.7" not in mark.data
    stranger = make_clerk(make_enterprise(enterprise.district))
    with pytest.raises(NotPermitted):
        record(enterprise, "revenue", "2025", "1", actor=viewer(stranger))


@given(st.decimals(-(10**14), 10**14, places=6))
def test_a_canonical_number_is_exact_and_stays_as_it_is(number):
    revenue = indicator("revenue")
    text = canonical_value(revenue, f"{number:,}")
    assert Decimal(text) == number
    assert canonical_value(revenue, text) == text
    assert "E" not in text


@pytest.mark.parametrize(
    ("code", "typed", "period"),
    [
        ("revenue", "2025年", "2025"),
        ("social_insured", "2025.9", "2025-09"),
        ("social_insured", "2025年12月", "2025-12"),
    ],
)
def test_a_period_is_understood_as_it_is_written(code, typed, period):
    assert canonical_period(indicator(code), typed) == period


def test_officials_see_their_district_and_clerks_their_own(district, enterprise):
    other, foreign = make_enterprise(district), make_enterprise(make_district())
    handler = make_person("经办", make_unit(district), "handler")
    clerk = make_clerk(enterprise)
    assert set(enterprises_visible_to(viewer(handler))) == {enterprise, other}
    assert set(enterprises_visible_to(viewer(clerk))) == {enterprise}
    assert not enterprises_visible_to(viewer(make_person(district=district))).exists()
    assert set(enterprises_visible_to(importer())) == {enterprise, other, foreign}


def test_search_takes_every_word_and_nothing_for_a_short_latin_text(district, enterprise):
    rows = Enterprise.objects.all()
    assert list(enterprises_found(rows, "宏达 紧固")) == [enterprise]
    assert not enterprises_found(rows, "宏达 电缆").exists()
    assert list(enterprises_found(rows, enterprise.credit_code[:6])) == [enterprise]


def test_like_names_and_the_same_code_are_hinted_at(district, enterprise):
    make_enterprise(district, "宏达电缆有限公司")
    for name in ["海盐县宏达紧固件厂", "宏达 紧固件（有限）公司", "宏达紧固件股份有限公司"]:
        hints = enterprise_merge_hint(district_id=district.pk, name=name)
        assert [h.enterprise_id for h in hints] == [enterprise.pk], name
    assert enterprise_merge_hint(district_id=district.pk, name="宏大紧扣件贸易公司") == []
    by_code = enterprise_merge_hint(
        district_id=district.pk, name="完全别的", credit_code=enterprise.credit_code
    )
    assert [(h.enterprise_id, h.reason) for h in by_code] == [(enterprise.pk, "代码相同")]
    assert enterprise_merge_hint(district_id=make_district().pk, name=enterprise.name) == []
    assert core_name("海盐县宏达紧固件有限公司") == core_name("海盐宏达紧固件厂") == "海盐宏达紧固件"


def test_a_clerk_changes_only_what_is_his_to_say(enterprise):
    clerk = viewer(make_clerk(enterprise))
    enterprise_update(actor=clerk, enterprise=enterprise, address="新址", at=NOW)
    changes: list[dict[str, Any]] = [
        {"name": "改名"},
        {"credit_code": make_code()},
        {"status": "cancelled"},
        {"tags": ["规上"]},
    ]
    for change in changes:
        with pytest.raises(NotPermitted):
            enterprise_update(actor=clerk, enterprise=enterprise, at=NOW, **change)
    enterprise.refresh_from_db()
    assert (enterprise.address, enterprise.name) == ("新址", "宏达紧固件有限公司")


def test_an_official_without_the_right_does_not_enter_enterprises(district):
    handler = viewer(make_person("经办", make_unit(district), "handler"))
    with pytest.raises(NotPermitted):
        enterprise_create(actor=handler, district_id=district.pk, name="新公司", at=NOW)


def test_a_person_enters_at_most_three_enterprises_a_day(district):
    person = viewer(make_person(district=district))

    def propose(at):
        return enterprise_propose(
            actor=person, district_id=district.pk, name="新公司", credit_code=make_code(), at=at
        )

    for _ in range(3):
        propose(NOW)
    with pytest.raises(GuardFailed, match="一天最多"):
        propose(NOW)
    propose(NOW + timedelta(days=1, minutes=1))


def test_one_contact_is_the_first_to_call(enterprise):
    common: dict[str, Any] = {"actor": importer(), "enterprise": enterprise, "at": NOW, "is_primary": True}
    contact_add(name="甲", phone="0573-86110000", **common)
    contact_add(name="乙", phone="138 1234 5678", **common)
    assert [(c.name, c.phone) for c in enterprise.contacts.filter(is_primary=True)] == [("乙", "13812345678")]
    with pytest.raises(GuardFailed, match="电话号码不对"):
        contact_add(name="丙", phone="12345", **common)


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("revenue", "3111637.41", "3,111,637.41 万元"),
        ("营业收入增长率", "0.06", "6%（0.06）"),
        ("是增值税小规模纳税人", "true", "是"),
    ],
)
def test_a_fact_is_shown_as_people_say_it(code, value, said):
    fact = EnterpriseFact(indicator=code, value=value, unit=indicator(code).unit, source="declared")
    ((shown,),) = [group["periods"] for group in fact_groups([fact], sees_values=True)]
    assert shown["value"] == said


def test_a_share_may_be_given_in_percent():
    assert canonical_value(indicator("营业收入增长率"), "6%") == "0.06"
    assert canonical_value(indicator("营业收入增长率"), "0.06") == "0.06"
