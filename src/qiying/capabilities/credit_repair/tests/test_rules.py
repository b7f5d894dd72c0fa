"""The law of repairs by its vectors: months, classes, both laws by date, the market regulator's system, shielding."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.credit_repair.rules import law
from qiying.capabilities.credit_repair.rules.law import Published, Restructuring
from qiying.capabilities.credit_repair.rules.places import places_read
from qiying.capabilities.credit_repair.rules.standing import LABELS, SHAPES, Kept, standing_of
from qiying.statutes.workdays import add_months
from qiying.ui.icons import STATUS_SHAPES

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("record", "first", "last"),
    [
        (Published(date(2026, 5, 1)), date(2026, 8, 1), date(2027, 5, 1)),
        (Published(date(2026, 5, 1), grade="light"), date(2026, 5, 1), date(2026, 8, 1)),
        (Published(date(2026, 5, 1), grade="serious"), date(2027, 5, 1), date(2029, 5, 1)),
        (Published(date(2026, 11, 30)), date(2027, 2, 28), date(2027, 11, 30)),
        (Published(date(2027, 11, 30)), date(2028, 2, 29), date(2028, 11, 30)),
        (Published(date(2026, 5, 1), grade=""), None, None),
        # 令第 58 号 holds to 2026-03-31: food and the like a year, all else three months
        (Published(date(2025, 6, 1)), date(2025, 9, 1), date(2026, 6, 1)),
        (Published(date(2025, 6, 1), sector="food"), date(2026, 4, 1), date(2026, 6, 1)),
        (Published(date(2025, 3, 1), sector="fire"), date(2026, 3, 1), date(2026, 4, 1)),
        (Published(date(2026, 1, 10)), date(2026, 4, 10), date(2027, 1, 10)),
        (Published(date(2026, 1, 10), is_summary=True, grade="light"), date(2026, 1, 10), date(2026, 1, 10)),
        (Published(date(2025, 9, 1), kind="list", grade="serious"), date(2025, 9, 1), date(2028, 9, 1)),
        (Published(date(2022, 1, 1)), date(2023, 5, 1), date(2025, 1, 1)),
    ],
)
def test_when_a_record_is_repairable_and_when_its_publicity_ends(
    record: Published, first: date | None, last: date | None
) -> None:
    assert (law.repairable_on(record), law.ends_on(record)) == (first, last)


def test_a_month_ends_on_the_same_day_or_on_the_last() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)


def test_the_law_of_the_day_and_its_days() -> None:
    assert law.law_on(date(2026, 3, 31)) is law.OLD
    assert law.law_on(date(2026, 4, 1)) is law.NEW
    assert law.law_on(date(2020, 1, 1)) is law.OLD
    assert (law.NEW.accept_days, law.NEW.result_days, law.NEW.more_days, law.OLD.result_days) == (
        3,
        7,
        10,
        10,
    )


def test_false_papers_count_for_three_years() -> None:
    assert law.false_until(date(2028, 2, 29)) == date(2031, 2, 28)


def test_a_plan_being_performed_shields_and_performed_repairs_whole() -> None:
    plan = Restructuring(date(2026, 6, 1))
    assert [plan.shields(d) for d in (date(2026, 5, 31), date(2026, 6, 1), date(2030, 1, 1))] == [
        False,
        True,
        True,
    ]
    done = Restructuring(date(2026, 6, 1), completed_on=date(2026, 9, 1))
    assert [done.shields(d) for d in (date(2026, 8, 31), date(2026, 9, 1))] == [True, False]
    assert not Restructuring(date(2026, 6, 1), failed_on=date(2026, 6, 2)).shields(date(2026, 6, 2))
    record = Published(date(2026, 5, 1), grade="serious", restructuring=done)
    assert law.repairable_on(record) == date(2026, 9, 1)


@given(DAYS, st.sampled_from(["light", "general", "serious"]), st.sampled_from(["", "food"]), DAYS)
def test_every_record_has_one_standing_whose_day_is_true(
    on: date, grade: Any, sector: str, today: date
) -> None:
    record = Published(on, grade=grade, sector=sector)
    standing = standing_of(record, Kept(), today)
    first, last = law.repairable_on(record), law.ends_on(record)
    assert first is not None and last is not None and on <= first
    assert standing.code == ("ended" if today >= last else "now" if today >= first else "later")
    assert standing.code == "ended" or standing.on == first
    # The day told is the first: the day before it is none, the day itself and all to the end are.
    assert not standing_of(record, Kept(), first - timedelta(days=1)).may_apply
    assert standing_of(record, Kept(), first).may_apply or first >= last


@given(DAYS, st.sampled_from(["light", "general", "serious"]), st.integers(0, 800))
def test_published_later_is_never_repairable_earlier(on: date, grade: Any, more: int) -> None:
    later = law.repairable_on(Published(on + timedelta(days=more), grade=grade))
    first = law.repairable_on(Published(on, grade=grade))
    assert first is not None and later is not None and first <= later


def test_what_forbids_comes_before_the_day_and_what_ended_before_all() -> None:
    record, today = Published(date(2026, 5, 1)), date(2026, 11, 18)
    assert standing_of(record, Kept(barred_by="终身禁入"), today).code == "never"
    assert standing_of(record, Kept(is_ours=False, recogniser="邻县局"), today).code == "elsewhere"
    assert standing_of(record, Kept(open_case="XF-1"), today).code == "applied"
    assert standing_of(record, Kept(state="repaired", barred_by="x"), today).code == "repaired"
    assert standing_of(Published(date(2026, 5, 1), grade=""), Kept(recogniser="局"), today).code == "unknown"
    plan = Restructuring(date(2026, 6, 1))
    assert standing_of(Published(date(2026, 5, 1), restructuring=plan), Kept(), today).code == "shielded"


def test_every_standing_has_a_word_and_a_shape() -> None:
    assert set(LABELS) == set(SHAPES)
    assert set(SHAPES.values()) <= set(STATUS_SHAPES)


def test_places_are_read_as_people_write_them() -> None:
    on = date(2026, 7, 1)
    found = places_read("信用中国2026年5月1日、信用浙江（2026-05-03）\n区局网站；信用浙江", on)
    assert [(p.name, p.on) for p in found] == [
        ("信用中国", date(2026, 5, 1)),
        ("信用浙江", on),
        ("区局网站", on),
    ]
    for wrong in ("信用中国 2026-02-30", "2026-05-01", "长" * 41, "、".join(f"处{n}" for n in range(21))):
        with pytest.raises(ValueError, match=r"."):
            places_read(wrong, on)
