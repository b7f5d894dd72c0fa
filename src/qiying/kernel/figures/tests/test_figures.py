"""Figures: declared, summed in one statement, folded exactly, never in anybody's way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from qiying.kernel.figures.compaction import current_mark, figures_compact, rollups_merge
from qiying.kernel.figures.definitions import (
    MeasureUnknown,
    Term,
    declare_measure,
    declare_rate,
    measure_of,
    rate_of,
)
from qiying.kernel.figures.models import FigureDelta, FigureRollup
from qiying.kernel.figures.periods import Period
from qiying.kernel.figures.recompute import (
    grain_differences,
    rollups_rebuild,
    sum_differences,
    sums_current,
    sums_of_deltas,
    sums_of_facts,
)
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.organisations.models import District, Unit
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_unit

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


def fact(district: District, measure: str = "came", **given: Any) -> FigureDelta:
    values = {"month": OCTOBER, "value": 1, "case_id": 1, "event_seq": 1, "procedure": "walk", **given}
    return FigureDelta(district=district, measure=measure, **values)


def some_facts(district: District, units: list[Unit], count: int, seed: int) -> list[FigureDelta]:
    r = Random(seed)
    return [
        fact(
            district,
            r.choice(["came", "went", "days"]),
            month=r.choice([SEPTEMBER, OCTOBER, NOVEMBER]),
            unit=r.choice([*units, None]),
            channel_code=r.choice(["", "phone"]),
            category=r.choice(["", "labour", "roads"]),
            bucket=r.choice([0, 3]),
            value=r.choice([1, 1, 2, -1]),
            is_late=r.random() < 0.2,
            event_seq=i,
        )
        for i in range(count)
    ]


class TestDefinitions:
    def test_a_rate_of_an_unknown_measure_is_refused(self):
        declare_measure("walk", "came", "来了", "来的。")
        with pytest.raises(MeasureUnknown):
            declare_rate("walk", "x", "率", "说明。", part=("nobody",), whole=("came",))

    def test_a_measure_means_one_thing(self):
        declare_measure("walk", "came", "来了", "来的。")
        with pytest.raises(ValueError, match="声明了两次"):
            declare_measure("walk", "came", "来了", "别的意思。")

    def test_a_rate_without_denominator_is_refused(self):
        declare_measure("walk", "came", "来了", "来的。")
        with pytest.raises(ValueError, match="分母"):
            declare_rate("walk", "x", "率", "说明。", part=("came",), whole=())

    def test_unknown_names_raise(self):
        with pytest.raises(MeasureUnknown):
            measure_of("walk", "nobody")
        with pytest.raises(MeasureUnknown):
            rate_of("walk", "nobody")

    def test_a_term_holds_its_buckets_only(self):
        assert [b for b in range(6) if Term("days", at_least=2, at_most=4).holds(b)] == [2, 3, 4]
        assert all(Term("days").holds(b) for b in range(6))


@pytest.mark.django_db
@pytest.mark.both_databases
class TestSums:
    def test_several_questions_are_one_statement_of_one_moment(self):
        district = make_district()
        unit = make_unit(district)
        deltas_write([fact(district, unit=unit), fact(district), fact(district, "went", month=NOVEMBER)])
        asks = [
            Ask(["came"], [OCTOBER], ("unit_id",)),
            Ask(["came", "went"], [OCTOBER, NOVEMBER], ("month", "measure")),
            Ask(["came"], [OCTOBER], ("measure",), {"unit_id": [unit.pk]}),
            Ask(["came"], [OCTOBER], ("measure",), {"unit_id": []}),
        ]
        with CaptureQueriesContext(connection) as seen:
            by_unit, by_month, own, none = figures_many(district_id=district.pk, procedure="walk", asks=asks)
        assert len(seen) == (2 if connection.vendor == "postgresql" else 1)  # the mark, then everything
        assert {r.key: r.value for r in by_unit} == {(unit.pk,): 1, (None,): 1}
        assert [(r.key, r.value) for r in by_month] == [((OCTOBER, "came"), 2), ((NOVEMBER, "went"), 1)]
        assert [r.value for r in own] == [1]
        assert none == []

    def test_another_district_and_another_procedure_stay_out(self):
        one, two = make_district(), make_district()
        deltas_write([fact(one), fact(two), fact(one, procedure="ride")])
        rows = figures_many(district_id=one.pk, procedure="walk", asks=[Ask(["came"], [OCTOBER])])[0]
        assert [r.value for r in rows] == [1]

    def test_an_unknown_dimension_is_refused(self):
        with pytest.raises(ValueError, match="unknown dimensions"):
            figures_many(district_id=1, procedure="walk", asks=[Ask(["came"], [OCTOBER], ("1; --",))])

    def test_facts_in_memory_sum_like_the_table(self):
        district = make_district()
        facts = some_facts(district, [make_unit(district)], 50, 9)
        deltas_write(facts)
        assert sums_of_facts(facts) == sums_of_deltas()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
class TestFolding:
    """Committed facts only: PostgreSQL folds nothing that its own transaction wrote."""

    def test_folding_and_merging_change_no_sum(self):
        district = make_district()
        units = [make_unit(district), make_unit(district)]
        before = sums_of_deltas()
        for round_ in range(3):
            deltas_write(some_facts(district, units, 60, round_))
            whole = sums_of_deltas()
            assert sums_current() == whole != before
            figures_compact(NOW)
            assert sums_current() == whole
            rollups_merge()
            assert sums_current() == whole
            before = whole
        assert FigureRollup.objects.filter(grain=0).count() == len({k[:9] for k in before})
        assert grain_differences() == []

    def test_a_full_recompute_equals_what_was_folded(self):
        district = make_district()
        facts = some_facts(district, [make_unit(district)], 80, 7)
        deltas_write(facts)
        figures_compact(NOW)
        deltas_write(some_facts(district, [], 20, 8))
        told = sums_of_deltas()
        rollups_rebuild()
        assert sum_differences(told, sums_current()) == []

    def test_a_changed_roll_up_is_named(self):
        district = make_district()
        deltas_write([fact(district)])
        figures_compact(NOW)
        FigureRollup.objects.update(value=5)
        ((key, told, stored),) = sum_differences(sums_of_deltas(), sums_current())
        assert key[2] == "came"
        assert (told, stored) == (1, 5)
        FigureRollup.objects.filter(grain=2).update(value=6)
        assert [words.split("的汇总")[0] for words in grain_differences()] == ["按unit_id、bucket"]

    def test_folding_twice_folds_nothing_twice(self):
        deltas_write([fact(make_district())])
        assert figures_compact(NOW) == 1
        assert figures_compact(NOW + timedelta(minutes=2)) == 0


def test_months_are_counted_over_the_turn_of_the_year():
    assert Period(date(2026, 11, 1), 4).months == [
        date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
class TestTogether:
    def test_nothing_is_lost_while_writers_fold_and_merge_at_once(self):
        district = make_district()
        units = [make_unit(district), make_unit(district)]
        stop = threading.Event()

        def write(seed: int) -> int:
            try:
                for round_ in range(12):
                    with transaction.atomic():
                        deltas_write(some_facts(district, units, 5, seed * 100 + round_))
                return 60
            finally:
                connection.close()

        def fold() -> int:
            try:
                rounds = 0
                while not stop.is_set():
                    figures_compact(NOW)
                    rollups_merge()
                    rounds += 1
                return rounds
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            folding = [pool.submit(fold), pool.submit(fold)]
            written = sum(f.result() for f in [pool.submit(write, i) for i in range(4)])
            stop.set()
            assert all(f.result() >= 1 for f in folding)
        figures_compact(NOW)
        assert FigureDelta.objects.count() == written == 240
        assert current_mark() > 0
        assert sum_differences(sums_of_deltas(), sums_current()) == []

    def test_two_writers_of_the_same_figure_never_wait_for_each_other(self):
        """On PostgreSQL both write inside open transactions at once; SQLite has one writer by design."""
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        district = make_district()
        both_wrote = threading.Barrier(2, timeout=10)

        def write(seq: int) -> None:
            try:
                with transaction.atomic():
                    deltas_write([fact(district, event_seq=seq)])
                    both_wrote.wait()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(write, i) for i in range(2)]:
                done.result()
        rows = figures_many(district_id=district.pk, procedure="walk", asks=[Ask(["came"], [OCTOBER])])[0]
        assert [r.value for r in rows] == [2]

    def test_what_an_open_transaction_wrote_is_folded_after_it_ended(self):
        """The later one commits first: the mark must not run past the one that is still open."""
        if connection.vendor != "postgresql":
            pytest.skip("ids appear in the order of commits on SQLite")
        district = make_district()
        wrote, go_on = threading.Event(), threading.Event()

        def slow() -> None:
            try:
                with transaction.atomic():
                    deltas_write([fact(district, event_seq=1)])
                    wrote.set()
                    go_on.wait(10)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            open_one = pool.submit(slow)
            assert wrote.wait(10)
            deltas_write([fact(district, event_seq=2)])
            figures_compact(NOW)
            go_on.set()
            open_one.result()
        figures_compact(NOW)
        assert sum_differences(sums_of_deltas(), sums_current()) == []
        assert FigureRollup.objects.count() >= 1
