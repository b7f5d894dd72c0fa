"""Policy files enter the catalogue once; the calendar publishes and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from qiying.capabilities.policies.models import Policy, PolicyState, VersionState
from qiying.capabilities.policies.services.catalogue.due import versions_due
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    draft_save,
    policy_amend,
    version_approve,
    version_submit,
)
from qiying.capabilities.policies.services.catalogue.loading import files_read, unit_for, units_of
from qiying.capabilities.policies.tests.world import AWARD, World, make_world
from qiying.decision.commands.policy_files import shipped_policies
from qiying.decision.policy.load import load_policies

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return make_world()


def load(*args: str) -> str:
    out = StringIO()
    call_command("policies_load", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_shipped_policies_load_once(world):
    told = load("--district", world.district.code, "--national", "--samples", "--publish")
    count = len(load_policies([shipped_policies()]))
    assert f"新装 {count} 项" in told
    again = load("--district", world.district.code, "--national", "--samples", "--publish")
    assert "新装 0 项" in again
    assert f"没变 {count} 项" in again
    policies = Policy.objects.filter(district=world.district)
    assert set(policies.values_list("state", flat=True)) == {PolicyState.PUBLISHED}
    hnte = policies.get(code="sample-hnte-award")
    assert (hnte.lead_unit, hnte.is_paid_here, hnte.theme) == (world.units["bureau"], True, "tech")
    tax = policies.get(code="cn-cit-small-micro")
    assert (tax.lead_unit, tax.is_paid_here, tax.theme) == (world.units["co"], False, "tax")


def test_a_dry_run_writes_nothing_and_wrong_calls_say_what_to_do(world):
    assert "会新装" in load("--district", world.district.code, "--samples", "--dry-run")
    assert not Policy.objects.filter(district=world.district).exists()
    with pytest.raises(CommandError, match="--national"):
        load("--district", world.district.code)
    with pytest.raises(CommandError, match="区县代码"):
        load("--district", "no-such", "--samples")
    with pytest.raises(CommandError, match="找不到"):
        load("--district", world.district.code, "no-such-file.yaml")


def test_files_are_read_with_every_problem_and_its_place(world):
    world.published()
    files = [
        ("same.yaml", AWARD.encode()),
        ("changed.yaml", AWARD.replace("sample-hnte", "other").encode()),
        ("wrong.yaml", AWARD.replace("hit: F", "hit: X").encode()),
        ("bytes.yaml", b"\xff\xfe"),
        ("twice.yaml", AWARD.replace("sample-hnte", "other").encode()),
        ("bad.dmn", b"<xml"),
    ]
    found = files_read(world.district.pk, files, world.now.date())
    assert [one.outcome for one in found] == ["same", "new", "wrong", "wrong", "wrong", "wrong"]
    assert AWARD.splitlines()[found[2].problems[0].line - 1].strip() == "hit: F"


def test_departments_words_find_units(world):
    units = units_of(world.district.pk)
    assert unit_for("科技局", units) == world.units["bureau"]
    assert unit_for("税务局", units) == world.units["co"]
    assert unit_for("水务局", units) == world.units["bureau"]


def test_an_approved_version_waits_for_its_day_and_an_old_policy_ends(world):
    policy = world.published()
    draft = policy_amend(actor=world.viewer("policy"), policy=policy, at=world.now)
    draft = draft_save(
        actor=world.viewer("policy"), version=draft, text=AWARD.replace("100000", "120000"), revision=0,
        at=world.now, effective_from=date(2026, 12, 1),
    )  # fmt: skip
    version_submit(actor=world.viewer("policy"), version=draft, at=world.now)
    version = version_approve(actor=world.viewer("reviewer"), version=draft, at=world.now)
    assert version.state == VersionState.APPROVED
    assert versions_due(world.now) == 0
    assert versions_due(datetime(2026, 12, 1, 1, tzinfo=UTC)) == 1
    version.refresh_from_db()
    assert version.state == VersionState.PUBLISHED
    assert versions_due(datetime(2028, 1, 1, 1, tzinfo=UTC)) == 1
    policy.refresh_from_db()
    assert policy.state == PolicyState.EXPIRED
    assert versions_due(datetime(2028, 1, 1, 2, tzinfo=UTC)) == 0
