"""What sessions count, in the month they took place; the acts do the counting (S4-49, S4-50 of the reports)."""

from qiying.kernel.figures.boards import Board, RateCard, declare_board
from qiying.kernel.figures.definitions import declare_measure, declare_rate

P = "sessions"
declare_measure(P, "issues", "提出的问题", "会上提出、并掉重复以后的问题和建议，开完会时数一次。")
declare_measure(P, "sessions", "开了几次", "开完了的会；取消的不算。", unit="次")
declare_measure(P, "entrepreneurs", "对话的企业家", "签到的企业代表，一人一次算一人次。", unit="人次")
declare_measure(P, "firms_met", "到会的企业", "有人签到的企业，一次会里一家算一家。", unit="家")
declare_measure(P, "leaders", "区领导出席", "签到的区领导，一人一次算一人次。", unit="人次")
declare_measure(P, "heads", "部门负责人出席", "签到的部门负责人，一人一次算一人次。", unit="人次")
declare_measure(P, "solved_there", "当场解决", "会上答复“当场解决”的；是不是真解决，看件里企业怎么说。")
declare_measure(P, "promised", "限期办理", "会上答应了日子的。")
declare_measure(P, "explained", "当场解释", "会上说清了现在为什么办不了的。")
declare_measure(P, "closed", "办结", "会上立的件，企业评价后核销的，算在核销那个月。")
declare_measure(P, "policies", "出台的政策和措施", "从会上的问题引出来的政策、规划和措施。", unit="项")
declare_measure(
    P, "firms_served", "惠及企业", "政策和措施登记的惠及企业数；一家受惠两项算两次。", unit="家次"
)
declare_rate(
    P, "closed_share", "办结率", "提出的问题里，企业评价后核销的占多少。", part=("closed",), whole=("issues",),
    left_out="核销算在核销那个月，刚开完的会还没来得及办",
)  # fmt: skip
declare_board(
    Board(
        procedure=P,
        label="政企面对面",
        came="issues",
        cards=(RateCard("closed_share", "件问题"),),
        rates=("closed_share",),
        acts=(
            "sessions",
            "entrepreneurs",
            "firms_met",
            "leaders",
            "heads",
            "solved_there",
            "promised",
            "explained",
            "policies",
        ),
        permission="engagement.sessions_view",
        order=60,
    )
)
