"""Sentences are written from the data, and not written where the data do not carry them."""

from qiying.cockpit import sentences
from qiying.cockpit.drawing import placing
from qiying.kernel.figures.boards import boards
from qiying.statutes.service_rating import Rate
from qiying.ui.charts import GroupRate

BOARD = next(b for b in boards() if b.procedure == "service_request")


def head(**given):
    values = {
        "who": "", "period": "10月", "compared": "9月", "came": 50, "rate": Rate(45, 50),
        "before": Rate(40, 50), "below": 0, "overdue": 0,
    }  # fmt: skip
    return sentences.headline(BOARD, **{**values, **given})


def test_the_headline_says_speed_quality_and_what_is_stuck():
    assert head(below=3, overdue=9) == "10月答得比9月及时了；三家单位解决得不够，9 件超期"
    assert head(before=Rate(50, 50)) == "10月答得没有9月及时；没有超期的件"
    assert head(before=Rate(45, 50)) == "10月答得和9月差不多；没有超期的件"


def test_without_a_comparison_the_headline_gives_the_figure():
    assert head(before=None).startswith("10月按时答复 90.0%（45 / 50）")
    assert head(before=Rate(0, 0)).startswith("10月按时答复 90.0%")


def test_a_handful_of_answers_is_not_called_faster_or_slower():
    assert head(rate=Rate(2, 4), before=Rate(2, 2)).startswith("10月按时答复 50.0%（2 / 4）")


def test_an_empty_month_says_so():
    assert head(came=0, rate=Rate(0, 0), before=None) == "10月还没有来件；没有超期的件"
    assert head(came=3, rate=None, before=None) == "10月来件 3 件；没有超期的件"


def test_a_change_is_told_in_points_and_a_missing_month_as_missing():
    assert sentences.than_words(Rate(94, 100), Rate(92, 100), "9月") == "9月 92.0%，升 2.0 点"
    assert sentences.than_words(Rate(94, 100), Rate(0, 0), "9月") == "9月没有数"
    assert sentences.count_than_words(5, 5, "9月") == "9月 5 件，一样多"


def test_the_year_is_not_judged_unless_the_first_line_grew_twice_as_much_as_the_second():
    months, names = ["1月", "2月"], ["按时答复", "企业说解决了"]
    fast = [Rate(60, 100), Rate(80, 100)]
    assert "升了不少" in sentences.year_sentence(months, names, [fast, [Rate(70, 100), Rate(71, 100)]])
    assert "升了不少" not in sentences.year_sentence(months, names, [fast, [Rate(60, 100), Rate(80, 100)]])
    assert sentences.year_sentence(months, names, [[Rate(1, 2), Rate(0, 0)], [Rate(0, 0), Rate(0, 0)]]) == (
        "不到 5 件的月份不画，免得一两件就上下跳。"
    )


def test_units_are_called_low_only_when_their_range_lies_wholly_below():
    groups: list[GroupRate] = [
        {"label": "区甲局", "part": 40, "whole": 100},
        {"label": "区乙局", "part": 3, "whole": 5},
        {"label": "区丙局", "part": 99, "whole": 100},
    ]
    placed = placing(groups, Rate(78, 100))
    words = sentences.units_sentence(placed, 2, 5)
    assert (
        words
        == "区甲局确实低于全区；区丙局确实高于全区；其余的差别在误差之内，不排先后；另有 2 家不到 5 件，没画。"
    )


def test_nothing_to_compare_is_said_and_not_drawn():
    assert sentences.units_sentence({"above": [], "same": [], "below": []}, 3, 5).startswith("还没有一家单位")
    assert sentences.bars_sentence([], 0) == "这段时间一件也没有。"
    assert sentences.days_sentence({}, "次答复", (3, 10)).startswith("这段时间一件也没有")
