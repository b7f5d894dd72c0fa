"""The arithmetic of surveys: who could be told from figures, what a sample says, what texts are about."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.capabilities.feedback.rules.surveys_privacy import LEAST, isolates
from qiying.capabilities.feedback.rules.surveys_sampling import allocated, coarse, error_words, margin, wanted
from qiying.capabilities.feedback.rules.surveys_topics import topics


def people(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


ALL = people(*range(20))


@pytest.mark.parametrize(
    ("released", "new", "tells"),
    [
        ([], people(1, 2, 3, 4), True),
        ([], people(1, 2, 3, 4, 5), False),
        ([ALL], ALL | {20, 21}, True),  # two came since
        ([ALL], ALL | set(range(20, 25)), False),
        ([ALL], ALL - {0, 1, 2}, True),
        ([ALL, people(*range(10))], people(*range(10, 20)), False),  # says nothing new
        ([ALL, people(*range(8))], people(*range(8, 17)), True),  # the rest is three
        # neither is within the other, but all three leave what both have in common: two
        ([people(*range(12)), people(*range(10, 22))], people(*range(22)), True),
    ],
)
def test_figures_that_leave_fewer_than_five_are_found(
    released: list[frozenset[int]], new: frozenset[int], tells: bool
) -> None:
    assert isolates(released, new) is tells


@given(
    st.lists(st.frozensets(st.integers(0, 11), min_size=5), max_size=4),
    st.frozensets(st.integers(0, 11), min_size=5),
)
def test_no_difference_of_two_told_slices_is_small(
    released: list[frozenset[int]], new: frozenset[int]
) -> None:
    told: list[frozenset[int]] = []
    for one in [*released, new]:
        if not isolates(told, one):
            told.append(one)
    for one, other in combinations(told, 2):
        if one < other:
            assert len(other - one) >= LEAST


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 60), min_size=1, max_size=8),
    st.integers(1, 200),
)
def test_a_sample_has_its_size_and_no_stratum_gives_more_than_it_has(
    strata: dict[str, int], size: int
) -> None:
    drawn = allocated(strata, size)
    assert sum(drawn.values()) == min(size, sum(strata.values()))
    assert all(0 <= drawn.get(key, 0) <= count for key, count in strata.items())


@given(st.floats(0.01, 0.3), st.integers(10, 100_000))
def test_as_many_as_are_wanted_keep_the_error(error: float, population: int) -> None:
    assert margin(wanted(error, population), population) <= error + 0.002


def test_the_error_is_said_and_what_it_leaves_out() -> None:
    said = error_words(answered=86, invited=200, population=1240, is_random=True)
    assert "回收率 43.0%" in said
    assert "±10.2 个百分点" in said
    assert "没回的超过一半" in said
    assert "不是抽样" in error_words(answered=86, invited=0, population=0, is_random=False)


def test_texts_about_one_thing_stand_together() -> None:
    texts = [
        "停车太难，园区停车位不够",
        "园区停车位太少，停车难",
        "停车位不够用",
        "贷款利率高，银行放款慢",
        "银行贷款难，放款慢",
        "贷款要抵押",
    ]
    found = topics([*texts, "好", "。"])
    groups = [set(t.texts) for t in found]
    parking = next(g for g in groups if 0 in g)
    assert {0, 1, 2} <= parking
    assert not parking & {3, 4}
    assert topics([]) == []
    assert topics(["。", "！"]) == topics(["。", "！"])


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["large", "small", "micro", ""]), st.sampled_from(["C", "F", "I", ""])),
        st.integers(1, 12),
        max_size=16,
    )
)
def test_what_is_kept_beside_an_answer_is_shared_by_five_or_says_nothing(
    strata: dict[tuple[str, str], int],
) -> None:
    shared: dict[tuple[str, str], int] = {}
    for key, kept in coarse(strata, LEAST).items():
        assert kept in (key, (key[0], ""), ("", ""))
        shared[kept] = shared.get(kept, 0) + strata[key]
    assert all(n >= LEAST for kept, n in shared.items() if kept != ("", ""))
    assert shared.get(("", ""), LEAST) >= min(LEAST, sum(strata.values()))
