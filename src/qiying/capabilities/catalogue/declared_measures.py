"""What the catalogue counts: use as sources tell it, free services and what they saved, activities."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "service_items"
declare_measure(P, "handled", "办了几件", "各来源月报的件数，算在那个月；改了月报，差多少补记多少。")
declare_measure(P, "online", "网上办的", "月报里全程在网上办完的。")
declare_measure(P, "in_time", "按时办完的", "月报里在承诺时间内办完的。")
declare_measure(P, "free", "送出的免费服务", "一家企业的一项免费服务算一次。", unit="次")
declare_measure(P, "saved", "免费服务省下的钱", "按这项服务的市场价记，实际省多少改多少。", unit="分")
declare_measure(P, "activities", "服务活动", "办过了的活动；取消的不算。", unit="场")
declare_measure(P, "came", "来活动的人", "签到的人，一人一场算一次。", unit="人次")
declare_rate(
    P, "online_share", "全程网办率", "办了的里面，在网上办完的占多少。", part=("online",), whole=("handled",),
    left_out="没有月报的事项不在里面",
)  # fmt: skip
declare_rate(
    P, "in_time_share", "承诺时间内办完的", "办了的里面，在承诺时间内办完的占多少。", part=("in_time",),
    whole=("handled",), left_out="没有月报的事项不在里面",
)  # fmt: skip
declare_board(
    Board(
        procedure=P,
        label="服务事项",
        came="handled",
        cards=(RateCard("online_share", "件"), RateCard("in_time_share", "件")),
        rates=("online_share", "in_time_share"),
        acts=("free", "saved", "activities", "came"),
        category_title="在哪个板块",
        category_label="板块",
        permission="approvals.view",
        order=70,
    )
)
