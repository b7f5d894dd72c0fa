"""Years and months against dates: what FEEL says for every pair of days, and sentences where it says nothing."""

from datetime import date, timedelta

import pytest

from qiying.decision.feel import evaluate as feel
from qiying.decision.feel.grammar import parse_expression
from qiying.decision.feel.temporal import FeelDate
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.amounts import truth
from qiying.decision.logic.from_feel import read_condition
from qiying.decision.logic.normal import normalise
from qiying.decision.logic.scope import MatchError, Scope

REGISTRY = standard_registry()
CONDITIONS = [
    '成立日期 + @"P1Y" <= 评估日', '成立日期 <= 评估日 - @"P1Y"', '成立日期 > 评估日 - @"P1Y6M"', '成立日期 + @"P1M" = 评估日',
    '评估日 >= @"P2Y" + 成立日期', '成立日期 - @"P1M" != 评估日', 'years and months duration(成立日期, 评估日) >= @"P1Y"',
    'years and months duration(评估日, 成立日期) < @"P1M"', 'years and months duration(成立日期, 评估日) = @"P13M"',
    'years and months duration(成立日期, 评估日) in [@"P1Y"..@"P2Y")', '成立日期 + @"P1Y" - @"P1M" <= 评估日',
    '成立日期 between 评估日 - @"P3Y" and 评估日', '成立日期 + @"P1Y" + @"P1D" <= 评估日',
]  # fmt: skip
DAYS = [date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2026, 12, 31), date(2026, 3, 31)]


def _feel(day: date) -> FeelDate:
    return FeelDate(day.year, day.month, day.day)


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("text", CONDITIONS[:10] + CONDITIONS[11:12])
def test_matching_says_what_feel_says(text, as_of):
    normal = normalise(read_condition(text, Scope(REGISTRY, as_of)))
    tree = parse_expression(text, ["成立日期", "评估日"])
    near = {
        as_of - timedelta(days=n)
        for n in [*range(-40, 41), *range(360, 370), *range(395, 400), *range(725, 740)]
    }
    for day in near:
        stored = REGISTRY.stored({"成立日期": day})
        wanted = feel(tree, {"成立日期": _feel(day), "评估日": _feel(as_of)}).value
        assert truth(normal, stored)[0] == (wanted is True), (text, day, as_of)


def test_a_year_is_over_on_the_day_of_the_calendar_and_not_after_365_days():
    condition = normalise(read_condition('成立日期 + @"P1Y" <= 评估日', Scope(REGISTRY, date(2028, 2, 29))))
    assert not truth(condition, REGISTRY.stored({"成立日期": "2027-03-01"}))[0]
    assert truth(condition, REGISTRY.stored({"成立日期": "2027-02-28"}))[0]


@pytest.mark.parametrize("text", ['评估日 - 成立日期 >= @"P1Y"', '成立日期 >= @"P1Y"', '职工人数 + @"P1Y" > 5',
                                  '成立日期 + @"P1Y" <= 设备购置日期', '成立日期 <= @"P1Y2D"'])  # fmt: skip
def test_what_feel_leaves_undefined_is_refused_with_what_to_write(text):
    with pytest.raises(MatchError) as refused:
        read_condition(text, Scope(REGISTRY, DAYS[0]))
    assert refused.value.problem.message
