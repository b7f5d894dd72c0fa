"""The demo district: its stories are true, and the kit's page shows one that works."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from tests.crawling import MOST_PAGES, dead_links

from qiying.capabilities.engagement.selectors.sessions import KINDS
from qiying.capabilities.visits.models import VisitProblem
from qiying.config.capabilities import stories
from qiying.config.demo.apart import AWAY, ToldTwice, tell_apart
from qiying.config.demo.build import NotEmpty, demo_build, ground_make
from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.presenting import details
from qiying.kernel.audit.sealing import seal, verify
from qiying.kernel.cases.models import Case, CaseEvent
from qiying.kernel.cases.rebuild import rebuild
from qiying.kernel.cases.tests.walking import both_ways
from qiying.kernel.cases.world import Plan, World
from qiying.kernel.enterprises.models import Enterprise, ProfileChange
from qiying.kernel.enterprises.tests.factories import make_enterprise
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.organisations.tests.factories import make_district
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.search.selectors import matching_ids
from qiying.kernel.search.services import index_put

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
PAGE = Path(__file__).parents[1] / "docs" / "kits" / "demo.md"


@pytest.fixture(autouse=True)
def demo_mode(settings: Any) -> None:
    settings.QIYING_ENV = settings.QIYING_ENV.model_copy(update={"demo": True})


def test_the_story_on_the_kits_page_is_told() -> None:
    world = ground_make(start=NOW - timedelta(days=370), now=NOW, firms=3)
    story: dict[str, Any] = {}
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(code, story)  # the page's own words
    told = AuditEntry.objects.filter(action="enterprises.contact_add", pk__gt=last_act())
    story["prepare"](world)
    story["tell"](world)
    assert 10 <= len(told) <= 13
    assert world.refused == []
    assert "nonghang.bank" in world.viewers
    for row in told:
        at = local_time(row.at)
        assert at <= NOW
        assert time(8, 30) <= at.time() <= time(17, 30)
        assert world.calendar.is_workday(at.date())


def test_things_happen_in_the_order_of_their_time_and_a_refusal_stops_only_itself() -> None:
    world = World(make_district(), NOW - timedelta(days=5), NOW, Random(1))
    told: list[str] = []
    plan = Plan(world, world.fresh_draw())

    def refused(at: datetime) -> None:
        told.append("refused")
        raise GuardFailed(["今天不行"])

    plan.put(NOW - timedelta(days=1), lambda at: told.append("last"))
    plan.put(
        NOW - timedelta(days=3), lambda at: plan.put(at + timedelta(days=1), lambda at: told.append("then"))
    )
    plan.put(NOW - timedelta(days=4), refused)
    plan.put(NOW + timedelta(days=1), lambda at: told.append("never"))
    plan.run()
    assert told == ["refused", "then", "last"]
    assert [words.rpartition(": ")[2] for words in world.refused] == ["今天不行"]


def small_year(say: Any) -> World:
    return demo_build(now=NOW, cases=30, firms=40, say=say)


@pytest.mark.slow
@both_ways
def test_a_year_is_told_and_verifies_and_nothing_in_it_is_refused(every: bool) -> None:
    """A small one; in `make prove` the whole one that `make run` shows."""
    said: list[str] = []
    world = demo_build(now=NOW, cases=400, firms=300, say=said.append) if every else small_year(said.append)
    # among so few enterprises nobody may be left whom a batch could pay
    assert [words for words in world.refused if not words.startswith("Year._propose: 现在没有")] == []
    assert {case.procedure for case in Case.objects.all()} >= {"service_request"}
    assert Case.objects.count() >= 30
    assert sum("年" in line and "月" in line for line in said) == 12
    assert CaseEvent.objects.filter(at__gt=NOW).count() == 0
    held = Gathering.objects.filter(kind__in=KINDS, phase__in=("following", "closed"))
    for procedure, rows in (
        ("sessions", Item.objects.filter(gathering__in=held, joined_into__isnull=True)),
        ("visits", VisitProblem.objects.all()),
    ):
        closed = FigureDelta.objects.filter(procedure=procedure, measure="closed").aggregate(n=Sum("value"))
        assert closed["n"] == rows.filter(case__isnull=False, case__is_open=False).count() > 0, procedure
    seal(NOW)
    assert verify().is_sound
    assert rebuild(cases=Case.objects.all(), write=False).problems == ()
    for proof in ("figures_check", "ledger_check", "profiles_rebuild --check"):
        said_by_proof = StringIO()
        try:
            call_command(*proof.split(), stdout=said_by_proof, stderr=said_by_proof)
        except CommandError as differs:
            pytest.fail(f"{proof}: {differs}\n{said_by_proof.getvalue()}")
    with pytest.raises(NotEmpty):
        demo_build(now=NOW)
    assert codes_noted() == set()
    most = MOST_PAGES if every else MOST_PAGES // 3
    assert [dead for login in ("", *sorted(set(world.shown))) for dead in dead_links(login, most=most)] == []


def codes_noted() -> set[tuple[str, str, str]]:
    """Return what the audit would show a person as a program's word; logins, codes and digests are meant so."""
    meant = ("登录名", "代号", "政策", "文本指纹", "筛选", "条件")
    return {
        (entry.action, name, found.group())
        for entry in AuditEntry.objects.all()
        for name, value in details(entry)
        if not name.startswith(meant)
        and (found := re.search(r"(?<![\w.-])[a-z]+(_[a-z]+)*(?![\w.-])", value))
    }


