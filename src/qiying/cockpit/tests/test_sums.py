"""Arithmetic of a page's sums: parts add up to the whole, rates keep their denominator, medians are exact."""

from datetime import date
from statistics import mean, median

from hypothesis import given
from hypothesis import strategies as st

from qiying.cockpit.publishing import group_rows
from qiying.kernel.figures.definitions import Term
from qiying.kernel.figures.selectors import FigureRow
from qiying.kernel.figures.sums import Sums, mean_of, median_of

MONTHS = [date(2026, 10, 1), date(2026, 11, 1)]
rows = st.lists(
    st.builds(
        lambda measure, month, unit, bucket, value: FigureRow((measure, month, unit, bucket), value, 0),
        st.sampled_from(["answered", "answered_in_time", "answer_days"]),
        st.sampled_from(MONTHS),
        st.sampled_from([1, 2, None]),
        st.integers(0, 8),
        st.integers(0, 5),
    ),
    max_size=30,
)
GROUPED = ("measure", "month", "unit_id", "bucket")


@given(rows)
def test_parts_by_any_dimension_add_up_to_the_whole(found):
    sums = Sums(found, GROUPED, "service_request")
    for name in ("month", "unit_id"):
        assert sum(part.count("answered") for part in sums.by(name).values()) == sums.count("answered")
    assert sum(sums.count("answered", month=m) for m in MONTHS) == sums.count("answered")


@given(rows)
def test_a_narrowed_histogram_is_the_sum_of_its_buckets(found):
    sums = Sums(found, GROUPED, "service_request")
    histogram = sums.histogram("answer_days")
    low = sums.count(Term("answer_days", at_most=3))
    high = sums.count(Term("answer_days", at_least=4))
    assert low == sum(v for k, v in histogram.items() if k <= 3)
    assert low + high == sums.count("answer_days") == sum(histogram.values())


@given(rows)
def test_a_rate_lies_within_its_denominator(found):
    rate = Sums(found, GROUPED, "service_request").rate("on_time")
    assert 0 <= rate.numerator <= rate.denominator


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_mean_and_median_of_a_histogram_are_those_of_the_list(values):
    histogram = {v: values.count(v) for v in values}
    assert median_of(histogram) == median(values)
    assert abs(mean_of(histogram) - mean(values)) < 1e-9


def test_nothing_has_neither_mean_nor_median():
    assert mean_of({}) is None
    assert median_of({}) is None


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 20), max_size=8), st.integers(2, 6))
def test_a_small_group_can_never_be_told_from_what_is_published(found, least):
    told = group_rows(found, least)
    assert all(row["value"] >= least for row in told["rows"])
    hidden = sum(found.values()) - sum(row["value"] for row in told["rows"])
    assert hidden == 0 or hidden >= least or not told["rows"]
    if told["whole"] is not None and hidden and told["rows"]:
        assert told["small_groups"] > 1  # one group alone would be the difference to the total
