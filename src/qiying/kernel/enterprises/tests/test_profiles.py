"""A profile always says what the append-only facts say: after corrections, withdrawals and a new release."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise, EnterpriseProfile, ProfileChange
from qiying.kernel.enterprises.profiles import (
    facts_in,
    profile_read,
    profiles_missing,
    profiles_rebuild,
)
from qiying.kernel.enterprises.selectors import profile
from qiying.kernel.enterprises.services import enterprise_update, facts_record
from qiying.kernel.enterprises.services.facts import NewFact
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district
from qiying.kernel.permissions.errors import GuardFailed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                ("revenue", "2024"), ("revenue", "2025"), ("employees", "2025"), ("assets", "2025"),
                ("social_insured", "2025-09"), ("social_insured", "2025-10"), ("is_high_tech", ""), ("是高新技术企业", ""),
            ]
        ),
        st.sampled_from(["", "1", "0", "1", "0"]),
    ),
    max_size=12,
)  # fmt: skip


@pytest.fixture
def enterprise():
    return make_enterprise(make_district("海盐县"))


@given(steps=STEPS)
def test_a_profile_is_what_the_recorded_facts_say(enterprise, steps):
    actor, at = importer(enterprise.district_id), NOW
    for (code, period), value in steps:
        at += timedelta(minutes=1)
        try:
            facts_record(
                actor=actor,
                enterprise=enterprise,
                facts=[NewFact(code, period, value)],
                source="official",
                at=at,
            )
        except GuardFailed:  # nothing to withdraw yet
            continue
    stands = EnterpriseProfile.objects.get(pk=enterprise.pk)
    assert facts_in(stands.facts) == profile(enterprise.pk) == profile_read(enterprise.pk)
    assert profiles_rebuild([enterprise.pk], NOW, is_dry=True) == []


def test_known_facts_cost_one_query(enterprise, django_assert_num_queries):
    record(enterprise, NewFact("revenue", "2025", "600"))
    with django_assert_num_queries(1):
        known = known_facts(enterprise)
    assert (known["营业收入"].stored, known["营业收入"].period) == (600_000_000, "2025")
    assert known["经营主体类型"].value == "企业"


def test_changes_are_rows_until_somebody_looked(enterprise):
    ProfileChange.objects.all().delete()
    record(enterprise, NewFact("revenue", "2025", "600"))
    enterprise_update(
        actor=importer(enterprise.district_id), enterprise=enterprise, at=NOW, industry="C3562", tags=None
    )
    enterprise_update(
        actor=importer(enterprise.district_id), enterprise=enterprise, at=NOW, industry="C3562", tags=None
    )
    assert list(ProfileChange.objects.values_list("enterprise_id", flat=True)) == [enterprise.pk] * 2


def test_what_was_loaded_past_the_services_is_found_and_made(enterprise, capsys):
    record(enterprise, NewFact("revenue", "2025", "600"))
    EnterpriseProfile.objects.filter(pk=enterprise.pk).update(form="old", facts="{}")
    loaded = Enterprise.objects.create(district=enterprise.district, name="批量", created_at=NOW)
    assert profiles_missing(enterprise.district_id) == [enterprise.pk, loaded.pk]
    assert known_facts(enterprise)["营业收入"].stored == 600_000_000
    with pytest.raises(CommandError, match="不一致"):
        call_command("profiles_rebuild", "--check")
    call_command("profiles_rebuild", "--missing")
    call_command("profiles_rebuild", "--check")
    assert profiles_missing() == []


def record(enterprise, *facts):
    facts_record(
        actor=importer(enterprise.district_id), enterprise=enterprise, facts=facts, source="official", at=NOW
    )
