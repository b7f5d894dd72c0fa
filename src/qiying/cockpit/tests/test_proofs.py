"""Figures equal a full recompute exactly, reopened, corrected and re-stated cases included; a lie is found."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.cockpit.proofs import figures_prove
from qiying.cockpit.tests.story import live_through
from qiying.kernel.audit.append_only import suspended
from qiying.kernel.figures.compaction import figures_compact, rollups_merge
from qiying.kernel.figures.models import FigureDelta, FigureRollup
from qiying.kernel.figures.recompute import rollups_rebuild

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_figure_equals_the_recompute_before_and_after_folding(world):
    live_through(world)
    for step in (lambda: None, lambda: figures_compact(world.now), rollups_merge, rollups_rebuild):
        step()
        proof = figures_prove()
        assert proof.problems == ()
        assert proof.cases == 6
    assert FigureRollup.objects.exists()


def test_acts_after_folding_are_counted_at_once(world):
    cases = live_through(world)
    figures_compact(world.now)
    world.act(cases["open"], "handler", "answer", text="已经挪好了，请看看行不行。", result="solved")
    assert figures_prove().problems == ()


def test_a_reopened_case_keeps_its_first_verdict_and_adds_the_reopening(world):
    case = live_through(world)["reopened"]
    months = dict(
        FigureDelta.objects.filter(case_id=case.pk, measure__in=("verdict_solved", "reopened")).values_list(
            "measure", "month"
        )
    )
    assert months == {"verdict_solved": OCTOBER, "reopened": NOVEMBER}


def test_a_correction_restates_past_months_without_changing_their_sum(world):
    case = live_through(world)["corrected"]
    facts = FigureDelta.objects.filter(case_id=case.pk, measure="accepted", month=OCTOBER)
    by_category: dict[str, int] = {}
    for fact in facts:
        by_category[fact.category] = by_category.get(fact.category, 0) + fact.value
    assert by_category == {"park_transport": 0, "facilities": 1}
    assert {f.is_late for f in facts if f.event_seq > 2 and f.value < 0} == {True}


def test_a_missing_fact_is_named_by_all_who_count(world):
    live_through(world)
    with suspended(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM figures_figuredelta WHERE measure = 'verdict_not_solved'")
    problems = figures_prove().problems
    assert any("办理记录" in p and "verdict_not_solved" in p for p in problems)
    assert any("表里有 1，明细是 0" in p for p in problems)


def test_the_command_says_yes_or_ends_with_an_error(world):
    live_through(world)
    figures_compact(world.now)
    out = StringIO()
    call_command("figures_check", stdout=out)
    assert "全部一致" in out.getvalue()
    FigureRollup.objects.filter(measure="received").update(value=99)
    with pytest.raises(CommandError, match="不一样"):
        call_command("figures_check", "--quick", stdout=out)
    assert "99" in out.getvalue()
    call_command("figures_check", "--rebuild", stdout=out)
