"""What the service centre counts, in the month of the act."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "service_centre"
declare_measure(P, "taken", "取号", "取的号，一个号算一次；转窗口不重新算。", unit="个")
declare_measure(P, "by_code", "用企业码取号", "出示企业码取的号。", unit="个")
declare_measure(P, "booked", "预约到了取号", "先约好、到了取的号。", unit="个")
declare_measure(P, "called", "叫到号", "第一次叫到的号，再叫、转窗口以后再叫不算。", unit="个")
declare_measure(P, "in_time", "等候没超过时限", "从取号到第一次叫到，没超过约定的分钟数。", unit="个")
declare_measure(P, "waited", "等候分钟", "从取号到第一次叫到的分钟数加起来。", unit="分钟")
declare_measure(P, "served", "办完", "在窗口办完的号。", unit="个")
declare_measure(P, "off_hours", "错时取号", "在错时服务时间取的号。", unit="个")
declare_measure(P, "served_off", "错时办完", "错时取的号里，在窗口办完的。", unit="个")
declare_measure(P, "handed", "转窗口", "转到别的窗口或专区的次数，不用重新排队。", unit="次")
declare_measure(P, "priority", "优先", "给了优先的号，每个都写了理由。", unit="个")
declare_measure(P, "passed", "过号", "叫了没来、过号的次数，回来又过的再算。", unit="次")
declare_measure(P, "missed", "没来", "当天没有来的号。", unit="个")
declare_rate(
    P, "in_time_share", "等候达标率", "叫到的号里，等候没超过时限的占多少。", part=("in_time",), whole=("called",),
    left_out="还在等的和没来的不在里面",
)  # fmt: skip
declare_rate(
    P, "by_code_share", "企业码取号率", "取的号里，用企业码取的占多少。", part=("by_code",), whole=("taken",),
    left_out="没有取号直接问的不在里面",
)  # fmt: skip
declare_rate(
    P, "served_share", "办完率", "取的号里，在窗口办完的占多少。", part=("served",), whole=("taken",),
    left_out="办完算在办完那个月，今天还在等的还没来得及办",
)  # fmt: skip
declare_board(
    Board(
        procedure=P,
        label="服务大厅",
        came="taken",
        cards=(
            RateCard("in_time_share", "个叫到的号"),
            RateCard("by_code_share", "个号"),
            RateCard("served_share", "个号"),
        ),
        rates=("in_time_share", "by_code_share", "served_share"),
        acts=(
            "booked",
            "called",
            "served",
            "off_hours",
            "served_off",
            "handed",
            "priority",
            "passed",
            "missed",
        ),
        permission="service_centre.view",
        order=62,
    )
)
