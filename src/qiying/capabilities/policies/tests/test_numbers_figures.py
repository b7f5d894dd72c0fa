"""The figures: exact, each with its rows, the past never rewritten; and a proof that finds a lie."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from qiying.capabilities.policies.models import Application, Budget, Clawback, Payment
from qiying.capabilities.policies.selectors.matching import reach
from qiying.capabilities.policies.selectors.numbers import Figures, policy_figures, reasons, year_of
from qiying.capabilities.policies.selectors.numbers_proof import money_differences
from qiying.capabilities.policies.selectors.numbers_scope import Wanted, applications
from qiying.capabilities.policies.selectors.numbers_tally import tallies, with_money
from qiying.capabilities.policies.tests.numbers_world import SERVICE, Year, a_year, make_year
from qiying.capabilities.policies.tests.world import World, make_world
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.figures.periods import Period
from qiying.kernel.figures.sums import mean_of, median_of
from qiying.statutes.workdays import workdays_between

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
YEAR = Wanted(year_of(2026))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def year() -> World:
    return make_year()


def read(world: World, wanted: Wanted = YEAR) -> Figures:
    return policy_figures(world.viewer("leader"), wanted)


def test_a_year_counts_what_happened(world: World) -> None:
    desk = a_year(world)
    f = read(world)
    n = f.total.n
    assert (n["applied"], n["paid"], n["enterprises"], n["applicants"]) == (5, 3, 2, 5)
    assert (n["gross_fen"], n["bounced_fen"], n["clawed_fen"], f.total.net_fen) == (
        30_000_000, 10_000_000, 2_000_000, 18_000_000,
    )  # fmt: skip
    assert (n["without"], n["refused"], n["decided"]) == (1, 1, 4)
    assert reasons(world.viewer("leader"), YEAR, ["material", "listed"]) == {"material": 1}
    assert {r.label: r.net_fen for r in f.departments} == {"区科技局": 18_000_000}
    assert sorted(r.n["paid"] for r in f.policies) == [1, 2]
    assert f.budget.appropriated_fen == 200_000_000
    assert f.budget.paid_fen == 18_000_000
    assert (
        f.reached_by[desk.policy.pk].applied
        == reach(world.district.pk, [desk.policy.pk])[desk.policy.pk].applied
    )


def test_the_past_is_not_rewritten_by_what_comes_back(world: World) -> None:
    desk = Year(world)
    case = desk.pay()
    paid = Application.objects.get(case=case).paid_on
    assert paid is not None
    before = read(world).months[paid.month - 1]
    world.later(days=20)
    desk.claw(case, 4_000_000)
    after = read(world).months[paid.month - 1]
    back = read(world).months[local_date(world.now).month - 1]
    assert back.no != after.no
    assert (
        (before.n["gross_fen"], before.net_fen)
        == (after.n["gross_fen"], after.net_fen)
        == (10_000_000, 10_000_000)
    )
    assert (back.n["gross_fen"], back.n["clawed_fen"], back.net_fen) == (0, 4_000_000, -4_000_000)


def test_workdays_are_the_statutory_ones(world: World) -> None:
    case = Year(world).pay(days=3)
    row = Application.objects.get(case=case)
    assert row.paid_on is not None
    days = workdays_between(local_date(row.applied_at), row.paid_on, calendar_for(world.district.pk))
    f = read(world)
    assert f.days == {days: 1}
    assert f.total.mean_days == mean_of(f.days) == median_of(f.days) == days


def test_services_are_counted_like_payouts(world: World) -> None:
    desk = Year(world, SERVICE, fen=0, grant="service")
    case = desk.act(desk.apply("desk", enterprise=desk.company(), way="counter"), "policy", "confirm")
    assert case.state == "delivering"
    n = read(world).total.n
    assert (n["waiting"], n["delivered"], n["paid"]) == (1, 0, 0)


def test_money_behind_a_figure_is_the_figure(year: World) -> None:
    viewer = year.viewer("leader")
    found = tallies(viewer, YEAR)
    rows = list(with_money(applications(viewer, YEAR).filter(pk__in=[t.pk for t in found]), YEAR))
    total = read(year).total
    for name in ("gross", "bounced", "clawed"):
        assert sum(getattr(r, name) for r in rows) == total.n[f"{name}_fen"]
    assert sum(r.net for r in rows) == total.net_fen


def test_money_sent_back_later_changes_no_earlier_month_and_no_count(world: World) -> None:
    desk = Year(world)
    case = desk.pay()
    before = read(world).months[local_date(world.now).month - 1]
    world.later(days=20)
    desk.bounce(case)
    found = read(world)
    assert found.months[before.no - 1].n == before.n
    assert (found.total.n["paid"], found.total.n["enterprises"], found.total.net_fen) == (1, 0, 0)


@pytest.mark.parametrize(
    ("wanted", "applied"),
    [
        (Wanted(year_of(2026), theme="award"), 5),
        (Wanted(year_of(2026), theme="tax"), 0),
        (Wanted(year_of(2026), policy="instant-hnte"), 1),
        (Wanted(year_of(2026), (10**9,)), 0),
        (Wanted(year_of(2025)), 0),
        (Wanted(Period(date(2026, 1, 1))), 0),
    ],
)
def test_filters_hold_for_every_number(year: World, wanted: Wanted, applied: int) -> None:
    f = read(year, wanted)
    assert f.total.n["applied"] == applied
    assert sum(m.n["applied"] for m in f.months) == applied
    assert sum(m.n["gross_fen"] for m in f.months) == f.total.n["gross_fen"]


def test_people_without_the_permission_see_nothing(year: World) -> None:
    for who in ("clerk", "outsider", "desk", "park"):
        assert policy_figures(year.viewer(who), YEAR).total.n["applied"] == 0


def test_the_same_statements_for_one_and_for_many(world: World) -> None:
    desk = Year(world)
    desk.pay()
    viewer = world.viewer("leader")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            policy_figures(viewer, YEAR)
        return len(found)

    one = queries()
    for _ in range(4):
        desk.apply("desk", enterprise=desk.company(), way="counter")
    desk.refuse()
    assert queries() == one <= 16


def test_the_proof_agrees_and_finds_every_lie(year: World) -> None:
    assert money_differences() == []
    out = StringIO()
    call_command("figures_check", stdout=out)
    assert "全部一致" in out.getvalue()
    paid = Payment.objects.filter(state="paid").latest("pk")
    lies = [
        lambda: Payment.objects.filter(pk=paid.pk).update(amount_fen=paid.amount_fen + 1),
        lambda: Clawback.objects.update(amount_fen=1),
        lambda: Application.objects.filter(pk=paid.application_id).update(way="applied"),
        lambda: Budget.objects.update(paid_fen=F("paid_fen") + 1, available_fen=F("available_fen") - 1),
    ]
    for lie in lies:
        with transaction.atomic():
            lie()
            assert money_differences(), lie
            transaction.set_rollback(True)
    Payment.objects.filter(pk=paid.pk).update(amount_fen=1)
    with pytest.raises(CommandError, match="处不一样"):
        call_command("figures_check", stdout=StringIO())
