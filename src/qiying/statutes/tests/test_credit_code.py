"""Codes that exist, codes that are wrong for one named reason, and the alphabet's algebra."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from qiying.statutes.credit_code import (
    ALPHABET,
    check,
    check_character,
    make,
    normalise,
    organisation_check,
    with_checks,
)

PASS = [
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "911100007109250324",
    "91110000710925462X",
    "91100000100003962T",
    "9152000071430580XT",
    "91330000733796106P",
    "91330000747735638J",
    "9144030010001686XA",
    "91330106673959654P",
    "91110000802100433B",
    "91440300192317458F",
    "91440400192548256N",
    "91440606722473344C",
    "91110108551385082Q",
    "91350900587527783P",
    "91330000761336668H",
    "91330000142916567N",
    "91330000727215176K",
    "911100001000054748",
    "91440300100012316L",
]
FAIL = [
    ("914403001922038217", "check_character", "“6”"),
    ("914403001922038261", "check_character", "“M”"),
    ("91440300I92203821G", "alphabet", "是不是“1”"),
    ("91440300O922038216", "alphabet", "是不是“0”"),
    ("91440300192203821", "length", "少 1 位"),
    ("440301103097413", "old_number", "15 位的旧注册号"),
    ("91ABCD007109250324", "division", "6 位数字"),
    ("9144030071526726X6", "check_character", "“G”"),
    ("911000001000054748", "check_character", "“4”"),
]
codes = st.text(ALPHABET, min_size=17, max_size=17).map(make)


@pytest.mark.parametrize("code", PASS)
def test_codes_that_exist_pass_both_checks(code: str) -> None:
    result = check(code)
    assert result.ok
    assert result.level == "ok"
    assert (result.authority_zh, result.body_kind_zh, result.division) == ("市场监管", "企业", code[2:8])
    assert uscc.is_valid(code)


@pytest.mark.parametrize(("code", "reason", "words"), FAIL)
def test_a_wrong_code_fails_for_its_first_reason_and_says_why(code: str, reason: str, words: str) -> None:
    result = check(code)
    assert not result.ok
    assert result.level == "error"
    assert result.findings[0].code == reason
    assert words in result.findings[0].message_zh
    assert not uscc.is_valid(code)


def test_a_transposition_fails_both_checks() -> None:
    findings = check("914403001922038261").findings
    assert [finding.code for finding in findings] == ["check_character", "organisation_check"]
    assert "“1”" in findings[1].message_zh


def test_a_wrong_inner_check_alone_is_a_warning() -> None:
    result = check("91440300192203823C")
    assert result.ok
    assert result.level == "warning"
    assert [finding.code for finding in result.findings] == ["organisation_check"]
    assert "应是“1”" in result.findings[0].message_zh


def test_small_and_full_width_letters_are_valid_after_normalisation_only() -> None:
    for text in ("9144030071526726xg", "９１４４０３００７１５２６７２６ＸＧ", " 9144 0300-7152 6726XG\n"):
        assert normalise(text) == "9144030071526726XG"
        assert check(text).level == "ok"
        assert check(text, normalised=False).level == "error"
    assert check("9144030071526726xg", normalised=False).findings[0].code == "not_normalised"


def test_parts_of_the_code_are_named() -> None:
    assert check(with_checks("1", "1", "330303", "00253001")).body_kind_zh == "机关"
    assert check(with_checks("5", "2", "330303", "50253001")).authority_zh == "民政"
    assert check(with_checks("9", "2", "330303", "MA2C1234")).body_kind_zh == "个体工商户"
    unknown = check(with_checks("9", "7", "330303", "MA2C1234"))
    assert (unknown.level, unknown.findings[0].code) == ("warning", "body_kind")


def test_nothing_at_all_asks_for_the_code() -> None:
    assert check("  ").findings[0].code == "empty"
    assert check("").authority_zh is None


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_substitution_is_detected(code: str, at: int, character: str) -> None:
    changed = code[:at] + character + code[at + 1 :]
    found = {finding.code for finding in check(changed).findings}
    assert ("check_character" in found) == (changed != code) or "division" in found


@given(codes, st.integers(0, 16))
def test_every_adjacent_transposition_is_detected(code: str, at: int) -> None:
    changed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert (check_character(changed[:17]) == changed[17]) == (changed == code)


@given(st.text("0123456789", min_size=6, max_size=6), st.text(ALPHABET, min_size=8, max_size=8))
def test_made_codes_pass_our_check_and_the_other_package(division: str, org8: str) -> None:
    code = with_checks("9", "1", division, org8)
    assert check(code).level == "ok"
    assert uscc.is_valid(code)


@given(st.text(max_size=24))
def test_any_text_gets_an_answer_with_a_sentence(text: str) -> None:
    result = check(text)
    assert result.ok or result.findings[0].message_zh.endswith("。") or "？" in result.findings[0].message_zh


def test_wrong_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="17 位"):
        check_character("91440300I9220382")
    with pytest.raises(ValueError, match="8 位"):
        organisation_check("1234567")
