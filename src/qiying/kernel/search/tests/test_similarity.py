"""Likeness orders real-looking messages as a person would, and says why."""

import time

from hypothesis import given
from hypothesis import strategies as st

from qiying.kernel.search.similarity import similar_texts, words_of

POWER = "我司新厂房外线工程因3号路开挖许可未办，通电延期，影响12月投产，希望尽快解决。"
POWER_AGAIN = "云拓公司反映：3号路开挖许可没批，厂房通不了电，外线工程停工，12月投产要受影响。"
LOAN = "企业流动资金紧张，银行续贷条件苛刻，希望协调降低贷款利率。"
LOAN_AGAIN = "银行不肯续贷，流动资金断了，能否协调金融办帮忙。"
PARKING = "园区门口停车位不够，员工上下班没地方停车。"
TEXT = st.text(alphabet="企业用地通电延期贷款停车许可银行，。12a ", max_size=60)


def test_the_same_matter_in_other_words_comes_first() -> None:
    found = similar_texts(POWER, [(1, LOAN), (2, POWER_AGAIN), (3, PARKING)], least=0.05)
    assert found[0].id == 2
    assert {"外线", "开挖", "许可"} & set(found[0].shared)
    assert found[0].explanation.startswith("都说到“")
    assert similar_texts(LOAN, [(1, POWER), (2, LOAN_AGAIN), (3, PARKING)], least=0.05)[0].id == 2


def test_unlike_messages_are_not_offered() -> None:
    assert similar_texts(PARKING, [(1, LOAN), (2, POWER)]) == []
    assert similar_texts("", [(1, LOAN)]) == []
    assert similar_texts("，。！", [(1, "，。！")]) == []
    assert similar_texts(LOAN, []) == []


def test_polite_phrases_make_nothing_alike() -> None:
    polite = "尊敬的领导您好，我司有个问题希望政府相关部门帮忙解决，谢谢！"
    assert similar_texts(polite + PARKING, [(1, polite + LOAN)], least=0.6) == []


def test_a_short_message_quoted_inside_a_long_one_is_found() -> None:
    long = "转办单第 88 号。" + LOAN + "以上来自热线，请三日内回复。" * 10
    (found,) = similar_texts(LOAN, [(1, long)])
    assert found.score > 0.8


def test_a_resent_message_scores_one_whatever_its_punctuation() -> None:
    (found,) = similar_texts(POWER, [(5, POWER.replace("，", " ").replace("3", "３"))])
    assert found.score == 1


@given(TEXT, TEXT)
def test_likeness_is_symmetric_between_nought_and_one(a: str, b: str) -> None:
    one, other = similar_texts(a, [(1, b)], least=0), similar_texts(b, [(1, a)], least=0)
    assert [round(s.score, 3) for s in one if s.score] == [round(s.score, 3) for s in other if s.score]
    assert all(0 <= s.score <= 1 for s in one)


@given(st.lists(TEXT, max_size=8), TEXT)
def test_the_order_is_by_score_and_the_limit_kept(texts: list[str], text: str) -> None:
    found = similar_texts(text, list(enumerate(texts)), limit=3, least=0)
    assert len(found) <= 3
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_words_are_telling_ones() -> None:
    words = words_of("我们公司的消防验收没有通过，编号ＡＢ１２")
    assert {"消防", "验收"} <= words
    assert not {"我们", "公司", "的", "没有", "，"} & words


def test_two_hundred_candidates_are_compared_while_a_person_waits() -> None:
    candidates = [(i, f"{POWER_AGAIN}第{i}件。{LOAN}") for i in range(200)]
    similar_texts(POWER, candidates)
    began = time.perf_counter()
    similar_texts(POWER + "。", candidates)
    assert time.perf_counter() - began < 1.0
