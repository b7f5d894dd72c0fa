"""The law of mediation against the vectors: last days, kinds of bodies, fees, duties line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qiying.capabilities.mediation.rules.law import (
    BODY_KINDS,
    SUBJECTS,
    body_faults,
    confirm_until,
    duties_read,
    mediation_fee,
    qualified_fault,
    subject_fault,
)
from qiying.statutes.workdays import default_calendar

LAST_DAYS = {
    date(2026, 5, 10): date(2026, 6, 9),
    date(2026, 9, 1): date(2026, 10, 8),  # 10-01 is a holiday
    date(2026, 8, 26): date(2026, 9, 28),  # 09-25 is the Mid-Autumn holiday
    date(2026, 11, 20): date(2026, 12, 21),  # 12-20 is a Sunday
}
BODY = {"kind": "commercial", "name": "商事调解中心", "assets": 30, "full_time": 1, "licence": "1 号", "standard": "",
        "charges": False}  # fmt: skip


def test_confirmation_is_asked_within_thirty_days_that_end_on_a_workday() -> None:
    calendar = default_calendar()
    assert {day: confirm_until(day, calendar) for day in LAST_DAYS} == LAST_DAYS


def test_the_kind_of_body_decides() -> None:
    refused = {(kind, s) for kind in BODY_KINDS for s in SUBJECTS if subject_fault(kind, s)}
    assert refused == {("commercial", "labour"), ("commercial", "consumer")}
    assert [mediation_fee(k, Decimal(50), Decimal(680_000)) for k in BODY_KINDS] == [2650, 0, 0, 0]
    assert body_faults(**BODY) == {}  # type: ignore[arg-type]
    wrong = {"assets": 29, "full_time": 0, "licence": "", "name": "某中心", "members": 4, "charges": True}
    found = body_faults(**{**BODY, **wrong})  # type: ignore[arg-type]
    assert set(found) == {"assets", "full_time", "licence", "name", "members", "fee_standard"}
    people = {**BODY, "kind": "people", "name": "城南人民调解委员会"}
    lacking = [n for n in (2, 3, 9, 10) if body_faults(**{**people, "members": n})]  # type: ignore[arg-type]
    assert lacking == [2, 10]
    assert "不收费" in body_faults(**{**people, "charges": True})["fee_percent"]  # type: ignore[arg-type]
    assert qualified_fault("commercial", "lawyer", 2) and not qualified_fault("commercial", "lawyer", 3)
    assert not qualified_fault("commercial", "expert", 0) and not qualified_fault("people", "law", 0)


def test_duties_are_read_line_by_line() -> None:
    found, why = duties_read("2026-12-01 1,000.50 付首款\n\n2026-12-31 0 交回图纸 和样品")
    assert why == "" and [(d.yuan, d.what) for d in found] == [
        (Decimal("1000.50"), "付首款"),
        (0, "交回图纸 和样品"),
    ]
    for bad in (
        "",
        "明天 100 付款",
        "2026-12-01 付款",
        "2026-12-01 NaN 付款",
        "2026-12-01 -1 付款",
        "2026-12-01 1.005 付",
    ):
        assert duties_read(bad)[1], bad
