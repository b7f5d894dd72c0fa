"""Likeness of texts: symmetric, between nought and one, rare words count more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.search.similarity import (
    explanation,
    gram_cosine,
    grams_of,
    plain_of,
    word_cosine,
    words_of,
)

POWER = "我司新厂房外线工程因3号路开挖许可未办，通电延期，影响12月投产，希望尽快解决。"
LOAN = "企业流动资金紧张，银行续贷条件苛刻，希望协调降低贷款利率。"
TEXT = st.text(alphabet="企业用地通电延期贷款停车许可银行，。12a ", max_size=60)


def test_words_are_telling_ones() -> None:
    assert {"开挖", "许可"} <= words_of(POWER)
    assert not {"希望", "我司", "，"} & words_of(POWER)


def test_a_resent_message_has_the_same_characters_whatever_its_punctuation() -> None:
    assert plain_of(POWER) == plain_of(POWER.replace("，", " ").replace("3", "３"))


def test_a_rare_shared_word_counts_more_than_a_usual_one() -> None:
    a, b, c = frozenset({"限高杆", "货车"}), frozenset({"限高杆", "路口"}), frozenset({"货车", "路口"})
    weights = {"限高杆": 6.0, "货车": 2.0, "路口": 2.0}
    assert word_cosine(a, b, weights) > word_cosine(a, c, weights)
    assert word_cosine(a, frozenset(), weights) == 0.0


@given(TEXT, TEXT)
def test_likeness_is_symmetric_between_nought_and_one(a: str, b: str) -> None:
    grams = gram_cosine(grams_of(plain_of(a)), grams_of(plain_of(b)))
    words = word_cosine(words_of(a), words_of(b), {})
    assert grams == pytest.approx(gram_cosine(grams_of(plain_of(b)), grams_of(plain_of(a))))
    assert words == pytest.approx(word_cosine(words_of(b), words_of(a), {}))
    assert 0 <= grams <= 1
    assert 0 <= words <= 1
    assert gram_cosine(grams_of(a), grams_of(a)) == pytest.approx(1.0)


def test_the_reason_names_at_most_five_words() -> None:
    assert explanation([]) == "用字相近"
    assert explanation(list("甲乙丙丁戊己")) == "都说到“甲”、“乙”、“丙”、“丁”、“戊”"
