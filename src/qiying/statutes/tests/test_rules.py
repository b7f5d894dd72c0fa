"""Dated rules: what binds on a day, and data that contradicts itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qiying.statutes.rules import (
    ARREARS,
    ArrearsClocks,
    DatedEntry,
    DatedTable,
    duties,
    load_tables,
    table,
    tables,
)


def _entry(first: date | None, last: date | None, law: str = "甲法") -> DatedEntry:
    return DatedEntry({"days": 3}, first, last, law, "第一条", "测试", "assumption")


def test_arrears_complaints_have_the_clocks_of_order_802_from_june_2025() -> None:
    rule = table("arrears_complaint")
    assert rule.at(date(2025, 5, 31)) is None
    entry = rule.required_at(date(2025, 6, 1))
    assert (entry["hand_over_workdays"], entry["result_days"], entry["longest_days"]) == (10, 30, 90)
    assert entry.citation == "《保障中小企业款项支付条例》第二十五条"
    assert entry.source == "国务院令第802号"
    with pytest.raises(LookupError, match="没有有效的规定"):
        rule.required_at(date(2025, 5, 31))


def test_a_typed_rule_gives_the_same_numbers_and_refuses_a_day_without_law() -> None:
    assert ARREARS.at(date(2026, 11, 18)) == ArrearsClocks(10, 30, 90)
    with pytest.raises(LookupError, match="拖欠中小企业账款投诉"):
        ARREARS.at(date(2025, 5, 31))


def test_credit_repair_changes_over_on_the_first_of_april_2026() -> None:
    rule = table("credit_repair")
    old, new = rule.required_at(date(2026, 3, 31)), rule.required_at(date(2026, 4, 1))
    assert "第58号" in old.source
    assert "第36号" in new.source
    assert (new["accept_workdays"], new["result_workdays"], new["complex_extension_workdays"]) == (3, 7, 10)


def test_licences_follow_the_licensing_law() -> None:
    day = date(2026, 11, 18)
    assert table("licence_missing_papers").required_at(day)["notice_workdays"] == 5
    decision = table("licence_decision").required_at(day)
    assert (decision["decision_workdays"], decision["extension_workdays"]) == (20, 10)


def test_every_rule_names_its_law_source_and_confidence() -> None:
    assert len(tables()) >= 14
    for rule in tables().values():
        assert rule.title
        for entry in rule.entries:
            assert entry.law
            assert entry.source
            assert entry.confidence
    assert table("service_answer").entries[0].confidence == "assumption"  # "135" is nowhere defined


def test_a_hotline_answers_in_fifteen_seconds() -> None:
    assert table("hotline").required_at(date(2026, 1, 1))["answer_seconds"] == 15


def test_the_duties_of_order_722_are_in_the_order_of_its_articles() -> None:
    articles = [duty.article for duty in duties()]
    assert articles == sorted(articles)
    assert {8, 30, 36, 40, 54, 62} <= set(articles)
    assert all(duty.duty and duty.platform for duty in duties())


def test_an_unknown_rule_or_value_is_named_with_what_exists() -> None:
    with pytest.raises(LookupError, match="arrears_complaint"):
        table("nothing")
    with pytest.raises(KeyError, match="notice_workdays"):
        table("licence_missing_papers").entries[0]["weeks"]


def test_versions_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="重叠"):
        DatedTable("x", "甲", (_entry(date(2020, 1, 1), None), _entry(date(2024, 1, 1), None, "乙法")))
    with pytest.raises(ValueError, match="早于生效日"):
        DatedTable("x", "甲", (_entry(date(2020, 1, 1), date(2019, 1, 1)),))
    ordered = DatedTable(
        "x", "甲", (_entry(date(2024, 1, 1), None, "乙法"), _entry(None, date(2023, 12, 31)))
    )
    assert [entry.law for entry in ordered.entries] == ["甲法", "乙法"]


def test_a_rule_without_its_source_is_refused() -> None:
    entry: dict[str, Any] = {"law": "甲法", "values": {"days": 1}, "confidence": "memory"}
    raw = {"x": {"title": "甲", "entries": [entry]}}
    with pytest.raises(ValueError, match="缺 source"):
        list(load_tables(raw))
    entry.update({"source": "测试", "confidence": "sure"})
    with pytest.raises(ValueError, match="confidence 只能是"):
        list(load_tables(raw))
