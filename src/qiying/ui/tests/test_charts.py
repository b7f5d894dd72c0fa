"""Charts say the same three times: drawn, as a table, in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiying.ui.charts import GroupRate, Series, bar_chart, dot_chart, line_chart, wilson_range


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(10, 12, 0.5520, 0.9530), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_the_range_is_wilsons(part, whole, low, high):
    assert wilson_range(part, whole) == pytest.approx((low, high), abs=0.0005)


@given(st.integers(2, 5000).flatmap(lambda whole: st.tuples(st.integers(1, whole - 1), st.just(whole))))
def test_each_end_of_the_range_is_a_rate_the_share_lies_z_deviations_from(pair):
    part, whole = pair
    for end in wilson_range(part, whole):
        assert abs(part / whole - end) == pytest.approx(1.959964 * (end * (1 - end) / whole) ** 0.5, rel=1e-4)


def test_nothing_counted_may_be_anything():
    assert wilson_range(0, 0) == (0.0, 1.0)


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_range_holds_the_share_and_narrows_with_more_cases(pair):
    part, whole = pair
    low, high = wilson_range(part, whole)
    wider_low, wider_high = wilson_range(part * 4, whole * 4)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1
    assert wider_high - wider_low < high - low


def test_groups_that_cannot_be_told_apart_keep_their_order():
    groups: list[GroupRate] = [
        {"label": "小组", "part": 10, "whole": 12},
        {"label": "差", "part": 16, "whole": 40},
        {"label": "平", "part": 39, "whole": 50},
        {"label": "好", "part": 98, "whole": 100},
        {"label": "空", "part": 0, "whole": 0},
    ]
    chart = dot_chart(title="占比", groups=groups, overall=("全区", 429, 548))
    assert [row["cells"][0] for row in chart["rows"]] == ["好", "小组", "平", "空", "差"]
    assert [row["cells"][4] for row in chart["rows"]] == [
        "高于",
        "分不出高低",
        "分不出高低",
        "分不出高低",
        "低于",
    ]
    assert chart["rows"][3]["cells"][1] == "—"
    assert "确实低于的：差" in chart["alt"]


def test_a_line_chart_tells_its_last_values_and_its_denominators():
    chart = line_chart(
        title="按时",
        points=["9月", "10月"],
        series=[{"name": "按时答复", "values": [None, 94.1]}],
        denominators=[1627, 646],
        denominator_label="件数",
    )
    assert [row["cells"] for row in chart["rows"]] == [["9月", "—", "1,627"], ["10月", "94.1%", "646"]]
    assert "按时答复 94.1%" in chart["alt"]
    json.dumps(chart["options"])


def test_three_lines_or_a_short_line_are_refused():
    one: Series = {"name": "a", "values": [1.0]}
    with pytest.raises(ValueError):
        line_chart(title="x", points=["1"], series=[one, one, one])
    with pytest.raises(ValueError):
        line_chart(title="x", points=["1", "2"], series=[one])


def test_bars_show_value_share_and_previous_period():
    chart = bar_chart(
        title="渠道",
        bars=[{"label": "窗口", "value": 61, "previous": 58, "url": "/x"}],
        total=702,
        previous_label="9月",
    )
    assert chart["rows"] == [{"cells": ["窗口", "61", "8.7%", "58"], "url": "/x"}]
    assert chart["head"] == ["", "数量", "占比", "9月"]
    assert chart["legend"] == "竖线：9月"
