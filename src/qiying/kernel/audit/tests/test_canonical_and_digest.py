"""Texts and digests: the standard's vectors, both SM3s equal, and what may not be hashed."""

from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.clock import local_date, start_of_day, utc_text
from qiying.kernel.audit.digest import digest, link, sm3_cryptography, sm3_openssl

# GB/T 32905-2016, appendix A.
VECTORS = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.mark.parametrize(("data", "expected"), VECTORS)
@pytest.mark.parametrize("sm3", [sm3_openssl, sm3_cryptography])
def test_both_implementations_give_the_vectors_of_the_standard(sm3, data, expected):
    assert sm3(data) == expected
    assert digest(data.decode(), "sm3") == expected


@given(st.binary(max_size=300))
def test_both_implementations_agree_on_any_bytes(data):
    assert sm3_openssl(data) == sm3_cryptography(data)


def test_an_unknown_algorithm_is_refused_by_name():
    with pytest.raises(ValueError, match="md5"):
        digest("x", "md5")


def test_a_link_depends_on_what_came_before():
    assert link("", "a") != link(link("", "z"), "a")
    assert link("", "a", "sha256") != link("", "a", "sm3")


def test_canonical_text_sorts_keys_and_keeps_chinese_as_it_is():
    # Keys sort by UTF-16 code units: U+1F600 (surrogates D83D…) comes before U+FB33 (RFC 8785 §3.2.3).
    text = canonical({"\ufb33": 1, "\U0001f600": 2, "b": [1, None, True], "a": "企应\n"})
    assert text == '{"a":"企应\\n","b":[1,null,true],"\U0001f600":2,"\ufb33":1}'


@pytest.mark.parametrize(
    "data", [{"at": datetime(2026, 1, 1, tzinfo=UTC)}, {"n": 2**53}, {"x": float("nan")}, {1: "a"}, "\ud800"]
)
def test_what_the_standard_cannot_hold_is_refused(data):
    with pytest.raises(ValueError):
        canonical(data)


json_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(json_data)
def test_the_fast_encoder_writes_what_the_standard_wants(data):
    try:
        expected = rfc8785.dumps(data).decode()
    except rfc8785.CanonicalizationError:
        with pytest.raises(ValueError):
            canonical(data)
    else:
        assert canonical(data) == expected


def test_every_control_character_is_written_as_the_standard_wants():
    data = {chr(c): chr(c) for c in (*range(0x20), 0x22, 0x5C, 0x7F, 0x2028, 0xD7FF)}
    assert canonical(data) == rfc8785.dumps(data).decode()


def test_the_local_day_changes_at_midnight_in_shanghai():
    assert local_date(datetime(2026, 2, 13, 15, 59, tzinfo=UTC)).isoformat() == "2026-02-13"
    assert local_date(datetime(2026, 2, 13, 16, 0, tzinfo=UTC)).isoformat() == "2026-02-14"
    assert start_of_day(local_date(datetime(2026, 2, 13, 16, 0, tzinfo=UTC))) == datetime(
        2026, 2, 13, 16, tzinfo=UTC
    )


def test_instants_have_one_text_and_naive_ones_have_none():
    assert utc_text(datetime(2026, 2, 13, 16, tzinfo=UTC)) == "2026-02-13T16:00:00.000000Z"
    with pytest.raises(ValueError, match="时区"):
        utc_text(datetime(2026, 2, 13, 16))
    with pytest.raises(ValueError, match="时区"):
        local_date(datetime(2026, 2, 13, 16))