def _two_sides() -> tuple[World, Enterprise, Enterprise]:
    world = World(make_district(), NOW - timedelta(days=5), NOW, Random(1))
    return world, make_enterprise(world.district, "甲厂"), make_enterprise(world.district, "乙厂")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" in os.environ.get("QIYING_TEST_DATABASE_URL", ""), reason="one file is copied")
def test_what_is_told_apart_comes_changes_and_goes_as_if_it_were_told_here() -> None:
    world, here, there = _two_sides()

    def tell(world: World) -> None:
        Enterprise.objects.filter(pk=there.pk).update(short_name="乙")
        ProfileChange.objects.all().delete()
        make_enterprise(world.district, "丙厂", credit_code="")
        index_put(kind="enterprise", object_id=999, district_id=world.district.pk, text="轴承", at=NOW)
        world.acts += 7
        world.refused.append("今天不行")

    before = set(ProfileChange.objects.values_list("pk", flat=True))
    under_way = tell_apart([tell], world)
    Enterprise.objects.filter(pk=here.pk).update(short_name="甲")
    new = make_enterprise(world.district, "丁厂")
    under_way.join(world)
    names = dict(Enterprise.objects.values_list("name", "short_name"))
    assert names == {"甲厂": "甲", "乙厂": "乙", "丙厂": "", "丁厂": ""}
    assert not before & set(ProfileChange.objects.values_list("pk", flat=True))
    assert Enterprise.objects.get(name="丙厂").pk > new.pk + AWAY // 2
    assert matching_ids("enterprise", "轴承", world.district.pk) == [999]
    assert (world.acts, world.refused) == (7, ["今天不行"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" in os.environ.get("QIYING_TEST_DATABASE_URL", ""), reason="one file is copied")
def test_a_row_both_sides_changed_and_a_story_that_broke_end_the_building() -> None:
    world, here, _ = _two_sides()

    def tell(world: World) -> None:
        Enterprise.objects.filter(pk=here.pk).update(short_name="那边")

    under_way = tell_apart([tell], world)
    Enterprise.objects.filter(pk=here.pk).update(short_name="这边")
    with pytest.raises(ToldTwice, match="1 行两边都改了"):
        under_way.join(world)

    def broken(world: World) -> None:
        raise ValueError("not to be told")

    with pytest.raises(ChildProcessError):
        tell_apart([broken], world).join(world)


def test_every_story_says_when_its_turn_comes() -> None:
    assert all(isinstance(story.ORDER, int) and callable(story.tell) for story in stories())


def last_act() -> int:
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
